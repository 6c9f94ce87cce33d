"""Evidence out of code and pipelines: dbt, OpenLineage, inspection files, scanners, pages, packages, a content security policy."""

import json

from .canaries import secret
from .har import P, wire
from .table import Fixture, Table
from .values import EMAIL_LOWER, sha256


def fixtures():
    yield dbt(10)
    yield dbt(12)
    yield from openlineage()
    yield wec()
    yield blacklight()
    yield bearer_privacy()
    yield bearer_dataflow()
    yield privado()
    yield page()
    yield from packages()
    yield from policies()


def dump(value):
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


class Rows(Table):
    def row(self, recipient, field="-", category="-", form="-", strength="possible", host="-", feature="-", item="-"):
        self.rows.add((recipient, host, field, category, form, strength, feature, item))


# dbt


def dbt(version):
    """A chain source -> staging -> mart with two exposures, and a model that leads nowhere. From 1.10 on (manifest 12) a column's
    meta and tags may stand in its `config`."""
    def column(name, **more):
        return {"name": name, "description": "", "meta": {}, "tags": [], "data_type": None, **more}

    def inside(name, **more):
        return column(name, config=more) if version >= 12 else column(name, **more)

    def node(kind, name, columns, parents=(), **more):
        config = {"materialized": "table", "meta": {}, "tags": []}
        return {"resource_type": kind, "name": name, "alias": name, "schema": "analytics", "database": "shop", "unique_id": f"{kind}.shop.{name}", "columns": {c["name"]: c for c in columns}, "meta": {}, "tags": [], "config": config, "depends_on": {"nodes": list(parents), "macros": []}, **more}

    source = {"resource_type": "source", "source_name": "crm", "name": "customers", "schema": "raw", "database": "shop", "identifier": "customers", "relation_name": '"shop"."raw"."customers"', "loader": "", "meta": {}, "tags": [], "columns": {c["name"]: c for c in [column("id"), column("personnummer", meta={"ropa": "id.national"})]}}
    nodes = [
        node("model", "stg_customers", [column("email", tags=["contact.email"]), column("phone", tags=["PII"]), column("created_at")], ["source.shop.crm.customers"]),
        node("model", "segments", [inside("segment", meta={"ropa": "profile.segment"}), inside("note", tags=["pii"]), column("size")], ["model.shop.stg_customers", "seed.shop.regions"]),
        node("seed", "regions", [column("region")]),
        node("model", "payroll", [column("salary", meta={"ropa": "employment.salary"})]),
        node("test", "not_null_email", [], ["model.shop.stg_customers"]),
    ]

    def exposure(name, kind, parents):
        return {"name": name, "type": kind, "owner": {"name": "Marknad", "email": "marknad@shop.example"}, "url": None, "description": "", "label": None, "maturity": "high", "meta": {}, "tags": [], "depends_on": {"nodes": parents, "macros": []}, "unique_id": f"exposure.shop.{name}", "resource_type": "exposure"}

    exposures = [
        exposure("meta_audience", "application", ["model.shop.segments"]),
        exposure("churn_model", "ml", ["model.shop.stg_customers"]),
        exposure("sales_board", "dashboard", ["seed.shop.regions"]),
    ]
    manifest = {
        "metadata": {"dbt_schema_version": f"https://schemas.getdbt.com/dbt/manifest/v{version}.json", "dbt_version": "1.6.0" if version == 10 else "1.10.4", "project_name": "shop"},
        "nodes": {n["unique_id"]: n for n in nodes}, "sources": {"source.shop.crm.customers": source}, "exposures": {e["unique_id"]: e for e in exposures},
        "parent_map": {n["unique_id"]: n["depends_on"]["nodes"] for n in nodes}, "child_map": {}, "macros": {}, "docs": {}, "metrics": {}, "selectors": {}, "disabled": {},
    }
    rows = Rows()
    upstream = [("customers.personnummer", "id.national"), ("stg_customers.email", "contact.email"), ("stg_customers.phone", "-")]
    for field, category in upstream + [("segments.segment", "profile.segment"), ("segments.note", "-")]:
        rows.row("meta", field, category)
    for field, category in upstream:
        rows.row("churn_model", field, category)
    name = f"dbt-v{version}"
    return Fixture(name, f"{name}.json", "dbt", f"manifest {version}: what leads to an exposure, model by model", dump(manifest), rows)


