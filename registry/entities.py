#!/usr/bin/env python3
"""Makes entities.tsv (domain, tab, entity) from the package `third-party-web`.

Use: entities.py path/to/package > entities.tsv
where the path is the unpacked package, as `npm pack third-party-web` and `tar xzf` leave it.
"""
import json
import pathlib
import sys


def rows(entities):
    table = {}
    for entity in entities:
        name = " ".join(entity["name"].split())
        for domain in entity["domains"]:
            domain = domain.strip().lower().removeprefix("*.").strip(".")
            if domain:
                # The first entity that names a domain keeps it, as in the package's own look-up.
                table.setdefault(domain, name)
    # A domain whose parent says the same adds nothing: the reader looks up the parents anyway.
    for domain, name in list(table.items()):
        labels = domain.split(".")
        parents = (".".join(labels[i:]) for i in range(1, len(labels) - 1))
        above = next((table[p] for p in parents if p in table), None)
        if above == name:
            del table[domain]
    return sorted((d.encode(), n.encode()) for d, n in table.items())


def main():
    package = pathlib.Path(sys.argv[1])
    licence = json.loads((package / "package.json").read_text("utf-8"))["license"]
    if licence != "MIT":
        sys.exit(f"licence is {licence}, not MIT: nothing written")
    entities = json.loads((package / "dist" / "entities-nostats.json").read_text("utf-8"))
    for domain, name in rows(entities):
        sys.stdout.buffer.write(domain + b"\t" + name + b"\n")


if __name__ == "__main__":
    main()
