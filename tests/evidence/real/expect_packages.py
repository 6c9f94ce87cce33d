#!/usr/bin/env python3
"""Writes what the lock files must give, `python3 expect_packages.py`: by hand from what each project asks for."""

import pathlib

from expect_har import Table

HERE = pathlib.Path(__file__).resolve().parent

for name, vendors in {"npm": ["hotjar", "mixpanel"], "uv": ["klaviyo", "twilio-segment"], "cargo": ["sentry"]}.items():
    result = Table()
    for vendor in vendors:
        result.add(vendor, "-", [("-", "-", "-", "possible", "-", "-")])
    (HERE / f"packages-{name}.tsv").write_text(result.text())
