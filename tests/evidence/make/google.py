"""Google: Analytics 4 in its several ways, user-provided data, Ads, Floodlight."""

from .canaries import secret
from .har import Capture, Lines, P
from .values import CUSTOMER, EMAIL_LOWER, FIRST_LOWER, LAST_LOWER, PHONE_E164, sha256_base64url

COLLECT = "https://region1.google-analytics.com/g/collect"
CID = secret("1288310946.1772440999")
SID = secret("1772440998")
USER_DATA = "user-provided-data"


def common(capture, cid=True):
    """What every hit carries. Version, tag id, language, screen, consent flags and time stamps say nothing of a person."""
    return [
        P("v", "2"), P("tid", "G-TESTFIXT01"), P("gtm", "45je6311v9"), P("_p", "1772441000456"), P("gcs", "G111"), P("npa", "0"),
        *([P("cid", CID, "online.cookie")] if cid else []), P("ul", "sv-se"), P("sr", "1280x800"), P("sid", SID, "online.cookie"),
        P("dl", capture.page, "behaviour.pages"), P("dt", "Mitt konto", "behaviour.pages"), P("dr", "https://www.shop.example/", "behaviour.pages"),
    ]


def user_data(member_of=(), feature=USER_DATA):
    """`em=tv.1~em.<digest>~pn.<digest>…`: base64url digests behind a marker each."""
    known = [
        ("em", sha256_base64url(EMAIL_LOWER), "contact.email", feature),
        ("pn", sha256_base64url(PHONE_E164), "contact.phone", feature),
        ("fn0", sha256_base64url(FIRST_LOWER), "id.name", feature),
        ("ln0", sha256_base64url(LAST_LOWER), "id.name", feature),
        ("ct0", secret(sha256_base64url("pajala")), "contact.postal", feature),
        ("pc0", secret(sha256_base64url("98499")), "contact.postcode", feature),
    ]
    known = [row for row in known if not member_of or row[0] in member_of]
    return P("em", "tv.1~" + "~".join(f"{key}.{value}" for key, value, _, _ in known), inside=known)


def fixtures():
    hit = Capture("ga4", "Analytics 4, one hit in the address", "https://www.shop.example/konto")
    hit.to("google", "https://www.googletagmanager.com/gtag/js?id=G-TESTFIXT01")
    hit.to("google", COLLECT, feature="analytics", query=[
        *common(hit), P("en", "page_view", "behaviour.events"), P("uid", CUSTOMER, "id.customer"),
        P("uap", "Linux", "online.user-agent"), P("ep.kundtyp", "fackmedlem", "unknown"), P("epn.poang", "12", "unknown"),
        P("up.avdelning", "syd", "unknown"), P("_s", "1"), P("tfd", "812"),
    ])
    yield hit

    batch = Capture("ga4-batch", "Analytics 4, several events in a body of lines that is labelled as text", "https://www.shop.example/konto")
    batch.to("google", COLLECT, feature="analytics", query=common(batch), body=Lines([
        [P("en", "page_view", "behaviour.events"), P("ep.kundtyp", "fackmedlem", "unknown"), P("_et", "12")],
        [P("en", "view_item", "behaviour.events"), P("pr1", "id4711~nmBarnvagn~pr1990", "behaviour.purchase"), P("_et", "40")],
        [P("en", "scroll", "behaviour.events"), P("epn.percent_scrolled", "90", "behaviour.events", "enhanced-measurement")],
    ]))
    yield batch

    proxied = Capture("ga4-proxied", "Analytics 4 through a host of the site itself", "https://www.shop.example/konto")
    proxied.to("google", "https://data.shop.example/x/g/collect", feature="analytics", query=[
        *common(proxied), P("en", "page_view", "behaviour.events"), P("uid", CUSTOMER, "id.customer"),
    ])
    # The same path without the telling parameters is the site's own affair.
    proxied.own("GET", "https://data.shop.example/g/collect?version=7&kund=K-90417733")
    yield proxied

    provided = Capture("ga4-user-data", "Analytics 4 with user-provided data", "https://www.shop.example/konto")
    provided.to("google", COLLECT, feature="analytics", method="POST", query=[
        *common(provided), P("en", "form_submit", "behaviour.events"), user_data(),
    ])
    yield provided

    ads = Capture("google-ads", "a conversion with enhanced conversions, and remarketing", "https://www.shop.example/kassa/klar")
    auid = secret("1340975012.1772440990")
    ads.to("google", "https://www.googleadservices.com/pagead/conversion/900000001/", feature="ads", query=[
        P("random", "1772441000456"), P("cv", "11"), P("fst", "1772441000456"), P("label", "Ab1CdEfGhIj"),
        P("value", "129", "behaviour.purchase"), P("oid", secret("ORD-2026-55810"), "behaviour.purchase"),
        P("url", ads.page, "behaviour.pages"), P("tiba", "Tack", "behaviour.pages"), P("auid", auid, "online.cookie"),
        user_data(("em", "pn"), "enhanced-conversions"),
    ])
    ads.to("google", "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/900000001/", feature="remarketing", query=[
        P("random", "1772441000457"), P("cv", "11"), P("url", ads.page, "behaviour.pages"), P("ref", "https://www.shop.example/", "behaviour.pages"),
        P("tiba", "Tack", "behaviour.pages"), P("auid", auid, "online.cookie"),
    ])
    yield ads

    flood = Capture("floodlight", "Floodlight: parameters in the path, behind semicolons", "https://www.shop.example/kassa/klar")
    flood.to("google", "https://8000001.fls.doubleclick.net/activityi", feature="floodlight", path=[
        P("src", "8000001"), P("type", "conv0"), P("cat", "sale0"), P("num", "4471220938812"),
        P("u1", "gravidforsakring", "unknown"), P("u2", EMAIL_LOWER, "unknown"), P("~oref", flood.page, "behaviour.pages"),
    ])
    yield flood
