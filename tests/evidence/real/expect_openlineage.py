#!/usr/bin/env python3
"""Writes what the events must give, `python3 expect_openlineage.py`: by hand from `openlineage/emit.py` and `dbt/`; no event is read."""

from tables import HERE, Table


def told(result, recipient, field, category, form, strength="named"):
    result.add(recipient, "-", [(field, category, form, strength, "-", "-")])


sent = Table()
told(sent, "salesforce", "Email", "contact.email", "plain")
# Its source says what it is.
told(sent, "salesforce", "Hash__c", "id.national", "pseudonymised")
told(sent, "salesforce", "Card__c", "id.name", "plain")
told(sent, "partner.example", "mail", "contact.email", "plain")
told(sent, "partner.example", "phone", "contact.phone", "pseudonymised")
told(sent, "partner.example", "both", "contact.phone", "plain")
told(sent, "hubspot", "email", "contact.email", "plain")
told(sent, "hubspot", "id", "id.national", "pseudonymised")
# Without columns: that something goes there, and not what. Within one place nothing goes anywhere.
told(sent, "shop-export", "-", "-", "-", "possible")
(HERE / "openlineage-python.tsv").write_text(sent.text())

# The warehouse is a file: nothing leaves.
(HERE / "openlineage-dbt.tsv").write_text(Table().text())
