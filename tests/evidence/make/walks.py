"""Two walks through fictional sites, after cases that were in the press; every organisation but the vendors is invented."""

from .canaries import secret
from .har import Capture, Form, Json, P
from .meta import automatic_json
from .values import CUSTOMER, EMAIL, EMAIL_LOWER, FIRST_LOWER, NUMBER, NUMBER_12, PHONE_DIGITS, like, sha256


def fixtures():
    yield insurer()
    yield bank()


MID = secret("40017731904417390055128830914420911")
IDS = {
    "fbp": secret("fb.1.1772441000777.120044817"), "cid": secret("7731904417.1772440111"), "sid": secret("1772440110"),
    "uet": secret("c11f5d0a-1c1e-4a55-9a1f-77ad0c1e0077"), "auid": secret("7731904417.1772440222"),
}


def insurer():
    """A customer signs in, looks at pregnancy insurance and at insurance for union members, searches, and buys. One tag manager
    forwards what the page's data layer holds to five companies: who the customer is, which pages, which products."""
    site = "https://www.forsakring.example"
    walk = Capture("insurer-walk", "an insurer: a signed-in customer's pages, searches and purchases go to five companies", f"{site}/")
    walk.to("google", "https://www.googletagmanager.com/gtm.js?id=GTM-TESTINS")
    step(walk, "Start")
    walk.own("POST", f"{site}/logga-in", body=Form([P("personnummer", NUMBER), P("epost", EMAIL)]), status=302, redirect=f"{site}/mina-sidor")
    walk.document(f"{site}/mina-sidor")
    step(walk, "Mina sidor", signed_in=True)
    walk.document(f"{site}/gravidforsakring")
    step(walk, "Gravidförsäkring", signed_in=True, product="gravidforsakring")
    walk.document(f"{site}/forbund/medlemsforsakring")
    step(walk, "Försäkring för fackförbundets medlemmar", signed_in=True, product="medlemsforsakring")
    walk.document(f"{site}/sok?q=graviditet")
    step(walk, "Sök", signed_in=True, search="graviditet")
    walk.document(f"{site}/gravidforsakring/klart")
    step(walk, "Tack", signed_in=True, product="gravidforsakring", bought=True)
    return walk


def step(walk, title, signed_in=False, product=None, search=None, bought=False):
    """What the tags of one page send."""
    page = walk.page
    # Meta: the pixel with manual advanced matching once somebody is signed in.
    event = "Purchase" if bought else "Search" if search else "ViewContent" if product else "PageView"
    walk.to("meta", "https://www.facebook.com/tr/", feature="pixel", query=[
        P("id", "400000000000002"), P("ev", event, "behaviour.events"), P("dl", page, "behaviour.pages"), P("fbp", IDS["fbp"], "online.cookie"),
        *([P("cd[content_name]", product, "behaviour.purchase")] if product else []),
        *([P("cd[search_string]", search, "behaviour.search")] if search else []),
        *([P("ud[em]", sha256(EMAIL_LOWER), "contact.email", "advanced-matching"), P("ud[external_id]", sha256(CUSTOMER), "id.customer", "advanced-matching")] if signed_in else []),
    ])
    # Google: Analytics with the customer's number, Ads with the page.
    walk.to("google", "https://region1.google-analytics.com/g/collect", feature="analytics", method="POST", query=[
        P("v", "2"), P("tid", "G-TESTINS001"), P("cid", IDS["cid"], "online.cookie"), P("sid", IDS["sid"], "online.cookie"),
        P("dl", page, "behaviour.pages"), P("dt", title, "behaviour.pages"), P("en", "page_view", "behaviour.events"),
        *([P("uid", CUSTOMER, "id.customer"), P("ep.kundtyp", "fackmedlem", "unknown")] if signed_in else []),
    ])
    walk.to("google", "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/900000002/", feature="remarketing", query=[
        P("random", "1772441000457"), P("url", page, "behaviour.pages"), P("tiba", title, "behaviour.pages"), P("auid", IDS["auid"], "online.cookie"),
    ])
    # Microsoft and LinkedIn: the page, and so the product.
    walk.to("microsoft", "https://bat.bing.com/action/0", feature="uet", query=[
        P("ti", "300000002"), P("Ver", "2"), P("mid", IDS["uet"], "online.cookie"), P("tl", title, "behaviour.pages"), P("p", page, "behaviour.pages"),
    ])
    walk.to("linkedin", "https://px.ads.linkedin.com/collect", feature="insight-tag", query=[P("pid", "5000002"), P("time", "1772441000456"), P("url", page, "behaviour.pages")])
    # Adobe: a variable of the data layer that turned out to be the personal number.
    walk.to("adobe", "https://forsakring.sc.omtrdc.net/b/ss/forsakringprod/1/JS-2.27.0/s1", feature="analytics", query=[
        P("AQB", "1"), P("mid", MID, "online.cookie"), P("pageName", title, "behaviour.pages"), P("g", page, "behaviour.pages"),
        *([P("v20", NUMBER_12, "unknown"), P("v21", "fackmedlem", "unknown")] if signed_in else []),
        *([P("products", f";{product}", "behaviour.purchase"), P("events", "purchase" if bought else "prodView", "behaviour.events")] if product else []),
        P("AQE", "1"),
    ])


