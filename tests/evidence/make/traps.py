"""Captures as they occur in the wild and should not be stumbled over."""

import json

from .canaries import secret
from .har import Capture, Form, Json, P, Raw
from .table import Fixture
from .values import CUSTOMER, EMAIL, EMAIL_LOWER, NUMBER, hexdigest, quote, sha256

PAGE = "https://www.shop.example/konto"
TO = "tracker.example"
TR = "https://www.facebook.com/tr/"


def tr(page=PAGE):
    return [P("id", "400000000000001"), P("ev", "PageView", "behaviour.events"), P("dl", page, "behaviour.pages")]


def fixtures():
    yield minimal()
    yield old()
    yield bom()
    yield post_data()
    yield redirects()
    yield nothing()
    yield first_party()
    yield lookalikes()
    yield empty()
    yield undecodable()
    yield big()
    yield websocket()
    yield schemes()
    yield hosts()
    yield lenient()
    yield frames()
    yield repeated()
    yield Fixture("trap-not-a-capture", "trap-not-a-capture.har", "har", "JSON, but no capture", '{"hello": [1, 2, 3]}\n', refused="log\n")
    text = minimal().text()
    yield Fixture("trap-truncated", "trap-truncated.har", "har", "a capture cut off in the middle", text[: len(text) // 2], refused="trap-truncated.har\n")


def minimal():
    result = Capture("trap-minimal", "only request.url of each entry; no headers, so no referrer is known", PAGE)
    result.minimal, result.entries = True, []
    result.document()
    result.to("meta", TR, feature="pixel", query=tr(), referer=False)
    result.to(TO, "https://collect.tracker.example/t", query=[P("a", EMAIL_LOWER)], referer=False)
    return result


def old():
    result = Capture("trap-har-1.1", "HAR 1.1", PAGE)
    result.version, result.entries = "1.1", []
    result.document()
    result.to("meta", TR, feature="pixel", query=tr())
    return result


def bom():
    result = Capture("trap-bom", "a byte order mark before the JSON", PAGE)
    result.bom = True
    result.to("meta", TR, feature="pixel", query=tr())
    return result


def post_data():
    result = Capture("trap-post-data", "postData that is empty, without text, or null on a GET; and one with params only", PAGE)
    for post in ({"mimeType": "", "text": ""}, {"mimeType": "text/plain"}, {}, {"mimeType": "", "params": [], "text": None}):
        result.to("meta", TR, feature="pixel", query=tr(), post=post)
    params = [{"name": "epost", "value": str(EMAIL_LOWER)}, {"name": "sida", "value": "konto"}]
    result.to(TO, "https://collect.tracker.example/t", method="POST", post={"mimeType": "application/x-www-form-urlencoded", "params": params})
    result.expect(TO, "collect.tracker.example", "epost", item="customer.email")
    return result


def redirects():
    result = Capture("trap-redirects", "a chain of redirects: each hop is a recipient", PAGE)
    last = f"https://match.beta-ads.example/m?h={sha256(EMAIL_LOWER)}"
    result.to("alpha-ads.example", "https://sync.alpha-ads.example/s?p=1", status=302, redirect="https://ib.adnxs.com/getuid?https%3A%2F%2Fmatch.beta-ads.example%2Fm")
    result.to("xandr", "https://ib.adnxs.com/getuid?https%3A%2F%2Fmatch.beta-ads.example%2Fm", status=302, redirect=last)
    result.to("beta-ads.example", "https://match.beta-ads.example/m", query=[P("h", sha256(EMAIL_LOWER))])
    # The site redirects too: the request to the site is no flow, the one it leads to is.
    result.own("GET", "https://www.shop.example/ut?till=gamma", status=303, redirect="https://go.gamma-ads.example/")
    result.to("gamma-ads.example", "https://go.gamma-ads.example/")
    return result


def nothing():
    result = Capture("trap-nothing", "parameters with nothing in them: empty values, digests of nothing", PAGE)
    empty = [
        P("ud[em]", sha256("")), P("ud[ph]", sha256("undefined")), P("ud[fn]", sha256("null")), P("ud[ln]", hexdigest("", "md5")),
        P("ud[ct]", hexdigest("", "sha1")), P("ud[zp]", sha256("1")), P("ud[country]", sha256("test")), P("udff[em]", ""), P("fbp", ""), P("rl", ""),
    ]
    result.to("meta", TR, feature="pixel", query=[*tr(), *empty])
    result.to(TO, "https://collect.tracker.example/t", query=[P("em", sha256("")), P("email", "")])
    return result


def first_party():
    result = Capture("trap-first-party", "the site's own requests carry everything, and are no flow", PAGE)
    form = Form([P("epost", EMAIL), P("personnummer", NUMBER)])
    result.own("POST", "https://www.shop.example/logga-in", body=form)
    result.own("POST", "https://api.shop.example/v1/kund", body=Json({"epost": EMAIL, "nr": CUSTOMER}))
    result.own("GET", f"https://shop.example/?epost={quote(EMAIL)}")
    result.own("GET", f"https://WWW.SHOP.EXAMPLE:443/?epost={quote(EMAIL)}")
    return result


def lookalikes():
    result = Capture("trap-lookalikes", "hosts that only look like the site or like a vendor", PAGE)
    result.to("shop-example.example", "https://www.shop-example.example/t", query=[P("a", EMAIL_LOWER)])
    result.to("evil.example", "https://www.shop.example.evil.example/t", query=[P("a", EMAIL_LOWER)])
    result.to("notshop.example", "https://notshop.example/t", query=[P("a", EMAIL_LOWER)])
    result.to("facebook.example", "https://www.facebook.example/tr/", query=[P("ud[em]", sha256(EMAIL_LOWER)), P("ev", "PageView")])
    result.to("notfacebook.example", "https://facebook.com.notfacebook.example/tr/", query=[P("dl", PAGE)])
    # A vendor's name in the query makes no vendor.
    result.to(TO, "https://collect.tracker.example/t", query=[P("u", "https://www.facebook.com/tr/?ev=PageView")])
    # A vendor's host, a path that no signature knows: the vendor still gets the request.
    result.to("meta", "https://www.facebook.com/plugins/like.php", query=[P("q", EMAIL_LOWER)])
    return result


def empty():
    result = Capture("trap-empty", "a capture without a request: to be reported, never a silent pass", PAGE)
    result.entries = []
    result.refused = "nothing\n"
    return result


def undecodable():
    result = Capture("trap-undecodable", "bodies that nobody can read: only the implied rows, and a word in the coverage", PAGE)
    noise = "".join(chr((number * 73 + 41) % 256) for number in range(64))
    result.to(TO, "https://a.tracker.example/b", body=Raw(noise, mime="application/octet-stream"))
    result.to(TO, "https://b.tracker.example/b", body=Raw("\ufffd\ufffd\u0010\ufffd\u0000\ufffd", mime="application/octet-stream"))
    # The first bytes of gzip, then nothing that unpacks; base64 that is none; JSON that ends too early.
    result.to(TO, "https://c.tracker.example/b", body=Raw("H4sIAAAAAAAA/6tWKkktLlGyUlAqSy0qzszPAwDnotvalid", mime="application/x-gzip", encoding="base64"))
    result.to(TO, "https://d.tracker.example/b", body=Raw("%%%=not=base64=%%%", mime="application/x-protobuf", encoding="base64"))
    result.to(TO, "https://e.tracker.example/b", body=Raw('{"kund":{"namn":', mime="application/json"))
    return result


def big():
    result = Capture("trap-big-response", "a large response that holds the persona's data: responses are no flow", PAGE)
    text = f'{{"kund":{{"epost":"{EMAIL}","personnummer":"{NUMBER}"}},"fyll":"{"0123456789abcdef" * 2048}"}}'
    content = {"size": len(text), "mimeType": "application/json", "text": text}
    result.to("widgets.example", "https://cdn.widgets.example/w.json", content=content)
    return result


def websocket():
    result = Capture("trap-websocket", "a websocket: what is sent is read like a body, what is received is not", PAGE)
    messages = [
        {"type": "send", "time": 1772441001.1, "opcode": 1, "data": json.dumps({"kund": {"epost": str(EMAIL_LOWER)}})},
        {"type": "receive", "time": 1772441001.2, "opcode": 1, "data": json.dumps({"svar": str(NUMBER)})},
        {"type": "send", "time": 1772441001.3, "opcode": 2, "data": "AAECAwQF"},
    ]
    result.to(TO, "wss://live.tracker.example/socket", referer=False, kind="websocket", status=101, extra={"_webSocketMessages": messages})
    result.expect(TO, "live.tracker.example", "kund.epost", item="customer.email")
    return result


def schemes():
    result = Capture("trap-schemes", "addresses that go to nobody", PAGE)
    for url in (
        f"data:text/plain,{quote(EMAIL)}", "data:image/gif;base64,R0lGODlhAQABAAAAACw=", "blob:https://www.shop.example/5d7a9c10-6f0e-4b7e-9a10-3f0e5a7c0001",
        "about:blank", "chrome-extension://abcdefghijklmnop/inject.js", "file:///tmp/a.html",
    ):
        result.own("GET", url)
    result.own("GET", "https://www.shop.example/")
    return result


def hosts():
    result = Capture("trap-hosts", "addresses of the internet protocol, an international name, ports, capitals, a final dot, a user name", PAGE)
    result.to("203.0.113.7", "http://203.0.113.7:8080/t", query=[P("a", EMAIL_LOWER)])
    result.to("2001:db8::7", "https://[2001:db8::7]/t", query=[P("a", EMAIL_LOWER)])
    name = "spårning.example".encode("idna").decode()
    result.to(name, f"https://www.{name}/t", query=[P("a", EMAIL_LOWER)])
    result.to(TO, "https://port.tracker.example:8443/t", query=[P("a", EMAIL_LOWER)])
    result.to(TO, "https://UPPER.Tracker.Example/t", query=[P("a", EMAIL_LOWER)])
    result.to(TO, f"https://anna:{secret('hemligt-ord-77')}@auth.tracker.example/t", query=[P("a", EMAIL_LOWER)])
    result.to(TO, "https://dot.tracker.example./t", query=[P("a", EMAIL_LOWER)])
    # The machine itself is nobody else.
    result.own("GET", f"http://localhost:3000/t?a={quote(EMAIL_LOWER)}")
    result.own("GET", f"http://127.0.0.1:9222/t?a={quote(EMAIL_LOWER)}")
    result.own("GET", f"http://[::1]:9222/t?a={quote(EMAIL_LOWER)}")
    return result


def lenient():
    """Entries that lack things or hold them oddly, written by hand."""
    result = Capture("trap-lenient", "missing, null and unknown members, a broken address, broken escapes, header names in any case", PAGE)
    result.to("meta", TR, feature="pixel", query=[P("ev", "PageView", "behaviour.events"), P("dl", PAGE, "behaviour.pages", raw=quote(PAGE) + "%zz%")])
    tracker = "https://collect.tracker.example/t"
    result.entries += [
        {"request": {"url": f"{tracker}?a={quote(EMAIL_LOWER)}", "headers": None, "postData": None, "cookies": None, "queryString": None}, "response": None, "_x": {"y": []}},
        {"request": {"method": "get", "url": tracker, "headers": [{"name": "REFERER", "value": "https://www.shop.example/x"}, {"name": "Empty"}]}},
        {"request": {"method": "GET", "url": ""}},
        {"request": {"method": "GET", "url": "no address at all"}},
        {"request": {"method": "GET", "url": "https://"}},
        {"request": {"method": "POST", "url": f"{tracker}?&&=&b&c=&=d", "postData": {"mimeType": "", "text": "&&="}, "bodySize": "unknown"}, "time": None, "startedDateTime": ""},
    ]
    result.table.implied(TO, "collect.tracker.example", True)
    result.expect(TO, "collect.tracker.example", "a", item="customer.email")
    return result


def frames():
    result = Capture("trap-frames", "a request from a frame of somebody else: its referrer is not a page of the site", PAGE)
    result.to("partner.example", "https://widget.partner.example/frame.html")
    result.to(TO, "https://collect.tracker.example/t", query=[P("a", EMAIL_LOWER)], referer=False, headers=[("Referer", "https://widget.partner.example/")])
    return result


def repeated():
    result = Capture("trap-repeated", "the same request many times, and one parameter with several values: each observation once", PAGE)
    for _ in range(3):
        result.to("meta", TR, feature="pixel", query=tr())
    result.to(TO, "https://collect.tracker.example/t", query=[P("a", EMAIL_LOWER), P("a", sha256(EMAIL_LOWER)), P("a", ""), P("a", NUMBER)])
    result.to(TO, "https://other.tracker.example/t", query=[P("a", EMAIL_LOWER)])
    return result
