"""The other vendors, each in the way its tag really writes."""

import json

from .canaries import secret
from .har import Capture, Form, Json, Multipart, P
from .values import (
    CUSTOMER, EMAIL, EMAIL_LOWER, FIRST, PHONE, PHONE_DIGITS, PHONE_E164, b64_gzip, b64url, hexdigest, like, quote, sha256,
)

PAGE = "https://www.shop.example/konto"
TEXT = "text/plain;charset=UTF-8"


def fixtures():
    for fixture in (
        linkedin, linkedin_actions, uet, clarity, adobe_analytics, adobe_edge, audience_manager, tiktok, tiktok_automatic, x, pinterest,
        snap, criteo, criteo_nothing, segment, snowplow, klaviyo, klaviyo_multipart, pardot, hubspot, matomo_own, matomo_cloud, scripts,
    ):
        yield fixture()


def linkedin():
    result = Capture("linkedin", "LinkedIn's tag: the page only", PAGE)
    result.to("linkedin", "https://snap.licdn.com/li.lms-analytics/insight.min.js")
    result.to("linkedin", "https://px.ads.linkedin.com/collect", feature="insight-tag", query=[
        P("v", "2"), P("fmt", "js"), P("pid", "5000001"), P("time", "1772441000456"), P("url", PAGE, "behaviour.pages"),
    ])
    return result


def linkedin_actions():
    result = Capture("linkedin-wa", "LinkedIn's website actions: the body is base64 of gzip of JSON", PAGE)
    value = {
        "pids": [5000001], "scriptVersion": 180, "time": 1772441000456, "domain": "shop.example", "isTranslated": False,
        "url": PAGE, "pageTitle": "Mitt konto", "hem": sha256(EMAIL_LOWER), "signalType": "CLICK",
        "liFatId": secret("7c1f0a52-93d7-4e0b-8a55-1be5d0f6a001"), "domAttributes": {"elementType": None, "innerText": "Teckna gravidförsäkring"},
    }
    actions = "website-actions"
    result.to("linkedin", "https://px.ads.linkedin.com/wa/", feature=actions, body=Json(value, {
        "url": "behaviour.pages", "pageTitle": "behaviour.pages", "hem": ("contact.email", "enhanced-conversions"),
        "signalType": "behaviour.events", "liFatId": "online.cookie", "domAttributes.innerText": "behaviour.events",
    }, mime=TEXT, pack=lambda text: str(b64_gzip(text))))
    return result


def uet():
    result = Capture("uet", "Microsoft's tag: a page, and a conversion with hashed contact data", PAGE)
    ids = [
        P("mid", secret("b3a1f5d0-1c1e-4a55-9a1f-77ad0c1e0001"), "online.cookie"),
        P("sid", secret("0f9d2b10-a11c-11f1-b0d1-a3c5e7f90b21"), "online.cookie"),
        P("vid", secret("0f9d3c20-a11c-11f1-b0d1-a3c5e7f90b21"), "online.cookie"),
    ]
    result.to("microsoft", "https://bat.bing.com/bat.js")
    result.to("microsoft", "https://bat.bing.com/action/0", feature="uet", query=[
        P("ti", "300000001"), P("Ver", "2"), *ids, P("pi", "0"), P("lg", "sv-SE"), P("sw", "1280"), P("sh", "800"), P("sc", "24"),
        P("tl", "Mitt konto", "behaviour.pages"), P("p", PAGE, "behaviour.pages"), P("r", "https://www.shop.example/", "behaviour.pages"),
        P("rn", "660489"),
    ])
    known = {"em": ("contact.email", "enhanced-conversions"), "ph": ("contact.phone", "enhanced-conversions")}
    value = {"em": sha256(EMAIL_LOWER), "ph": sha256(PHONE_E164)}
    result.to("microsoft", "https://bat.bing.com/action/0", feature="uet", query=[
        P("ti", "300000001"), P("Ver", "2"), *ids, P("ea", "teckna", "behaviour.events"), P("ec", "forsakring", "behaviour.events"),
        P("el", "gravid", "behaviour.events"), P("gv", "129", "behaviour.purchase"),
        P("pid", json.dumps(value), json_inside=value, names=known),
    ])
    return result