def bank():
    """Nothing in the site's code changed: in the pixel's console automatic advanced matching and automatic events were switched on,
    so the pixel takes the contact data out of form fields, and what buttons and pages say."""
    site = "https://www.bank.example"
    walk = Capture("bank-walk", "a bank: automatic matching and automatic events of an approved pixel, switched on in its console", f"{site}/logga-in")
    walk.to("meta", "https://connect.facebook.net/en_US/fbevents.js")
    walk.to("meta", "https://connect.facebook.net/signals/config/400000000000003?v=2.9.270&r=stable")
    matched = [
        P("udff[em]", sha256(EMAIL_LOWER), "contact.email", "automatic-advanced-matching"),
        P("udff[ph]", sha256(PHONE_DIGITS), "contact.phone", "automatic-advanced-matching"),
        P("udff[fn]", sha256(FIRST_LOWER), "id.name", "automatic-advanced-matching"),
    ]

    def tr(event, more=()):
        walk.to("meta", "https://www.facebook.com/tr/", feature="pixel", query=[
            P("id", "400000000000003"), P("ev", event, "behaviour.events"), P("dl", walk.page, "behaviour.pages"), P("fbp", IDS["fbp"], "online.cookie"), *more,
        ])

    tr("PageView")
    walk.own("POST", f"{site}/logga-in", body=Form([P("personnummer", NUMBER)]), status=302, redirect=f"{site}/innehav")
    walk.document(f"{site}/innehav")
    tr("PageView", matched)
    events = "automatic-events"
    tr("SubscribedButtonClick", [
        P("cd[buttonText]", "Sälj 120 st Provbolaget B, värde 84 310 kr", "behaviour.events", events),
        automatic_json("cd[formFeatures]", [{"name": "kontonummer"}, {"name": "antal"}], "name", "behaviour.form-input"), P("es", "automatic", "behaviour.events", events), *matched,
    ])
    walk.document(f"{site}/lan/ansokan")
    walk.own("POST", f"{site}/lan/ansokan", body=Json({"belopp": 450000, "personnummer": NUMBER}))
    tr("SubscribedButtonClick", [
        P("cd[buttonText]", "Ansök om 450 000 kr", "behaviour.events", events),
        # The page's title holds the personal number, in plain text.
        automatic_json("cd[pageFeatures]", {"title": like(f"Låneansökan för {NUMBER}", NUMBER)}, "title", "behaviour.pages"), P("es", "automatic", "behaviour.events", events), *matched,
    ])
    return walk

