"""Evidence out of the data flow analyser piiflow, as it is called now: datawarden. A scan, and an inventory (`map`)."""

from .canaries import secret
from .code import Rows, dump
from .table import Fixture

# What is expected of a destination: a recipient, or one of these words.
WITHIN, UNNAMED = "within", "unnamed"

# What each type of data is taken for, said here a second time. A type that is a program's key gives no row.
CATEGORIES = {
    "email": "contact.email", "phone": "contact.phone", "person_name": "id.name", "dob": "demographic.birth-date", "address": "contact.postal",
    "ip_address": "online.ip", "national_id": "id.national", "us_ssn": "id.national", "vn_cccd": "id.national", "passport": "id.document",
    "drivers_license": "id.document", "tax_id": "id.national", "insurance_id": "id.customer", "credit_card": "finance.payment.card",
    "bank_account": "finance.account", "request_data": "unknown", "location": "location", "device_id": "online.device",
    "gender": "demographic.gender", "ethnicity": "special.racial-ethnic", "religion": "special.religious", "health": "special.health",
    "biometric": "special.biometric", "license_plate": "id.vehicle", "medical_record_number": "special.health",
    "password": "online.credential", "session_token": "online.credential",
}
KEYS = {"api_key", "access_token", "secret_key", "private_key"}
CLASSES = {"health": "phi", "medical_record_number": "phi", "credit_card": "pci", "bank_account": "pci", **{it: "credential" for it in KEYS | {"password", "session_token"}}}

# The least that is done to a value decides nothing: one digest on the way is enough, and what cannot be told stays open.
DIGESTS = {"sha256", "sha512", "md5_or_sha1", "hashed", "tokenized", "masked"}
PLAIN = {"base64"}


def form_of(transforms):
    if DIGESTS & set(transforms):
        return "pseudonymised"
    return "plain" if set(transforms) <= PLAIN else "-"


def category_of(data_type, kind):
    if data_type not in CATEGORIES and kind == "phi":
        return "special.health"
    return "special.health" if (data_type, kind) == ("insurance_id", "phi") else CATEGORIES.get(data_type, "-")


class Code:
    """Flows of one repository, with the rows they give."""

    def __init__(self):
        self.flows, self.rows = [], Rows()

    def flow(self, data_type, to, dest, transforms=(), guards=(), kind=None, **more):
        number = len(self.flows) + 1
        kind = kind or CLASSES.get(data_type, "pii")
        source, sink = {"file": "src/kund.ts", "line": number, "col": 9}, {"file": f"src/skicka{number % 3}.ts", "line": 10 + number, "col": 3}
        flow = {
            "data_type": data_type, "class": kind, "source": source, "sink": sink, "sink_rule": more.pop("sink_rule", "http.client"),
            "dest": {"first_party": False, **dest}, "path": [source, {"file": "src/mellan.ts", "line": number}, sink], "confidence": 0.8,
            "function": "skicka", "lang": "typescript", "source_desc": f'kund.falt // {secret("source.person@else.example")}', "sink_call": "skicka(kund)",
            "fingerprint": f"{number:016x}", "violation": False, "severity": "medium", "baselined": False, **more,
        }
        if transforms:
            flow["transforms"] = list(transforms)
        if guards:
            flow["guards"] = list(guards)
        self.flows.append(flow)
        if to not in (WITHIN, UNNAMED) and data_type not in KEYS:
            self.rows.row(to, data_type, category_of(data_type, kind), form_of(transforms))


def fixtures():
    yield scan()
    yield inventory()