def clarity():
    result = Capture("clarity", "session recording: the payload is what stands on the page", PAGE)
    result.to("microsoft", "https://www.clarity.ms/tag/abcdefghij")
    payload = {"p": [[1200, 5, "Mitt konto", "Gravidförsäkring"]]}
    names = {"p": "behaviour.form-input"}
    result.to("microsoft", "https://k.clarity.ms/collect", feature="clarity", body=Json(payload, names, mime="text/plain"))
    result.to("microsoft", "https://k.clarity.ms/collect", feature="clarity", body=Json(payload, names, mime="application/x-clarity-gzip", pack=lambda t: str(b64_gzip(t)), encoding="base64"))
    return result


def adobe_analytics():
    result = Capture("adobe-analytics", "Adobe Analytics on a host of the site itself, and on Adobe's own", PAGE)
    mid = secret("28104417390055128830914420917766120041")
    query = [
        P("AQB", "1"), P("ndh", "1"), P("pf", "1"), P("t", "2/2/2026 10:0:0 1 -60"), P("mid", mid, "online.cookie"), P("ce", "UTF-8"),
        P("pageName", "konto:start", "behaviour.pages"), P("g", PAGE, "behaviour.pages"), P("r", "https://www.shop.example/", "behaviour.pages"),
        P("c1", "inloggad", "unknown"), P("v1", "fackmedlem", "unknown"), P("v12", CUSTOMER, "unknown"),
        P("events", "prodView", "behaviour.events"), P("products", ";gravidforsakring", "behaviour.purchase"),
        P("zip", "98499", "contact.postcode"), P("AQE", "1"),
    ]
    result.to("adobe", "https://assets.adobedtm.com/launch-EN0000.min.js")
    result.to("adobe", "https://smetrics.shop.example/b/ss/shopprod/1/JS-2.27.0/s81273", feature="analytics", query=query)
    result.to("adobe", "https://shop.sc.omtrdc.net/b/ss/shopprod/1/JS-2.27.0/s81274", feature="analytics", query=query)
    return result


def adobe_edge():
    result = Capture("adobe-websdk", "Adobe's Web SDK: JSON with identities and an array of events", PAGE)
    value = {
        "meta": {"configOverrides": {}},
        "events": [{"xdm": {
            "eventType": "web.webpagedetails.pageViews",
            "web": {"webPageDetails": {"URL": PAGE, "name": "konto:start"}, "webReferrer": {"URL": "https://www.shop.example/"}},
            "identityMap": {
                "ECID": [{"id": secret("28104417390055128830914420917766120042"), "primary": False}],
                "Email_LC_SHA256": [{"id": sha256(EMAIL_LOWER)}],
                "CRMID": [{"id": CUSTOMER}],
            },
        }}],
    }
    xdm = "events.xdm."
    result.to("adobe", "https://edge.adobedc.net/ee/v1/interact?configId=00000000-aaaa-4bbb-8ccc-000000000001", feature="analytics", body=Json(value, {
        xdm + "eventType": "behaviour.events", xdm + "web.webPageDetails.URL": "behaviour.pages",
        xdm + "web.webPageDetails.name": "behaviour.pages", xdm + "web.webReferrer.URL": "behaviour.pages",
        xdm + "identityMap.ECID.id": "online.cookie", xdm + "identityMap.Email_LC_SHA256.id": ("contact.email", "customer-ids"),
        xdm + "identityMap.CRMID.id": ("id.customer", "customer-ids"),
    }, mime=TEXT))
    return result


