#!/usr/bin/env python3
"""Writes what the manifests of `dbt/` must give, `python3 expect_dbt.py`: worked out by hand from its YAML, no manifest is read."""

from tables import HERE, Table

# What is marked in each model, and what each rests on.
CUSTOMERS = {"customers.id": "id.customer", "customers.email": "contact.email", "customers.phone": "-", "customers.personnummer": "id.national"}
ORDERS = {"orders.customer_id": "id.customer"}
# The table is marked; its column `id` is said not to be.
TICKETS = {"tickets.body": "special.health", "tickets.customer_id": "-"}
STG_CUSTOMERS = {"stg_customers.email": "contact.email", "stg_customers.phone": "-"} | CUSTOMERS
STG_ORDERS = {"stg_orders.amount": "behaviour.purchase"} | ORDERS
NEWEST = {"int_newest.email": "contact.email"} | STG_CUSTOMERS
SEGMENTS = {"segments.segment": "profile.segment"}
AUDIENCE = {"audience.email": "contact.email", "audience.segment": "profile.segment"} | NEWEST | STG_ORDERS | SEGMENTS
# The snapshot declares no columns, the model's own tag leaves out two of its three.
CHURN = {"churn_features.customer_id": "-", "customers_history.*": "contact"} | STG_CUSTOMERS | STG_ORDERS

EXPOSURES = {
    "meta": AUDIENCE,  # its name
    "hubspot": AUDIENCE,  # its address
    "churn": CHURN,
    "monthly_revenue": STG_ORDERS,
    "callcentre": TICKETS,  # its `meta`
    "researchers": TICKETS,  # its `config.meta`
    # `shipping_zones` rests on nothing that is marked.
}


def table(exposures):
    result = Table()
    for recipient, columns in exposures.items():
        result.add(recipient, "-", [(column, category, "-", "possible", "-", "-") for column, category in columns.items()])
    return result.text()


# The older releases keep the `config` of a column beside its tags as it was written, and say the same.
for version in ["v9", "v11", "v12"]:
    (HERE / f"dbt-{version}.tsv").write_text(table(EXPOSURES))