def scan():
    code = Code()
    sentry = {"kind": "third_party", "vendor": "Sentry", "host": "sentry.io", "region": "US"}
    code.flow("email", "sentry", sentry, sink_rule="sdk.sentry.set_user")
    code.flow("email", "sentry", sentry, ["sha256"], baselined=True)
    code.flow("ip_address", "sentry", {"kind": "third_party", "vendor": "Sentry"}, ["masked", "base64"])
    code.flow("api_key", "sentry", sentry, kind="credential")
    code.flow("password", "sentry", sentry, ["redacted"], allowed="taken out by the client")
    # By host alone, by name alone, by neither.
    code.flow("person_name", "klaviyo", {"kind": "third_party", "host": "a.klaviyo.com"}, guards=["samtycke.marknad"])
    code.flow("phone", "partner.example", {"kind": "network", "host": "api.partner.example"}, ["base64"])
    code.flow("national_id", "partner.example", {"kind": "network", "host": "api.partner.example"}, ["encrypted"])
    code.flow("health", "Okandpartner", {"kind": "third_party", "vendor": "Okandpartner"}, guards=["harSamtycke()"])
    code.flow("address", UNNAMED, {"kind": "network"})
    code.flow("location", UNNAMED, {"kind": "ipc"})
    # Within the organisation, and a store that is somebody else's.
    code.flow("email", WITHIN, {"kind": "first_party", "host": "api.shop.example", "first_party": True})
    code.flow("email", WITHIN, {"kind": "network", "host": "static.shop.example"})
    code.flow("email", WITHIN, {"kind": "log"})
    code.flow("email", WITHIN, {"kind": "storage", "vendor": "Lokalbas"})
    code.flow("religion", "vault.example", {"kind": "storage", "host": "eu.vault.example"}, ["anonymized"])
    literals = [
        {"data_type": "email", "pos": {"file": "test/data.ts", "line": 3}, "masked": secret("l***l.person@else.example"), "value_hash": secret("5f1d9c0e7a3b48c2"), "confidence": 0.9},
        {"data_type": "us_ssn", "pos": {"file": "test/data.ts", "line": 4}, "masked": secret("***-**-4417-test"), "value_hash": secret("c2b17a90de5533f1"), "confidence": 0.9},
    ]
    text = dump({
        "tool": "piiflow", "version": "0.4.0", "mode": "diff", "diff_base": "origin/main", "started": "2026-03-02T09:00:00Z", "duration": 812000000, "files_scanned": 41,
        "files_analyzed": {"typescript": 38, "python": 3}, "functions": 320, "changed_files": 4, "caller_files": 2, "flows": code.flows, "literals": literals,
        "warnings": [f'src/gammal.ts: {secret("warned.person@else.example")}'], "baseline_size": 1, "baseline_fixed": 0,
    })
    return Fixture("piiflow-scan", "piiflow-scan.json", "piiflow", "a scan of changed files: flows, values in the code, a warning", text, code.rows, site="shop.example")


def inventory():
    code = Code()
    for data_type in sorted(CATEGORIES):
        code.flow(data_type, "twilio-segment", {"kind": "third_party", "vendor": "Segment"})
    for data_type in sorted(KEYS):
        code.flow(data_type, "twilio-segment", {"kind": "third_party", "vendor": "Segment"})
    code.flow("insurance_id", "insurer.example", {"kind": "third_party", "host": "in.insurer.example"}, kind="phi")
    code.flow("lab_result", "insurer.example", {"kind": "third_party", "host": "in.insurer.example"}, ["tokenized"], kind="phi")
    code.flow("kundklass", "insurer.example", {"kind": "third_party", "host": "in.insurer.example"}, ["sha512"])
    email = {"id": "email", "label": "E-mail", "category": "contact", "sensitive": False, "sources": 3, "stored_in": [], "recipients": ["Segment"], "committed_literals": 2}
    recipient = {"vendor": "Segment", "kind": "third_party", "region": "US", "first_party": False, "data_types": ["email"], "sinks": ["sdk.segment.identify"], "flows": 3, "violations": 0, "examples": ["src/skicka1.ts:11"]}
    # A recipient of the summary that no flow shows would be one too many.
    text = dump({"generated": "2026-03-02T09:00:00Z", "data_types": [email], "recipients": [recipient], "stores": [{"vendor": "Lokalbas", "kind": "storage"}], "flows": code.flows})
    return Fixture("piiflow-map", "piiflow-map.json", "piiflow", "an inventory: every type of data, by its name or its class", text, code.rows)