def audience_manager():
    result = Capture("audience-manager", "declared ids and traits at Adobe's audience manager", PAGE)
    mid = secret("28104417390055128830914420917766120043")
    result.to("adobe", "https://dpm.demdex.net/id", feature="audience-manager", query=[
        P("d_visid_ver", "5.5.0"), P("d_fieldgroup", "AAM"), P("d_rtbd", "json"), P("d_ver", "2"), P("d_mid", mid, "online.cookie"),
        P("d_cid_ic", like(f"crm\x01{CUSTOMER}\x011", CUSTOMER), "id.customer", "customer-ids"),
    ])
    result.to("adobe", "https://shop.demdex.net/event", feature="audience-manager", query=[
        P("d_uuid", secret("61220417390055128830914420917766120044"), "online.cookie"), P("c_kundtyp", "fackmedlem", "unknown"), P("p_avdelning", "syd", "unknown"),
    ])
    return result


def tiktok_body(event, user):
    return {
        "event": event, "message_id": "messageId-1772441000456-01", "timestamp": "2026-03-02T09:00:01.000Z", "is_onsite": False,
        "context": {
            "ad": {"sdk_env": "external"}, "user": {"anonymous_id": secret("01JN0TESTFIXTUREANON0001"), **user}, "pixel": {"code": "CTESTFIXTURE00000001"},
            "page": {"url": PAGE, "referrer": "https://www.shop.example/"}, "library": {"name": "pixel.js", "version": "2.2.1"},
        },
        "properties": {"contents": [{"content_id": "4711"}], "value": 129},
    }


TIKTOK = {
    "event": "behaviour.events", "context.user.anonymous_id": "online.cookie", "context.page.url": "behaviour.pages", "context.page.referrer": "behaviour.pages",
    "properties.contents.content_id": "behaviour.purchase", "properties.value": "behaviour.purchase",
    "context.user.email": ("contact.email", "advanced-matching"), "context.user.phone_number": ("contact.phone", "advanced-matching"),
    "context.user.external_id": ("id.customer", "advanced-matching"),
    "context.user.auto_email": ("contact.email", "automatic-advanced-matching"), "context.user.auto_phone_number": ("contact.phone", "automatic-advanced-matching"),
}


def tiktok():
    result = Capture("tiktok", "TikTok's pixel with data the page hands over: JSON labelled as text", PAGE)
    result.to("tiktok", "https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=CTESTFIXTURE00000001&lib=ttq")
    user = {"email": sha256(EMAIL_LOWER), "phone_number": sha256(PHONE_E164), "external_id": sha256(CUSTOMER)}
    result.to("tiktok", "https://analytics.tiktok.com/api/v2/pixel", feature="pixel", body=Json(tiktok_body("ViewContent", user), TIKTOK, mime=TEXT))
    return result


def tiktok_automatic():
    result = Capture("tiktok-automatic", "TikTok's automatic matching: what it found in form fields", PAGE)
    user = {"auto_email": sha256(EMAIL_LOWER), "auto_phone_number": sha256(PHONE_E164)}
    result.to("tiktok", "https://analytics.tiktok.com/api/v2/pixel", feature="pixel", body=Json(tiktok_body("EnrichAM", user), TIKTOK, mime=TEXT))
    return result


def x():
    result = Capture("x", "X's tag", PAGE)
    result.to("x", "https://static.ads-twitter.com/uwt.js")
    events = [["pageview", {}]]
    for host in ("t.co", "analytics.twitter.com"):
        result.to("x", f"https://{host}/i/adsct", feature="pixel", query=[
            P("bci", "4"), P("integration", "advertiser"), P("p_id", "Twitter"), P("txn_id", "o0001"), P("type", "javascript"), P("version", "2.3.34"),
            P("events", json.dumps(events), json_inside=events, names={"": "behaviour.events"}),
            P("tw_document_href", PAGE, "behaviour.pages"), P("email", sha256(EMAIL_LOWER), "contact.email"), P("phone_number", sha256(PHONE_E164), "contact.phone"),
        ])
    return result