# OpenLineage


def events():
    """Runs that write into a salesforce organisation, a bucket of a partner, and the site's own warehouse."""
    def source(field, kind="DIRECT", subtype="IDENTITY", masking=False):
        return {"namespace": "postgres://db.shop.example:5432", "name": "crm.public.customers", "field": field, "transformations": [{"type": kind, "subtype": subtype, "description": "", "masking": masking}]}

    def event(number, namespace, name, fields, dataset=None, tags=None, kind="COMPLETE"):
        lineage = {"_producer": "https://shop.example/jobs", "_schemaURL": "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json", "fields": {out: {"inputFields": inputs} for out, inputs in fields.items()}}
        if dataset:
            lineage["dataset"] = dataset
        facets = {"columnLineage": lineage, "schema": {"fields": [{"name": out, "type": "string"} for out in fields]}}
        if tags:
            facets["tags"] = {"tags": [{"key": "ropa", "value": value, "field": field} for field, value in tags.items()]}
        return {
            "eventType": kind, "eventTime": f"2026-03-02T09:00:0{number}.000Z", "producer": "https://shop.example/jobs", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
            "run": {"runId": f"01950000-0000-7000-8000-00000000000{number}"}, "job": {"namespace": "shop", "name": f"export_{number}", "facets": {}},
            "inputs": [{"namespace": "postgres://db.shop.example:5432", "name": "crm.public.customers", "facets": {}}], "outputs": [{"namespace": namespace, "name": name, "facets": facets}],
        }

    old = {"namespace": "postgres://db.shop.example:5432", "name": "crm.public.customers", "field": "phone"}
    return [
        event(1, "salesforce://shop.my.salesforce.com", "Contact", {
            "Email": [source("email")],
            "Hash__c": [source("personnummer", subtype="TRANSFORMATION", masking=True)],
            # Only sorted or joined by it: its value is not carried.
            "Rank__c": [source("premium", "INDIRECT", "SORT")],
            "Name": [source("first_name", subtype="TRANSFORMATION"), source("last_name", subtype="TRANSFORMATION")],
        }, dataset=[source("segment", "INDIRECT", "FILTER")], tags={"Email": "contact.email", "Name": "id.name"}),
        event(2, "s3://partner-export", "daily/customers", {"mail": [source("email")], "plain_or_masked": [source("phone"), source("phone", masking=True)]}),
        event(3, "postgres://warehouse.shop.example:5432", "shop.public.customers", {"email": [source("email")]}),
        # The older way to say it: at the column, in one word.
        {**event(4, "s3://partner-export", "daily/old", {"phone_masked": [old]})},
        event(5, "s3://failed-export", "daily/none", {"email": [source("email")]}, kind="FAIL"),
    ]


def openlineage():
    runs = events()
    runs[3]["outputs"][0]["facets"]["columnLineage"]["fields"]["phone_masked"].update({"transformationType": "MASKED", "transformationDescription": "sha256"})
    rows = Rows()
    rows.row("salesforce", "Email", "contact.email", "plain", "named")
    rows.row("salesforce", "Name", "id.name", "plain", "named")
    rows.row("salesforce", "Hash__c", "id.national", "pseudonymised", "named")
    rows.row("partner-export", "mail", "contact.email", "plain", "named")
    rows.row("partner-export", "plain_or_masked", "contact.phone", "plain", "named")
    rows.row("partner-export", "phone_masked", "contact.phone", "pseudonymised", "named")
    lines = "".join(json.dumps(run) + "\n" for run in runs)
    about = "columns carried plain, masked, and only by influence"
    yield Fixture("openlineage-lines", "openlineage-lines.ndjson", "openlineage", f"one event a line: {about}", lines, rows, site="shop.example")
    yield Fixture("openlineage-array", "openlineage-array.json", "openlineage", f"an array of events: {about}", dump(runs), rows, site="shop.example")
    one = Rows()
    one.row("salesforce", "Email", "contact.email", "plain", "named")
    one.row("salesforce", "Name", "id.name", "plain", "named")
    one.row("salesforce", "Hash__c", "id.national", "pseudonymised", "named")
    yield Fixture("openlineage-one", "openlineage-one.json", "openlineage", "a single event", dump(runs[0]), one, site="shop.example")


