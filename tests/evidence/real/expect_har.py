#!/usr/bin/env python3
"""Writes what the archives of the walk must give, `python3 expect_har.py`: from what `site/page.js` sends and what each
recorder keeps, no archive is read."""

from tables import AUTOMATIC, CUSTOMER, EMAIL, FIRST, HERE, LAST, MATCHING, NUMBER, PHONE, PROVIDED, Table, digest, named, plain

# Who is asked, on which host, and what the address and the headers carry.
ADDRESSES = [
    ("meta", "www.facebook.com", [
        named("ev", "behaviour.events", "pixel"), named("dl", "behaviour.pages", "pixel"), digest("udff[em]", "contact.email", AUTOMATIC, EMAIL),
    ]),
    ("google", "region1.google-analytics.com", [
        named("dl", "behaviour.pages", "analytics"), digest("em.em", "contact.email", PROVIDED, EMAIL),
    ]),
    ("tiktok", "analytics.tiktok.com", []),
    ("tracker.example", "parts.tracker.example", []),
    ("tracker.example", "pairs.tracker.example", []),
    ("tracker.example", "json.tracker.example", [plain("header.x-customer", CUSTOMER)]),
    ("tracker.example", "packed.tracker.example", []),
    ("tracker.example", "path.tracker.example", [plain("path", LAST)]),
    ("tracker.example", "sync.tracker.example", [plain("u", EMAIL)]),
    ("else.example", "match.else.example", [plain("u", EMAIL)]),
    ("tracker.example", "cookie.tracker.example", [plain("who", CUSTOMER)]),
    ("tracker.example", "beacon.tracker.example", []),
]

# What stands in a body, by how well recorders keep it.
TEXTS = [
    ("google", "region1.google-analytics.com", [named("en", "behaviour.events", "analytics")]),
    ("tiktok", "analytics.tiktok.com", [
        named("event", "behaviour.events", "pixel"), named("context.page.url", "behaviour.pages", "pixel"),
        digest("context.user.email", "contact.email", MATCHING, EMAIL), digest("context.user.phone_number", "contact.phone", MATCHING, PHONE),
    ]),
    ("tracker.example", "pairs.tracker.example", [plain("pn", NUMBER)]),
    ("tracker.example", "json.tracker.example", [plain("deep.mail", EMAIL)]),
]
BLOBS = [
    ("tracker.example", "parts.tracker.example", [plain("name", FIRST), plain("mail", EMAIL)]),
    ("tracker.example", "packed.tracker.example", [plain("who", EMAIL)]),
    ("tracker.example", "beacon.tracker.example", [plain("tel", PHONE)]),
]
COOKIE = [("tracker.example", "cookie.tracker.example", [plain("cookie.who", CUSTOMER)])]
WORDS = [("tracker.example", "line.tracker.example", [plain("hello", FIRST)])]


def table(*kept, line):
    result = Table()
    for recipient, host, _ in ADDRESSES:
        result.implied(recipient, host, referer=True)
    if line:
        # A line that stays open is asked for without the page's address.
        result.implied("tracker.example", "line.tracker.example", referer=False)
    for recipient, host, rows in [row for rows in (ADDRESSES, *kept) for row in rows]:
        result.add(recipient, host, rows)
    return result.text()


# Playwright keeps no body that holds a file, and none of a beacon; with `omit` none at all, nor what lines carry. chrome-har
# knows neither cookies nor lines. A proxy sees all there is.
EXPECTED = {
    "playwright-embed": table(TEXTS, COOKIE, WORDS, line=True),
    "playwright-omit": table(COOKIE, line=True),
    "puppeteer-har": table(TEXTS, line=False),
    "mitmproxy": table(TEXTS, BLOBS, COOKIE, WORDS, line=True),
}
for name, text in EXPECTED.items():
    (HERE / f"{name}.tsv").write_text(text)
