"""Unknown hosts: what the persona's values look like there, in every writing and encoding."""

import json

from .canaries import secret
from .har import Capture, Json, Multipart, P, Raw
from .values import (
    CUSTOMER, CUSTOMER_LOWER, EMAIL, EMAIL_LOWER, FIRST, FIRST_LOWER, GMAIL, GMAIL_BARE, GMAIL_LOWER, GMAIL_NO_DOTS, GMAIL_NO_PLUS,
    LAST, LAST_LOWER, NUMBER, NUMBER_10, NUMBER_10_DASH, NUMBER_12, PHONE, PHONE_DIGITS, PHONE_E164,
    b64, b64_gzip, b64url, gzipped, hexdigest, like, quote, sha256, sha256_base64url, upper,
)

PAGE = "https://www.shop.example/konto"
TO = "tracker.example"
URL = "https://collect.tracker.example/t"


def capture(name, about, *queries):
    """One request for each list of parameters."""
    result = Capture(name, about, PAGE)
    for query in queries:
        result.to(TO, URL, query=query)
    return result


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fixtures():
    yield capture(
        "canary-plain", "an unknown host, the persona's values as they are; a value that is nobody's gives no row",
        [P("a", EMAIL), P("b", EMAIL_LOWER), P("c", NUMBER), P("d", PHONE), P("e", FIRST), P("f", LAST), P("g", CUSTOMER), P("h", "konto")],
    )
    yield capture(
        "canary-percent", "percent-encoded once to four times",
        [P(f"p{times}", EMAIL_LOWER, raw=str(quote(EMAIL_LOWER, times))) for times in range(1, 5)]
        + [P(f"l{times}", LAST, raw=str(quote(LAST, times))) for times in range(1, 5)],
        # Lower-case escapes, a plus for a space, an escape where none is needed, and a bare plus that a form reader takes for a space.
        [P("lower", LAST, raw="F%c3%a5gelqvist"), P("plus", PHONE, raw="%2B46+70+174+06+35"), P("over", FIRST, raw="%4Banariella"), P("bare", PHONE_E164, raw="+46701740635")],
    )
    yield capture(
        "canary-base64", "base64 and base64url, with and without padding, of a value and of JSON and query strings",
        [P("std", b64(EMAIL)), P("url", b64url(EMAIL)), P("bare", like(b64(EMAIL_LOWER).rstrip("="), EMAIL)), P("name", b64(LAST)), P("nr", b64url(NUMBER_12))],
        [P("json", "", raw=quote(b64(dump({"user": {"epost": EMAIL_LOWER}}))), json_inside={"user": {"epost": EMAIL_LOWER}})],
        [P("query", "", raw=quote(b64(f"epost={quote(EMAIL_LOWER)}&sida=konto")), json_inside={"epost": EMAIL_LOWER, "sida": "konto"})],
    )
    yield capture(
        "canary-digests", "digests in hexadecimal, in both cases, and in base64url",
        [P(f"{kind}_{case}", upper(hexdigest(EMAIL_LOWER, kind)) if case == "upper" else hexdigest(EMAIL_LOWER, kind))
         for kind in ("md5", "sha1", "sha256") for case in ("lower", "upper")] + [P("sha256_url", sha256_base64url(EMAIL_LOWER))],
        [P("raw", sha256(EMAIL)), P("raw_md5", hexdigest(EMAIL, "md5"))],
        [P("nothing1", sha256("")), P("nothing2", hexdigest("", "md5")), P("nothing3", hexdigest("", "sha1")), P("nothing4", sha256("1")),
         P("nothing5", sha256("undefined")), P("nothing6", sha256("null")), P("nothing7", hexdigest("test", "md5"))],
    )
    yield capture(
        "canary-phone", "a telephone number in E.164, with and without plus, plain and hashed",
        [P("plus", PHONE_E164), P("digits", PHONE_DIGITS)],
        [P("h_plus", sha256(PHONE_E164)), P("h_digits", sha256(PHONE_DIGITS)), P("m_plus", hexdigest(PHONE_E164, "md5")), P("u_plus", sha256_base64url(PHONE_E164))],
    )
    yield capture(
        "canary-personnummer", "a Swedish personal number of ten and twelve digits, with and without dash, plain and hashed",
        [P("n12d", NUMBER), P("n12", NUMBER_12), P("n10d", NUMBER_10_DASH), P("n10", NUMBER_10)],
        [P("h12d", sha256(NUMBER)), P("h12", sha256(NUMBER_12)), P("h10d", sha256(NUMBER_10_DASH)), P("h10", sha256(NUMBER_10)), P("m12", hexdigest(NUMBER_12, "md5"))],
    )
    yield capture(
        "canary-gmail", "a Gmail address without its dots, without its plus part, without both",
        [P("plain", GMAIL), P("lower", GMAIL_LOWER), P("dots", GMAIL_NO_DOTS), P("plus", GMAIL_NO_PLUS), P("both", GMAIL_BARE)],
        [P("h_lower", sha256(GMAIL_LOWER)), P("h_dots", sha256(GMAIL_NO_DOTS)), P("h_plus", sha256(GMAIL_NO_PLUS)), P("h_both", sha256(GMAIL_BARE)), P("u_both", sha256_base64url(GMAIL_BARE))],
    )
    yield capture(
        "canary-names", "names and a customer number, in lower case and hashed",
        [P("fn", FIRST_LOWER), P("ln", LAST_LOWER), P("nr", CUSTOMER_LOWER)],
        [P("h_fn", sha256(FIRST_LOWER)), P("h_ln", sha256(LAST_LOWER)), P("h_nr", sha256(CUSTOMER)), P("m_nr", hexdigest(CUSTOMER_LOWER, "md5"))],
    )
    yield nested()
    yield bodies()
    yield places()
    yield in_url()
    yield shapes()


