#!/usr/bin/env python3
"""Cuts a dbt manifest to what a project says: `python3 cut.py target/manifest.json > dbt-v12.json`.

Of the members, those that dbt brings along itself go (`macros`, `docs`); of the rest, times, the ids of the run, and the folder it ran in.
"""

import json
import sys

OWN = ["macros", "docs"]
RUN = ["generated_at", "invocation_id", "invocation_started_at", "run_started_at", "user_id"]
MACHINE = ["root_path", "created_at"]


def scrubbed(value):
    if isinstance(value, dict):
        # A column may bear such a name, too.
        return {name: scrubbed(member) for name, member in value.items() if name not in MACHINE or isinstance(member, dict)}
    return [scrubbed(member) for member in value] if isinstance(value, list) else value


manifest = json.load(open(sys.argv[1], encoding="utf-8"))
manifest = scrubbed({name: {} if name in OWN else member for name, member in manifest.items()})
manifest["metadata"] = {name: member for name, member in manifest["metadata"].items() if name not in RUN}
json.dump(manifest, sys.stdout, ensure_ascii=False, separators=(",", ":"))
print()