# Inspection files


def shown(rows, recipient, host):
    rows.row(recipient, "ip", "online.ip", "implied", "implied", host)
    rows.row(recipient, "user-agent", "online.user-agent", "implied", "implied", host)


def wec():
    page = "https://www.shop.example/konto"
    query = {"id": "400000000000001", "ev": "PageView", "dl": page, "ud[em]": str(sha256(EMAIL_LOWER))}
    beacon = "https://www.facebook.com/tr/?" + wire([P(key, value) for key, value in query.items()])
    none = {"firstParty": [], "thirdParty": []}
    text = dump({
        "title": "Website Evidence Collection", "uri_ins": "https://www.shop.example/", "uri_ins_host": "www.shop.example", "uri_dest": page, "uri_refs": ["https://www.shop.example"], "uri_redirects": [],
        "start_time": "2026-03-02T09:00:00.000Z", "end_time": "2026-03-02T09:01:00.000Z", "script": {"host": "fixture", "version": {"npm": "1.0.0", "commit": None}},
        "browsing_history": [page],
        "hosts": {
            "requests": {"firstParty": ["www.shop.example"], "thirdParty": ["www.facebook.com", "www.googletagmanager.com", "cdn.widgets.example"]},
            "beacons": {"firstParty": [], "thirdParty": ["www.facebook.com"]},
            "cookies": {"firstParty": ["www.shop.example"], "thirdParty": []}, "localStorage": none,
            "links": {"firstParty": ["www.shop.example"], "thirdParty": ["annan.example"]}, "contentSecurityPolicy": {"firstParty": [], "thirdParty": ["allowed.example"]},
        },
        "cookies": [{"name": "_fbp", "domain": "shop.example", "value": secret("fb.1.1772441000123.990011223"), "expiresDays": 90, "session": False, "firstPartyStorage": True, "log": {"stack": []}}],
        "beacons": [{"url": beacon, "query": query, "filter": "/tr/?", "listName": "list.txt", "log": {}, "occurrances": 2}],
        "localStorage": {"https://www.shop.example": {"kund": {"value": "1"}}}, "unsafeForms": [], "links": {"firstParty": [], "thirdParty": [{"href": "https://annan.example/"}]}, "secure_connection": {},
    })
    rows = Rows()
    for recipient, host in (("meta", "www.facebook.com"), ("google", "www.googletagmanager.com"), ("widgets.example", "cdn.widgets.example")):
        shown(rows, recipient, host)
    rows.row("meta", "ev", "behaviour.events", "plain", "named", "www.facebook.com", "pixel")
    rows.row("meta", "dl", "behaviour.pages", "plain", "named", "www.facebook.com", "pixel")
    rows.row("meta", "ud[em]", "contact.email", "pseudonymised", "proven", "www.facebook.com", "advanced-matching", "customer.email")
    return Fixture("wec", "wec/inspection.json", "wec", "the Website Evidence Collector's inspection: hosts and beacons; links and a policy are no requests", text, rows, site="shop.example")


