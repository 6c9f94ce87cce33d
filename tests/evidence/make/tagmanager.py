"""Exports of Google Tag Manager: a web container, a server container, templates without a name, an empty one, and an old format."""

import json

from .canaries import secret
from .table import Fixture, Table

TOKEN = secret("sk_live_9fQx77TestTokenNeverPrint")
CONTAINER = "10000001"


def parameter(key, value):
    """One parameter in the export's shape; a list of dicts becomes a LIST of MAPs."""
    if isinstance(value, bool):
        return {"type": "BOOLEAN", "key": key, "value": "true" if value else "false"}
    if isinstance(value, list):
        rows = [{"type": "MAP", "map": [{"type": "TEMPLATE", "key": k, "value": v} for k, v in row.items()]} for row in value]
        return {"type": "LIST", "key": key, "list": rows}
    return {"type": "TEMPLATE", "key": key, "value": value}


def tag(number, name, kind, parameters, **more):
    base = {"accountId": "6000000001", "containerId": CONTAINER, "tagId": str(number), "name": name, "type": kind}
    shown = [parameter(key, value) for key, value in parameters.items()]
    return {**base, "parameter": shown, "firingTriggerId": ["2147479553"], "consentSettings": {"consentStatus": "NOT_SET"}, **more}


def variable(number, name, kind, parameters):
    base = {"accountId": "6000000001", "containerId": CONTAINER, "variableId": str(number), "name": name, "type": kind}
    return {**base, "parameter": [parameter(key, value) for key, value in parameters.items()]}


def layer(number, name, path):
    """A variable of the data layer."""
    return variable(number, name, "v", {"dataLayerVersion": "2", "setDefaultValue": False, "name": path})


def template(number, name, gallery=None, hosts=(), template_id=None):
    """A custom template; `hosts` are the addresses its permissions allow."""
    allowed = "".join(f'{{"type": 1, "string": "{host}"}},' for host in hosts).rstrip(",")
    data = (
        f"___INFO___\n\n{{\"displayName\": \"{name}\", \"securityGroups\": []}}\n\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\ndata.gtmOnSuccess();\n\n\n"
        f'___WEB_PERMISSIONS___\n\n[{{"instance": {{"key": {{"publicId": "inject_script", "versionId": "1"}}, "param": [{{"key": "urls", "value": '
        f'{{"type": 2, "listItem": [{allowed}]}}}}]}}, "isRequired": true}}]\n'
    )
    result = {"accountId": "6000000001", "containerId": CONTAINER, "templateId": str(number), "name": name, "templateData": data}
    if gallery:
        owner, repository = gallery.split("/")
        result["galleryReference"] = {"host": "github.com", "owner": owner, "repository": repository, "version": "0" * 40}
        if template_id:
            result["galleryReference"]["galleryTemplateId"] = template_id
    return result


def export(name, public, context, version=2, **parts):
    container = {"accountId": "6000000001", "containerId": CONTAINER, "name": name, "publicId": public, "usageContext": [context]}
    content = {"accountId": "6000000001", "containerId": CONTAINER, "containerVersionId": "7", "container": container, **parts}
    return json.dumps({"exportFormatVersion": version, "exportTime": "2026-03-02 09:00:00", "containerVersion": content}, ensure_ascii=False, indent=1) + "\n"


class Rows(Table):
    def there(self, recipient, feature, strength="named", host="-"):
        """The tag is there; `-` where nothing is known of what it sends, or where no address tells the host."""
        self.rows.add((recipient, host, "-", "-", "-", strength, feature, "-"))

    def sends(self, recipient, field, category, feature):
        self.rows.add((recipient, "-", field, category, "plain", "named", feature, "-"))


def fixtures():
    yield web()
    yield server()
    yield templates()
    yield Fixture("gtm-empty", "gtm-empty.json", "gtm", "a container without tags", export("Tom", "GTM-TESTEMP", "WEB"), refused="nothing\n")
    yield Fixture("gtm-old", "gtm-old.json", "gtm", "an export of format 1.3, which is another", export("Gammal", "GTM-TESTOLD", "WEB", version=1.3, tag=[tag(1, "GA", "ua", {})]), refused="exportFormatVersion\n")