def nested():
    """Values inside values."""
    result = Capture("canary-nested", "JSON in a query, a query string in JSON, base64 in JSON in base64; several values at one path", PAGE)
    inner = {"user": {"epost": EMAIL, "namn": [FIRST, LAST]}, "sida": "konto", "antal": 3, "tom": None}
    result.to(TO, URL, query=[P("payload", dump(inner), json_inside=inner)])
    result.to(TO, URL, query=[P("twice", dump(inner), raw=str(quote(dump(inner), 2)), json_inside=inner)])
    # A query string as a value: two pairs or more.
    result.to(TO, URL, query=[P("q", f"mail={EMAIL_LOWER}&typ=2", json_inside={"mail": EMAIL_LOWER, "typ": "2"})])
    # JSON -> base64 -> JSON -> digest.
    deep = {"a": b64(dump({"b": {"c": sha256(EMAIL_LOWER)}}))}
    result.to(TO, URL, query=[P("deep", dump(deep), json_inside={"a": {"b": {"c": sha256(EMAIL_LOWER)}}})])
    # Brackets in a key stay as written.
    result.to(TO, URL, query=[P("user[mail]", EMAIL_LOWER), P("rows[0][nr]", NUMBER_12)])
    return result


def bodies():
    """Bodies read by what they are, not by their label."""
    result = Capture("canary-bodies", "bodies without a label or with a wrong one: JSON, text, gzip, base64 of gzip, multipart", PAGE)
    value = {"kund": {"epost": EMAIL_LOWER, "nr": CUSTOMER}, "sida": "konto"}
    result.to(TO, "https://a.tracker.example/json", body=Json(value, mime=None))
    result.to(TO, "https://b.tracker.example/text", body=Raw(f"hej {EMAIL_LOWER} hej", [("body", EMAIL_LOWER, None, None)], mime=None))
    result.to(TO, "https://c.tracker.example/gzip", body=Json(value, mime="application/x-gzip", pack=lambda text: str(b64_gzip(text)), encoding="base64"))
    result.to(TO, "https://d.tracker.example/packed", body=Json(value, mime="text/plain", pack=lambda text: str(b64_gzip(text))))
    result.to(TO, "https://e.tracker.example/latin", body=Raw("".join(map(chr, gzipped(dump(value)))), [("kund.epost", EMAIL_LOWER, None, None), ("kund.nr", CUSTOMER, None, None)], mime="application/json"))
    result.to(TO, "https://f.tracker.example/multi", body=Multipart([("meta", Json(value)), ("epost", EMAIL_LOWER)]))
    result.to(TO, "https://g.tracker.example/form", body=Raw(f"epost={quote(EMAIL_LOWER)}&sida=konto", [("epost", EMAIL_LOWER, None, None)], mime="application/json"))
    result.to(TO, "https://h.tracker.example/base64", body=Raw(str(b64(dump(value))), [("kund.epost", EMAIL_LOWER, None, None), ("kund.nr", CUSTOMER, None, None)], mime="text/plain"))
    return result