def blacklight():
    page = "https://www.shop.example/konto"
    digest = str(sha256(EMAIL_LOWER))
    raw = "https://www.facebook.com/tr/?" + wire([P("id", "400000000000001"), P("ev", "PageView"), P("dl", page), P("cd[content_name]", "Gravidförsäkring"), P("ud[em]", digest)])
    text = dump({
        "status": "success", "uri_ins": "https://www.shop.example/", "uri_dest": page, "uri_redirects": [], "secure_connection": {}, "start_time": "2026-03-02T09:00:00.000Z", "end_time": "2026-03-02T09:01:00.000Z",
        "hosts": {"requests": {"first_party": ["www.shop.example"], "third_party": ["www.facebook.com", "region1.google-analytics.com", "cdn.widgets.example"]}, "cookies": {"first_party": [], "third_party": []}, "links": {"first_party": [], "third_party": ["annan.example"]}},
        "reports": {
            "fb_pixel_events": [{
                "eventName": "PageView", "eventDescription": "", "pageUrl": page, "isStandardEvent": True,
                "advancedMatchingParams": [{"key": "ud[em]", "value": digest, "description": "Email"}], "dataParams": [{"key": "cd[content_name]", "value": "Gravidförsäkring"}], "raw": raw,
            }],
            "third_party_trackers": [{
                "url": "https://region1.google-analytics.com/g/collect?v=2&tid=G-TESTFIXT01", "type": "request.tracking", "stack": [],
                "data": {"query": {"v": "2", "tid": "G-TESTFIXT01", "en": "page_view", "dl": page}, "body": None, "filter": "||google-analytics.com^", "listName": "list"},
            }],
            "key_logging": {}, "session_recorders": {}, "cookies": [], "canvas_fingerprinters": {},
        },
    })
    rows = Rows()
    for recipient, host in (("meta", "www.facebook.com"), ("google", "region1.google-analytics.com"), ("widgets.example", "cdn.widgets.example")):
        shown(rows, recipient, host)
    rows.row("meta", "ev", "behaviour.events", "plain", "named", "www.facebook.com", "pixel")
    rows.row("meta", "dl", "behaviour.pages", "plain", "named", "www.facebook.com", "pixel")
    rows.row("meta", "ud[em]", "contact.email", "pseudonymised", "proven", "www.facebook.com", "advanced-matching", "customer.email")
    rows.row("meta", "cd[content_name]", "behaviour.purchase", "plain", "named", "www.facebook.com", "pixel")
    rows.row("google", "en", "behaviour.events", "plain", "named", "region1.google-analytics.com", "analytics")
    rows.row("google", "dl", "behaviour.pages", "plain", "named", "region1.google-analytics.com", "analytics")
    return Fixture("blacklight", "blacklight/inspection.json", "blacklight", "Blacklight's inspection: hosts, pixel events, trackers", text, rows, site="shop.example")


# Scanners


def bearer_privacy():
    counts = {"critical_risk_failure_count": 0, "high_risk_failure_count": 1, "medium_risk_failure_count": 0, "low_risk_failure_count": 0, "rules_passed_count": 9}
    text = dump({
        "subjects": [
            {"subject_name": "User", "name": "Email Address", "detection_count": 4, **counts},
            {"subject_name": "Unknown", "name": "IP address", "detection_count": 1, **counts},
        ],
        "third_party": [
            {"third_party": "Sentry", "subject_name": "User", "data_types": ["Email Address", "Fullname"], **counts},
            {"third_party": "Okandpartner", "subject_name": "Unknown", "data_types": ["IP address"], **counts},
            {"third_party": "Unknown", "subject_name": "User", "data_types": ["Unknown"], **counts},
        ],
    })
    rows = Rows()
    known = (("sentry", "Email Address", "contact.email"), ("sentry", "Fullname", "id.name"), ("Okandpartner", "IP address", "online.ip"))
    for recipient, field, category in known:
        rows.row(recipient, field, category)
    return Fixture("bearer-privacy", "bearer-privacy.json", "bearer", "Bearer's privacy report: third parties and the data types they get", text, rows)


