#!/usr/bin/env python3
"""Writes what Blacklight's inspection must give, `python3 expect_blacklight.py`: from what `site/watch.js` sends, and what the
collector types into the form; no inspection is read."""

from tables import CUSTOMER, EMAIL, HERE, MATCHING, Table, digest, named, plain

PAGE = [named("ev", "behaviour.events", "pixel"), named("dl", "behaviour.pages", "pixel")]
HIT = [named("cid", "online.cookie", "analytics"), named("dl", "behaviour.pages", "analytics")]

SENT = [
    ("watch.example", "cdn.watch.example", []),
    ("hotjar", "static.hotjar.com", []),
    ("meta", "www.facebook.com", PAGE),
    ("meta", "www.facebook.com", [
        *PAGE, named("cd[value]", "behaviour.purchase", "pixel"), digest("ud[em]", "contact.email", MATCHING, EMAIL),
    ]),
    ("google", "stats.g.doubleclick.net", [named("cid", "online.cookie", "signals"), named("dl", "behaviour.pages", "signals")]),
    ("google", "www.google-analytics.com", [
        *HIT, ("uid", "id.customer", "plain", "proven", "analytics", CUSTOMER), named("en", "behaviour.events", "analytics"),
    ]),
    ("tracker.example", "unknown.tracker.example", [plain("who", CUSTOMER)]),
    ("tracker.example", "keys.tracker.example", [plain("mail", EMAIL)]),
    ("tiktok", "analytics.tiktok.com", [
        named("event", "behaviour.events", "pixel"), named("context.page.url", "behaviour.pages", "pixel"),
        named("properties.value", "behaviour.purchase", "pixel"), digest("context.user.email", "contact.email", MATCHING, EMAIL),
    ]),
]

result = Table()
for recipient, host, rows in SENT:
    # An inspection says nothing of headers.
    result.implied(recipient, host, referer=False)
    result.add(recipient, host, rows)
(HERE / "blacklight.tsv").write_text(result.text())