def places():
    """Outside of query and body."""
    result = Capture("canary-places", "in the path, in a cookie, in a header of the request", PAGE)
    result.to(TO, f"https://a.tracker.example/p/{quote(EMAIL_LOWER)}/1.gif")
    result.expect(TO, "a.tracker.example", "path", item="customer.email")
    result.to(TO, "https://b.tracker.example/1.gif", headers=[("Cookie", f"lang=sv; kund={sha256(EMAIL_LOWER)}")])
    result.expect(TO, "b.tracker.example", "cookie.kund", form="pseudonymised", item="customer.email")
    result.to(TO, "https://c.tracker.example/1.gif", headers=[("X-Kund", CUSTOMER)])
    result.expect(TO, "c.tracker.example", "header.x-kund", item="customer.customer_number")
    return result


def in_url():
    """The commonest leak: an address in the page's own URL, which then is a parameter of the pixel and the referrer of all."""
    page = f"https://www.shop.example/tack?epost={quote(EMAIL_LOWER)}"
    result = Capture("canary-in-url", "a persona's address in the page's address", page)
    dl = like(page, EMAIL_LOWER)
    result.to("meta", "https://www.facebook.com/tr/", feature="pixel", query=[P("id", "400000000000001"), P("ev", "PageView", "behaviour.events"), P("dl", dl, "behaviour.pages")])
    result.to(TO, URL, referer=page)
    # A referrer that shows a persona's value is more than the implied one, so it takes its place.
    result.table.rows = {row for row in result.table.rows if row[:3] != (TO, "collect.tracker.example", "referer")}
    result.expect(TO, "collect.tracker.example", "referer", "behaviour.pages", item="customer.email")
    return result


def shapes():
    """Values that are nobody's of the persona: only what has an unmistakable shape, or a name and a shape, is possible."""
    result = Capture("shapes", "an unknown host, values by shape only; numbers that merely pass a checksum give nothing", PAGE)
    query = [
        P("x1", secret("annan.person@else.example")),
        P("x2", secret("19900101-9893")),
        P("x3", secret("SE4550000000058398257466")),
        P("email_sha256", secret(sha256("annan.person@else.example"))),
        # Nothing: a time stamp that passes the card checksum, an order number that passes the personal number's, a digest without a name.
        P("ts", "1772441000000"), P("order", "4111111110"), P("etag", secret(sha256("resurs-1"))),
    ]
    result.to(TO, URL, query=query)
    host = "collect.tracker.example"
    result.expect(TO, host, "x1", "contact.email", strength="possible")
    result.expect(TO, host, "x2", "id.national", strength="possible")
    result.expect(TO, host, "x3", "finance.account", strength="possible")
    result.expect(TO, host, "email_sha256", "contact.email", "pseudonymised", "possible")
    return result