def web():
    rows = Rows()
    facebook = "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel"
    variables = [
        layer(1, "DLV - user.email", "user.email"), layer(2, "DLV - kund.epost", "kund.epost"), layer(3, "DLV - user.phone", "user.phone"),
        layer(4, "DLV - user.id", "user.id"), layer(5, "DLV - kund.typ", "kund.typ"), layer(6, "DLV - unused", "kund.personnummer"),
        variable(7, "CONST - land", "c", {"value": "se"}),
        # A lookup on a constant: the address of one shop or of the other.
        variable(8, "LOOKUP - epost", "smm", {"setDefaultValue": True, "input": "{{CONST - land}}", "defaultValue": "{{DLV - kund.epost}}", "map": [{"key": "se", "value": "{{DLV - user.email}}"}]}),
        # Code around the lookup.
        variable(9, "JS - epost", "jsm", {"javascript": "function() {\n  var e = {{LOOKUP - epost}};\n  return e ? e.toLowerCase().trim() : undefined;\n}"}),
        variable(10, "COOKIE - kund", "k", {"name": "kund_id", "decodeCookie": False}),
        variable(11, "UPD", "awec", {"mode": "MANUAL", "email": "{{JS - epost}}", "phone_number": "{{DLV - user.phone}}"}),
        # Two variables that name each other must not hang anybody.
        variable(12, "RUNT A", "jsm", {"javascript": "function() { return {{RUNT B}}; }"}),
        variable(13, "RUNT B", "jsm", {"javascript": "function() { return {{RUNT A}}; }"}),
    ]
    tags = [
        tag(1, "Google tag", "googtag", {"tagId": "G-TESTFIXT01", "configSettingsTable": [{"parameter": "user_id", "parameterValue": "{{DLV - user.id}}"}]}),
        tag(2, "GA4 - teckna", "gaawe", {"measurementIdOverride": "G-TESTFIXT01", "eventName": "teckna", "eventSettingsTable": [
            {"parameter": "kundtyp", "parameterValue": "{{DLV - kund.typ}}"}, {"parameter": "kaka", "parameterValue": "{{COOKIE - kund}}"},
            {"parameter": "steg", "parameterValue": "1"}, {"parameter": "runt", "parameterValue": "{{RUNT A}}"}, {"parameter": "saknas", "parameterValue": "{{Finns inte}}"},
        ]}),
        tag(3, "Ads - köp", "awct", {"conversionId": "900000001", "conversionLabel": "Ab1CdEfGhIj", "enableEnhancedConversion": True, "cssProvidedEnhancedConversionValue": "{{UPD}}"}),
        tag(4, "Conversion linker", "gclidw", {"enableCrossDomain": False}),
        tag(5, "Meta (galleri)", "cvt_K5BTD", {"pixelId": "400000000000001", "eventName": "standard", "standardEventName": "PageView", "advancedMatching": True, "advancedMatchingList": [{"name": "em", "value": "{{DLV - user.email}}"}]}),
        tag(6, "Meta (äldre)", f"cvt_{CONTAINER}_51", {"pixelId": "400000000000001", "standardEventName": "Lead", "advancedMatchingList": [{"name": "ph", "value": "{{DLV - user.phone}}"}]}),
        tag(7, "Meta (html)", "html", {"html": "<script>\n  fbq('init', '400000000000001', {em: '{{JS - epost}}'});\n  fbq('track', 'PageView');\n</script>\n<noscript><img src=\"https://www.facebook.com/tr?id=400000000000001&ev=PageView&noscript=1\"/></noscript>", "supportDocumentWrite": False}),
        tag(8, "Partner", "html", {"html": f"<script>fetch('https://api.partner.example/v1/hit?token={TOKEN}', {{headers: {{Authorization: 'Bearer {TOKEN}'}}}});</script>"}),
        tag(9, "LinkedIn (pausad)", "bzi", {"id": "5000001"}, paused=True),
        tag(10, "UET", "baut", {"tagId": "300000001", "eventType": "PAGE_LOAD"}, consentSettings={"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": [{"type": "TEMPLATE", "value": "ad_storage"}]}}),
        tag(11, "Klick", "lcl", {"waitForTags": False}),
        tag(12, "Okänd mall", "cvt_ZZZZZ", {"apiKey": TOKEN, "email": "{{DLV - user.email}}"}),
        tag(13, "Okänd typ", "zzqq", {"id": "1"}),
    ]
    # 1, 2
    rows.there("google", "analytics")
    rows.sends("google", "user.id", "id.customer", "analytics")
    rows.sends("google", "kund.typ", "unknown", "analytics")
    rows.sends("google", "eventSettingsTable.kaka", "id.customer", "analytics")
    # 3, 4: the user-provided data, through the chain of variables
    rows.there("google", "ads")
    for field in ("user.email", "kund.epost"):
        rows.sends("google", field, "contact.email", "enhanced-conversions")
        rows.sends("meta", field, "contact.email", "advanced-matching")
    rows.sends("google", "user.phone", "contact.phone", "enhanced-conversions")
    # 5, 6, 7; the image of 7 names its host
    rows.there("meta", "pixel")
    rows.there("meta", "pixel", host="www.facebook.com")
    rows.sends("meta", "user.phone", "contact.phone", "advanced-matching")
    # 8: a host in a piece of code
    rows.there("partner.example", "-", "possible", "api.partner.example")
    # 10
    rows.there("microsoft", "uet")
    # 9 is paused, 11 sends nothing, 12 and 13 are unknown: coverage
    parts = {
        "tag": tags, "variable": variables, "builtInVariable": [{"type": "PAGE_URL", "name": "Page URL"}],
        "trigger": [{"accountId": "6000000001", "containerId": CONTAINER, "triggerId": "14", "name": "Alla", "type": "PAGEVIEW"}],
        "customTemplate": [template(50, "Facebook Pixel", facebook, template_id="K5BTD"), template(51, "Facebook Pixel", facebook)],
    }
    return Fixture("gtm-web", "gtm-web.json", "gtm", "a web container: known types, templates, code, a chain of variables, a paused and unknown tags, a token", export("www.shop.example", "GTM-TESTWEB", "WEB", **parts), rows, site="shop.example")