def bearer_dataflow():
    def location(line):
        return {"detector": "javascript", "filename": "src/app.js", "full_filename": "src/app.js", "line_number": line}

    text = dump({
        "data_types": [{"uuid": "00000000-0000-4000-8000-000000000001", "category_uuid": "00000000-0000-4000-8000-000000000002", "category_name": "Contact", "category_groups": ["PII", "Personal Data"], "name": "Email Address", "detectors": [
            {"name": "javascript", "locations": [{"filename": "src/app.js", "full_filename": "src/app.js", "start_line_number": 3, "start_column_number": 5, "end_column_number": 15, "field_name": "email", "object_name": "user", "subject_name": "User"}]},
        ]}],
        "components": [
            {"name": "Stripe", "type": "external_service", "sub_type": "third_party", "locations": [location(4)]},
            {"name": "Segment", "type": "external_service", "sub_type": "third_party", "locations": [location(5)]},
            {"name": "https://api.partner.example", "type": "external_service", "sub_type": "third_party", "locations": [location(6)]},
            {"name": "PostgreSQL", "type": "data_store", "sub_type": "database", "locations": [location(7)]},
            {"name": "https://api.shop.example", "type": "internal_service", "sub_type": "", "locations": [location(8)]},
        ],
        "risks": [], "dependencies": [{"name": "@sentry/browser", "version": "8.0.0", "filename": "package.json", "detector": "package-json"}], "paths": [], "errors": [],
    })
    rows = Rows()
    for recipient in ("stripe", "twilio-segment", "partner.example"):
        rows.row(recipient)
    return Fixture("bearer-dataflow", "bearer-dataflow.json", "bearer", "Bearer's data flow report: external services; which data each gets is not in it", text, rows, site="shop.example")


def privado():
    def path(number):
        return [{"pathId": f"{number}", "path": [{"sample": "user.email", "lineNumber": number, "columnNumber": 3, "fileName": "src/App.java", "excerpt": f'send("{secret("excerpt.person@else.example")}")'}]}]

    text = dump({
        "version": "2.0", "repoName": "shop",
        "sources": [
            {"id": "Data.Sensitive.ContactData.EmailAddress", "name": "Email Address", "category": "Contact Data", "isSensitive": True},
            {"id": "Data.Sensitive.OnlineIdentifiers.IPAddress", "name": "IP Address", "category": "Online Identifiers", "isSensitive": False},
        ],
        "dataFlow": {
            "storages": [{"sourceId": "Data.Sensitive.ContactData.EmailAddress", "sinks": [{"id": "Storages.PostgreSQL", "name": "PostgreSQL", "domains": [], "apiUrl": [], "paths": path(1)}]}],
            "third_parties": [
                {"sourceId": "Data.Sensitive.ContactData.EmailAddress", "sinks": [
                    {"id": "ThirdParties.SDK.Klaviyo", "name": "Klaviyo", "domains": ["klaviyo.com"], "apiUrl": [], "paths": path(2)},
                    {"id": "ThirdParties.API", "name": "API", "domains": [], "apiUrl": ["https://api.partner.example/v1/kund"], "paths": path(3)},
                ]},
                {"sourceId": "Data.Sensitive.OnlineIdentifiers.IPAddress", "sinks": [{"id": "ThirdParties.SDK.Sentry", "name": "Sentry", "domains": ["sentry.io"], "apiUrl": [], "paths": path(4)}]},
            ],
            "leakages": [], "internal_apis": [],
        },
        "collections": [{"collectionId": "Collections.Endpoint", "name": "Form", "collections": [{"sourceId": "Data.Sensitive.ContactData.EmailAddress", "occurrences": [{"endPoint": "/kund"}]}]}],
    })
    rows = Rows()
    rows.row("klaviyo", "Email Address", "contact.email")
    rows.row("partner.example", "Email Address", "contact.email")
    rows.row("sentry", "IP Address", "online.ip")
    return Fixture("privado", "privado.json", "privado", "Privado's result: sources that reach third parties; storages are none", text, rows)


# Pages, packages, policies


def page():
    text = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<title>Försäkring</title>
<link rel="stylesheet" href="/css/site.css">
<script async src="https://www.googletagmanager.com/gtag/js?id=G-TESTFIXT01"></script>
<script src="//cdn.widgets.example/w.js"></script>
<script src="/js/own.js"></script>
<script src="https://static.shop.example/js/own.js"></script>
<script>
  fbq('init', '400000000000001', { em: kund.epost });
  hj('identify', kund.id, {});