def pinterest():
    result = Capture("pinterest", "Pinterest's tag: as an image with brackets, and as the script writes it, JSON in the query", PAGE)
    match = "enhanced-match"
    result.to("pinterest", "https://ct.pinterest.com/v3/", feature="tag", query=[
        P("tid", "2600000000001"), P("event", "checkout", "behaviour.events"), P("noscript", "1"),
        P("pd[em]", sha256(EMAIL_LOWER), "contact.email", match), P("ed[value]", "129.00", "behaviour.purchase"),
    ])
    person, automatic = {"em": sha256(EMAIL_LOWER)}, {"loc": PAGE, "ref": "https://www.shop.example/", "if": False, "sh": 800, "sw": 1280}
    result.to("pinterest", "https://ct.pinterest.com/v3/", feature="tag", query=[
        P("tid", "2600000000001"), P("event", "pagevisit", "behaviour.events"), P("cb", "1772441000456"),
        P("pd", json.dumps(person), json_inside=person, names={"em": ("contact.email", match)}),
        P("ad", json.dumps(automatic), json_inside=automatic, names={"loc": "behaviour.pages", "ref": "behaviour.pages"}),
    ])
    return result


def snap():
    result = Capture("snap", "Snap's pixel", PAGE)
    result.to("snap", "https://sc-static.net/scevent.min.js")
    match = "advanced-matching"
    result.to("snap", "https://tr.snapchat.com/p", feature="pixel", body=Form([
        P("pid", "00000000-aaaa-4bbb-8ccc-000000000002"), P("ev", "PAGE_VIEW", "behaviour.events"), P("pl", PAGE, "behaviour.pages"), P("ts", "1772441000456"),
        P("u_hem", sha256(EMAIL_LOWER), "contact.email", match), P("u_hpn", sha256(PHONE_DIGITS), "contact.phone", match),
    ]))
    return result


def criteo_request(result, digest, kind):
    """`p0` is a query string inside the query, whose own values are encoded once more."""
    inner = f"e=ce&m={quote('[' + str(digest) + ']')}&h={kind}"
    result.to("criteo", "https://sslwidget.criteo.com/event", feature="onetag", query=[
        P("a", "70001"), P("v", "5.31.0"),
        P("p0", inner, inside=[("e", "ce", "behaviour.events", None), ("m", digest, "contact.email", "hashed-email")]),
        P("p1", "e=vp&p=4711", inside=[("e", "vp", "behaviour.events", None), ("p", "4711", "behaviour.purchase", None)]),
        P("adce", "1"), P("fu", PAGE, "behaviour.pages"), P("pu", "https://www.shop.example/", "behaviour.pages"),
    ])


def criteo():
    result = Capture("criteo", "Criteo's tag: a hashed address in brackets, encoded twice", PAGE)
    result.to("criteo", "https://dynamic.criteo.com/js/ld/ld.js?a=70001")
    criteo_request(result, sha256(EMAIL_LOWER), "sha256")
    criteo_request(result, hexdigest(EMAIL_LOWER, "md5"), "md5")
    return result


def criteo_nothing():
    result = Capture("criteo-nothing", "Criteo's tag with the digest of an empty address: no e-mail address goes", PAGE)
    criteo_request(result, sha256(""), "sha256")
    return result


