#!/usr/bin/env python3
"""Writes the evidence fixtures of this folder: `python3 tests/evidence/make.py`.

Only the standard library, no clock, no chance: the same files every time. README.md says what the tables hold.
`identifiers.tsv` is not written here but by `identifiers.py`, which needs python-stdnum.
"""

import pathlib
import sys

sys.dont_write_bytecode = True

from make import canaries, collect  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def main():
    files = collect()
    files["persona.yaml"] = canaries.persona_yaml()
    files["canaries.txt"] = canaries.canaries_txt()
    for name, content in sorted(files.items()):
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    print(f"{len(files)} files written")


if __name__ == "__main__":
    main()
