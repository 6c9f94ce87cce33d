#!/usr/bin/env python3
"""Writes what the lock files must give, `python3 expect_packages.py`: by hand from what each project asks for."""

from tables import HERE, Table

for name, vendors in {"npm": ["hotjar", "mixpanel"], "uv": ["klaviyo", "twilio-segment"], "cargo": ["sentry"]}.items():
    result = Table()
    for vendor in vendors:
        result.add(vendor, "-", [("-", "-", "-", "possible", "-", "-")])
    (HERE / f"packages-{name}.tsv").write_text(result.text())