def segment():
    result = Capture("segment", "Segment: a batch of JSON messages", PAGE)
    anonymous = secret("5d7a9c10-6f0e-4b7e-9a10-3f0e5a7c0001")
    context = {"page": {"url": PAGE, "title": "Mitt konto"}, "userAgent": "Mozilla/5.0 (X11)", "ip": secret("203.0.113.78")}
    value = {"batch": [
        {"type": "identify", "userId": CUSTOMER, "anonymousId": anonymous, "context": context, "traits": {"email": EMAIL, "phone": PHONE, "firstName": FIRST}},
        {"type": "track", "userId": CUSTOMER, "anonymousId": anonymous, "context": context, "event": "Forsakring vald", "properties": {"kundtyp": "fackmedlem"}},
    ], "sentAt": "2026-03-02T09:00:01.000Z"}
    result.to("twilio-segment", "https://api.segment.io/v1/b", feature="analytics", body=Json(value, {
        "batch.userId": "id.customer", "batch.anonymousId": "online.cookie", "batch.context.page.url": "behaviour.pages", "batch.context.page.title": "behaviour.pages",
        "batch.context.userAgent": "online.user-agent", "batch.context.ip": "online.ip", "batch.event": "behaviour.events", "batch.properties.kundtyp": "unknown",
        "batch.traits.email": ("contact.email", "identify"), "batch.traits.phone": ("contact.phone", "identify"), "batch.traits.firstName": ("id.name", "identify"),
    }, mime="text/plain"))
    single = {"userId": CUSTOMER, "anonymousId": anonymous, "context": context, "traits": {"email": EMAIL}}
    result.to("twilio-segment", "https://api.segment.io/v1/i", feature="analytics", body=Json(single, {
        "userId": "id.customer", "anonymousId": "online.cookie", "context.page.url": "behaviour.pages", "context.page.title": "behaviour.pages",
        "context.userAgent": "online.user-agent", "context.ip": "online.ip", "traits.email": ("contact.email", "identify"),
    }))
    return result


def snowplow():
    result = Capture("snowplow", "Snowplow at a collector of any name: known by its path; a self-describing event in base64", PAGE)
    event = {"schema": "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0", "data": {"schema": "iglu:example.shop/val/jsonschema/1-0-0", "data": {"avdelning": "syd"}}}
    packed = b64url(json.dumps(event))
    duid = secret("9a0c11d2-5511-4c11-8e21-aa10ce550001")
    value = {"schema": "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4", "data": [{
        "url": PAGE, "page": "Mitt konto", "refr": "https://www.shop.example/", "duid": duid, "uid": CUSTOMER, "ue_px": packed,
    }]}
    names = {"data.url": "behaviour.pages", "data.page": "behaviour.pages", "data.refr": "behaviour.pages", "data.duid": "online.cookie", "data.uid": "id.customer"}
    result.to("snowplow", "https://collector.measure.example/com.snowplowanalytics.snowplow/tp2", feature="tracking", body=Json(value, names))
    result.expect("snowplow", "collector.measure.example", "data.ue_px.data.data.avdelning", "unknown", strength="named", feature="tracking")
    return result


def klaviyo():
    result = Capture("klaviyo", "Klaviyo: JSON labelled as a form", PAGE)
    value = {"token": secret("TkTest99pub"), "properties": {"$email": EMAIL, "$first_name": FIRST, "$exchange_id": secret("Exch4nge.Fixture_0001")}}
    result.to("klaviyo", "https://static.klaviyo.com/onsite/js/klaviyo.js?company_id=TkTest")
    result.to("klaviyo", "https://a.klaviyo.com/api/onsite/identify?c=TkTest", feature="identify", body=Json(value, {
        "properties.$email": "contact.email", "properties.$first_name": "id.name", "properties.$exchange_id": "online.cookie",
    }, mime="application/x-www-form-urlencoded"))
    return result


def klaviyo_multipart():
    result = Capture("klaviyo-multipart", "Klaviyo: JSON in a part of a multipart body", PAGE)
    value = {"token": "TkTest", "event": "Viewed Product", "customer_properties": {"$email": EMAIL}}
    result.to("klaviyo", "https://a.klaviyo.com/api/track", feature="onsite-tracking", body=Multipart([("data", Json(value, {
        "event": "behaviour.events", "customer_properties.$email": ("contact.email", "identify"),
    }))]))
    return result