</script>
</head>
<body>
<a href="https://annan.example/">En länk är ingen begäran</a>
<p>Text om connect.twitter och tiktok.</p>
<img src="https://px.ads.linkedin.com/collect/?pid=5000001&amp;fmt=gif" alt="">
<iframe src="https://video.frames.example/embed/1"></iframe>
</body>
</html>
"""
    rows = Rows()
    rows.row("google", host="www.googletagmanager.com")
    rows.row("meta", feature="pixel")
    rows.row("meta", "em", "contact.email", "plain", feature="advanced-matching")
    rows.row("hotjar", feature="identify")
    rows.row("linkedin", host="px.ads.linkedin.com", feature="insight-tag")
    rows.row("widgets.example", host="cdn.widgets.example")
    rows.row("frames.example", host="video.frames.example")
    return Fixture("page", "page.html", "html", "a page: scripts, calls, an image, a frame", text, rows, site="shop.example")


def packages():
    npm = dump({
        "name": "shop", "version": "1.0.0", "private": True,
        "dependencies": {"react": "^19.0.0", "react-facebook-pixel": "^1.0.4", "react-ga4": "^2.1.0", "@microsoft/clarity": "^1.0.0", "@adobe/alloy": "^2.27.0", "posthog-js-lite-not": "1.0.0"},
        "devDependencies": {"jsforce": "^3.6.0"}, "optionalDependencies": {"@segment/analytics-next": "^1.70.0"},
    })
    pypi = """# requirements of the exports
-r base.txt
Facebook_Business==21.0.0
google-ads >= 25.0 ; python_version >= "3.9"
simple-salesforce[extra]~=1.12
klaviyo-api @ https://files.shop.example/klaviyo_api-12.0.0-py3-none-any.whl
requests==2.32.3  # not facebook-sdk
"""
    cargo = """[package]
name = "shop"
version = "0.1.0"
edition = "2021"

[dependencies]
serde = "1"
sentry = { version = "0.34", default-features = false }
"""
    for name, file, text, recipients in (
        ("packages-npm", "packages-npm/package.json", npm, ["meta", "google", "microsoft", "adobe", "salesforce", "twilio-segment"]),
        ("packages-pypi", "packages-pypi/requirements.txt", pypi, ["meta", "google", "salesforce", "klaviyo"]),
        ("packages-cargo", "packages-cargo/Cargo.toml", cargo, ["sentry"]),
    ):
        rows = Rows()
        for recipient in recipients:
            rows.row(recipient)
        yield Fixture(name, file, "packages", "packages of vendors among others", text, rows)


def policies():
    one = Rows()
    for recipient, host in (
        ("meta", "connect.facebook.net"), ("meta", "www.facebook.com"), ("google", "*.google-analytics.com"), ("tracker.example", "*.tracker.example"), ("pay.example", "pay.example"),
    ):
        one.row(recipient, strength="permitted", host=host)
    header = (
        "Content-Security-Policy: default-src 'self'; script-src 'self' 'nonce-cjRuZDBtMTIz' 'strict-dynamic' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' https://connect.facebook.net:443; "
        "connect-src 'self' https://*.google-analytics.com wss://*.tracker.example; img-src 'self' data: https://www.facebook.com/tr/ https://static.shop.example; "
        "form-action 'self' https://pay.example; frame-ancestors https://portal.example; report-uri https://csp.reports.example/r; upgrade-insecure-requests\n"
    )
    yield Fixture("csp", "csp.txt", "csp", "a content security policy: who is permitted; who may frame the page is another matter", header, one, site="shop.example")
    two = Rows()
    two.row("google", strength="permitted", host="www.googletagmanager.com")
    headers = (
        "HTTP/1.1 200 OK\nContent-Type: text/html\n"
        "content-security-policy: script-src 'self' https://www.googletagmanager.com https://connect.facebook.net\n"
        "Content-Security-Policy: script-src 'self' https://www.googletagmanager.com\n"
    )
    yield Fixture("csp-two", "csp-two.txt", "csp", "two policies in one answer: only what both permit", headers, two, site="shop.example")
