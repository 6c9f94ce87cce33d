"""The Meta pixel: by itself, with manual and with automatic advanced matching, with automatic events."""

import json

from .canaries import secret
from .har import Capture, Form, Json, P
from .values import CUSTOMER, EMAIL_LOWER, FIRST_LOWER, LAST_LOWER, PHONE_DIGITS, sha256

TR = "https://www.facebook.com/tr/"
FBP = secret("fb.1.1772441000123.884412097")
MATCHING = "advanced-matching"
AUTOMATIC = "automatic-advanced-matching"
EVENTS = "automatic-events"


def pixel(capture, event, more=(), url=TR, head=()):
    """One request of the pixel with what it always sends."""
    capture.to("meta", url, feature="pixel", query=[
        P("id", "400000000000001"), P("ev", event, "behaviour.events"), P("dl", capture.page, "behaviour.pages"),
        P("rl", "https://www.shop.example/", "behaviour.pages"), P("if", "false"), P("ts", "1772441000456"), *head,
        P("sw", "1280"), P("sh", "800"), P("v", "2.9.270"), P("r", "stable"), P("fbp", FBP, "online.cookie"), *more,
    ])


def fixtures():
    plain = Capture("meta-plain", "the pixel alone: pages, an event, its browser id", "https://www.shop.example/konto")
    plain.to("meta", "https://connect.facebook.net/en_US/fbevents.js")
    plain.to("meta", "https://connect.facebook.net/signals/config/400000000000001?v=2.9.270&r=stable")
    pixel(plain, "PageView")
    yield plain

    manual = Capture("meta-pixel", "manual advanced matching: the page hands customer data to the pixel", "https://www.shop.example/konto")
    manual.to("meta", "https://connect.facebook.net/en_US/fbevents.js")
    pixel(manual, "PageView", [
        P("ud[em]", sha256(EMAIL_LOWER), "contact.email", MATCHING),
        P("ud[ph]", sha256(PHONE_DIGITS), "contact.phone", MATCHING),
        P("ud[fn]", sha256(FIRST_LOWER), "id.name", MATCHING),
        P("ud[ln]", sha256(LAST_LOWER), "id.name", MATCHING),
        P("ud[external_id]", sha256(CUSTOMER), "id.customer", MATCHING),
        P("ud[ge]", secret(sha256("f")), "demographic.gender", MATCHING),
        P("ud[db]", secret(sha256("19811218")), "demographic.birth-date", MATCHING),
        P("ud[zp]", secret(sha256("98499")), "contact.postcode", MATCHING),
        P("ud[ct]", secret(sha256("pajala")), "contact.postal", MATCHING),
        P("ud[country]", sha256("")),
    ])
    yield manual

    automatic = Capture("meta-automatic", "as meta-plain, but automatic advanced matching is switched on", "https://www.shop.example/konto")
    automatic.to("meta", "https://connect.facebook.net/en_US/fbevents.js")
    automatic.to("meta", "https://connect.facebook.net/signals/config/400000000000001?v=2.9.270&r=stable")
    pixel(automatic, "PageView", [
        P("udff[em]", sha256(EMAIL_LOWER), "contact.email", AUTOMATIC),
        P("udff[ph]", sha256(PHONE_DIGITS), "contact.phone", AUTOMATIC),
        P("udff[fn]", sha256(FIRST_LOWER), "id.name", AUTOMATIC),
        P("udff[ln]", sha256(LAST_LOWER), "id.name", AUTOMATIC),
    ])
    yield automatic

    events = Capture("meta-events", "automatic events: what a button says, and what stands on the page", "https://www.shop.example/lan/ansokan")
    pixel(events, "PageView")
    pixel(events, "SubscribedButtonClick", [P("es", "automatic", "behaviour.events", EVENTS)], head=[
        P("cd[buttonText]", "Ansök om lån", "behaviour.events", EVENTS),
        automatic_json("cd[buttonFeatures]", {"innerText": "Ansök om lån"}, "innerText", "behaviour.events"),
        automatic_json("cd[formFeatures]", [{"name": "lanebelopp"}, {"name": "personnummer"}], "name", "behaviour.form-input"),
        automatic_json("cd[pageFeatures]", {"title": "Ansök om lån"}, "title", "behaviour.pages"),
    ])
    # The same with a POST, as the pixel does when the address gets long.
    fields = [
        P("id", "400000000000001"), P("ev", "Microdata", "behaviour.events"), P("dl", events.page, "behaviour.pages"),
        automatic_json("cd[Meta]", {"title": "Ansök om lån"}, "title", "behaviour.pages"), P("es", "automatic", "behaviour.events", EVENTS),
    ]
    events.to("meta", TR, feature="pixel", body=Form(fields))
    yield events

    shop = Capture("meta-purchase", "standard events with custom data", "https://www.shop.example/kassa/klar")
    pixel(shop, "Purchase", head=[
        P("cd[content_name]", "Graviditetstest", "behaviour.purchase"),
        P("cd[content_ids]", '["4711"]', json_inside=["4711"], names={"": "behaviour.purchase"}),
        P("cd[value]", "129.00", "behaviour.purchase"),
        P("cd[currency]", ""),
    ])
    pixel(shop, "Search", head=[P("cd[search_string]", "graviditetstest", "behaviour.search")], url="https://www.facebook.com/tr")
    yield shop

    server = Capture("meta-conversions-api", "the conversions interface called from the page (server calls look the same)", "https://www.shop.example/kassa/klar")
    server.to("meta", "https://graph.facebook.com/v21.0/400000000000001/events", feature="conversions-api", body=Json(
        {"data": [{
            "event_name": "Purchase", "event_time": 1772441000, "action_source": "website",
            "event_source_url": server.page,
            "user_data": {
                "em": [sha256(EMAIL_LOWER)], "ph": [sha256(PHONE_DIGITS)],
                "client_ip_address": secret("203.0.113.77"), "client_user_agent": "Mozilla/5.0 (X11)", "fbp": FBP,
            },
        }]},
        {
            "data.event_name": "behaviour.events",
            "data.event_source_url": "behaviour.pages",
            "data.user_data.em": "contact.email",
            "data.user_data.ph": "contact.phone",
            "data.user_data.client_ip_address": "online.ip",
            "data.user_data.client_user_agent": "online.user-agent",
            "data.user_data.fbp": "online.cookie",
        },
    ))
    yield server


def automatic_json(name, value, member, category):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return P(name, text, json_inside=value, names={member: (category, EVENTS)})