def pardot():
    result = Capture("pardot", "Salesforce Account Engagement", PAGE)
    result.to("salesforce", "https://pi.pardot.com/analytics", feature="account-engagement", query=[
        P("ver", "3"), P("visitor_id", secret("881204417"), "online.cookie"), P("campaign_id", "1001", "behaviour.events"), P("account_id", "700001"),
        P("title", "Mitt konto", "behaviour.pages"), P("url", PAGE, "behaviour.pages"), P("referrer", "https://www.shop.example/", "behaviour.pages"),
    ])
    return result


def hubspot():
    result = Capture("hubspot", "HubSpot: a page, an identified contact, a submitted form", PAGE)
    vi = secret("0c9d31f0-a1b2-43d4-95f6-0718293a4b5c")
    common = [P("k", "1"), P("a", "7000001"), P("cc", "15"), P("pu", PAGE, "behaviour.pages"), P("t", "Mitt konto", "behaviour.pages"), P("vi", vi, "online.cookie")]
    result.to("hubspot", "https://js.hs-scripts.com/7000001.js")
    result.to("hubspot", "https://track.hubspot.com/__ptq.gif", feature="tracking-code", query=common)
    inner = f"email={quote(EMAIL_LOWER)}&firstname={quote(FIRST)}"
    result.to("hubspot", "https://track.hubspot.com/__ptq.gif", feature="tracking-code", query=[*common, P("i", inner, inside=[
        ("email", EMAIL_LOWER, "contact.email", "identify"), ("firstname", FIRST, "id.name", "identify"),
    ])])
    value = {"fields": [{"name": "email", "value": EMAIL}, {"name": "phone", "value": PHONE}], "context": {"hutk": vi, "pageUri": PAGE, "pageName": "Mitt konto"}}
    result.to("hubspot", "https://forms.hubspot.com/submissions/v3/public/submit/formsnext/multipart/7000001/form-1", feature="forms", body=Json(value, {
        "fields.value": "behaviour.form-input", "context.hutk": "online.cookie", "context.pageUri": "behaviour.pages", "context.pageName": "behaviour.pages",
    }))
    return result


def matomo_query():
    return [
        P("idsite", "1"), P("rec", "1"), P("url", PAGE, "behaviour.pages"), P("action_name", "Mitt konto", "behaviour.pages"),
        P("urlref", "https://www.shop.example/", "behaviour.pages"), P("_id", secret("a1b2c3d4e5f60718"), "online.cookie"), P("uid", CUSTOMER, "id.customer"),
    ]


def matomo_own():
    result = Capture("matomo-self-hosted", "Matomo on a host of the site itself: nothing leaves, so no row", PAGE)
    query = "&".join(p.wire() for p in matomo_query())
    result.own("GET", f"https://matomo.shop.example/matomo.php?{query}")
    result.own("POST", "https://www.shop.example/stat/piwik.php", body=Form(matomo_query()))
    return result


def matomo_cloud():
    result = Capture("matomo-cloud", "Matomo's hosted service", PAGE)
    result.to("matomo", "https://shop.matomo.cloud/matomo.php", feature="analytics", query=matomo_query())
    return result


def scripts():
    result = Capture("scripts", "code of many vendors is loaded: the requests show what every request shows", PAGE)
    for recipient, url in (
        ("google", "https://www.googletagmanager.com/gtm.js?id=GTM-TESTFIX"),
        ("hotjar", "https://static.hotjar.com/c/hotjar-4000001.js?sv=6"),
        ("x", "https://static.ads-twitter.com/uwt.js"),
        ("pinterest", "https://s.pinimg.com/ct/core.js"),
        ("onetrust", "https://cdn.cookielaw.org/scripttemplates/otSDKStub.js"),
        ("stripe", "https://js.stripe.com/v3/"),
    ):
        result.to(recipient, url)
    return result