def server():
    rows = Rows()
    variables = [
        variable(1, "ED - email", "ed", {"keyPath": "user_data.email_address", "setDefaultValue": False}),
        variable(2, "ED - user_id", "ed", {"keyPath": "user_id", "setDefaultValue": False}),
        variable(3, "RH - ua", "rh", {"headerName": "user-agent"}),
    ]
    tags = [
        tag(1, "GA4", "sgtmgaaw", {"measurementId": "G-TESTFIXT01", "eventParameters": [{"parameter": "crm", "value": "{{ED - user_id}}"}]}),
        tag(2, "Meta", f"cvt_{CONTAINER}_7", {"accessToken": TOKEN, "pixelId": "400000000000001", "userDataList": [{"name": "em", "value": "{{ED - email}}"}]}),
        tag(3, "Ads", "sgtmadsct", {"conversionId": "900000001"}),
    ]
    rows.there("google", "analytics")
    rows.sends("google", "user_id", "id.customer", "analytics")
    rows.there("meta", "conversions-api")
    rows.sends("meta", "user_data.email_address", "contact.email", "conversions-api")
    rows.there("google", "ads")
    client = [{"accountId": "6000000001", "containerId": CONTAINER, "clientId": "2", "name": "GA4", "type": "gaaw_client", "parameter": [], "priority": 0}]
    parts = {"tag": tags, "variable": variables, "client": client, "customTemplate": [template(7, "Facebook Conversions", "stape-io/facebook-tag")]}
    return Fixture("gtm-server", "gtm-server.json", "gtm", "a server container: event data handed on by the site's own server", export("server.shop.example", "GTM-TESTSRV", "SERVER", **parts), rows, site="shop.example")


def templates():
    """Templates that are in no gallery: what their permissions allow names the recipient, which is possible and no more."""
    rows = Rows()
    tags = [tag(1, "Egen Meta-mall", f"cvt_{CONTAINER}_1", {"id": "1"}), tag(2, "Egen mall", f"cvt_{CONTAINER}_2", {"id": "2", "nyckel": TOKEN})]
    rows.there("meta", "-", "possible", "connect.facebook.net")
    rows.there("okandmall.example", "-", "possible", "cdn.okandmall.example")
    parts = {"tag": tags, "customTemplate": [template(1, "Egen Meta-mall", hosts=["https://connect.facebook.net/*"]), template(2, "Egen mall", hosts=["https://cdn.okandmall.example/*", "https://www.shop.example/*"])]}
    return Fixture("gtm-templates", "gtm-templates.json", "gtm", "own templates, known by the addresses they may load from", export("www.shop.example", "GTM-TESTTPL", "WEB", **parts), rows, site="shop.example")
