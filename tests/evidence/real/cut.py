#!/usr/bin/env python3
"""Cuts what a tool has written to what is worth keeping, and scrubs it: `python3 cut.py FILE > FIXTURE`.

Of a dbt manifest, those members go that dbt brings along itself (`macros`, `docs`), times, the ids of the run, and the folder
it ran in. Of an HTTP archive the browser's own requests, the certificate, and times, of which an even row takes the place.
Of an inspection by Blacklight the machine, times, and the picture that a canvas drew; what it types into forms, an address of
its makers, becomes the persona's. Of events of OpenLineage times and the ids of runs, of which even rows take the place, and
all that announce a run, but for the first. Of lock files where packages come from, and their digests.
"""

import hashlib
import json
import re
import sys
import urllib.parse

OWN = ["macros", "docs"]
RUN = ["generated_at", "invocation_id", "invocation_started_at", "run_started_at", "user_id"]
MACHINE = ["root_path", "created_at", "_requestTime", "_monotonicTime", "expires"]
BROWSERS_OWN = ["update.googleapis.com", "content-autofill.googleapis.com", "accounts.google.com"]
TYPED, PERSONAS = "blacklight-headless@themarkup.org", "Provperson.7713@post.example"


def scrubbed(value):
    if isinstance(value, dict):
        # A column may bear such a name, too.
        return {name: scrubbed(member) for name, member in value.items() if name not in MACHINE or isinstance(member, dict)}
    return [scrubbed(member) for member in value] if isinstance(value, list) else value


def manifest(whole):
    whole = {name: {} if name in OWN else member for name, member in whole.items()}
    whole["metadata"] = {name: member for name, member in whole["metadata"].items() if name not in RUN}
    return whole


def archive(whole):
    log = whole["log"]
    entries = [it for it in log["entries"] if urllib.parse.urlsplit(it["request"]["url"]).hostname not in BROWSERS_OWN]
    for number, it in enumerate([*log.get("pages", []), *entries]):
        it["startedDateTime"] = f"2026-03-02T09:00:{number:02}.000Z"
    for entry in entries:
        entry.pop("_securityDetails", None)
        headers = entry["response"]["headers"]
        entry["response"]["headers"] = [it for it in headers if it["name"].lower() != "date"]
        for message in entry.get("_webSocketMessages", []):
            message["time"] = 0
    log["entries"] = entries
    return whole


def inspection(text):
    digest = lambda it: hashlib.sha256(it.encode()).hexdigest()  # noqa: E731
    text = text.replace(TYPED, PERSONAS).replace(digest(TYPED), digest(PERSONAS.lower()))
    whole = json.loads(re.sub(r"(data:image/png;base64,)[^\"]+", r"\1", text))
    whole["script"]["host"], whole["browser"]["platform"]["version"] = "host", "0"
    whole["start_time"], whole["end_time"] = "2026-03-02T09:00:00.000Z", "2026-03-02T09:00:09.000Z"
    return whole


def events(lines):
    announced = [it for it in lines if it["eventType"] == "START"]
    kept = [it for it in lines if it not in announced[1:]]
    text = json.dumps([{**it, "eventTime": f"2026-03-02T09:00:{number:02}.000Z"} for number, it in enumerate(kept)])
    for number, run in enumerate(dict.fromkeys(re.findall(r'"(?:runId|invocation_id)": "([^"]+)"', text))):
        text = text.replace(run, f"01950000-0000-7000-8000-{number:012}")
    return "\n".join(json.dumps(it, ensure_ascii=False) for it in json.loads(text)) + "\n"


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    if '"eventType"' in text.split("\n")[0]:
        return sys.stdout.write(events([json.loads(line) for line in text.splitlines()]))
    if text.lstrip()[0] != "{":
        return sys.stdout.write(re.sub(r"^(sdist|checksum|source = [\"{ ]+registry).*\n|^wheels = \[\n(    .*\n)*\]\n", "", text, flags=re.M))
    whole = json.loads(text)
    if "lockfileVersion" in whole:
        text = re.sub(r'^ +"(resolved|integrity)": .*\n', "", text, flags=re.M)
        return sys.stdout.write(re.sub(r",(\s+})", r"\1", text))
    if "reports" in whole:
        whole = inspection(text)
    else:
        whole = scrubbed(archive(whole) if "log" in whole else manifest(whole))
    json.dump(whole, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    return print()


main()
