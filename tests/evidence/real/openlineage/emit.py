#!/usr/bin/env python3
"""Sends runs of a fictional shop through OpenLineage's Python client into a file: `python3 emit.py OUT`."""

import sys

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset as lineage
from openlineage.client.facet_v2 import lineage as entities
from openlineage.client.facet_v2 import error_message_run, schema_dataset, sql_job, tags_dataset
from openlineage.client.transport.file import FileConfig, FileTransport

OWN = "postgres://db.shop.example:5432"
CUSTOMERS = "crm.public.customers"


def column(field, kind="DIRECT", subtype="IDENTITY", masking=False):
    return lineage.InputField(OWN, CUSTOMERS, field, [lineage.Transformation(kind, subtype, "", masking)])


def newer(field, kind="DIRECT", subtype="IDENTITY", masking=False):
    return entities.LineageDatasetInput(OWN, CUSTOMERS, "DATASET", field, [entities.LineageTransformation(kind, subtype, "", masking)])


def columns(fields, dataset=()):
    made = {name: it if isinstance(it, lineage.Fields) else lineage.Fields(it) for name, it in fields.items()}
    return {
        "columnLineage": lineage.ColumnLineageDatasetFacet(made, list(dataset)),
        "schema": schema_dataset.SchemaDatasetFacet([schema_dataset.SchemaDatasetFacetFields(name, "text") for name in made]),
    }


def tags(*rows):
    return {"tags": tags_dataset.TagsDatasetFacet([tags_dataset.TagsDatasetFacetFields(key, value, field=field) for key, value, field in rows])}


# What the source says of itself goes with every run.
SOURCE = InputDataset(OWN, CUSTOMERS, facets=tags(("ropa", "id.national", "number"), ("pii", "true", None)))
RUNS = [
    (RunState.COMPLETE, "to_salesforce", "salesforce://shop.my.salesforce.com", "Contact", columns({
        "Email": [column("email")],
        "Hash__c": [column("number", subtype="TRANSFORMATION", masking=True)],
        "Rank__c": [column("premium", "INDIRECT", "SORT")],
        "Card__c": [column("holder", subtype="TRANSFORMATION"), column("number", "INDIRECT", "CONDITIONAL")],
    }, [column("segment", "INDIRECT", "FILTER")]) | tags(("ropa", "id.name", "Card__c"))),
    (RunState.RUNNING, "to_partner", "sftp://partner.example:22", "daily/customers.csv", columns({
        "mail": [column("email")],
        # The older way, in one word for the column.
        "phone": lineage.Fields([lineage.InputField(OWN, CUSTOMERS, "phone")], "sha256", "MASKED"),
        "both": [column("phone"), column("phone", masking=True)],
    })),
    # The newer facet says the same in other words.
    (RunState.COMPLETE, "to_mailer", "https://api.hubspot.com", "contacts", {"lineage": entities.LineageDatasetFacet(fields={
        "email": entities.LineageFieldEntry([newer("email")]),
        "id": entities.LineageFieldEntry([newer("number", masking=True)]),
        "rank": entities.LineageFieldEntry([newer("premium", "INDIRECT", "SORT")]),
    })}),
    (RunState.COMPLETE, "to_bucket", "s3://shop-export", "whole", {}),
    (RunState.COMPLETE, "to_own_warehouse", "postgres://warehouse.shop.example:5432", "shop.public.customers", columns({"email": [column("email")]})),
    (RunState.COMPLETE, "within_theirs", "snowflake://shop-eu", "MARTS.PUBLIC.COUNTS", {}),
    (RunState.START, "announced", "s3://announced", "daily", columns({"email": [column("email")]})),
    (RunState.FAIL, "failed", "s3://failed", "daily", columns({"email": [column("email")]})),
]

client = OpenLineageClient(transport=FileTransport(FileConfig(log_file_path=sys.argv[1], append=True)))
for number, (state, job, namespace, name, facets) in enumerate(RUNS):
    inputs = [InputDataset("snowflake://shop-eu", "RAW.PUBLIC.CUSTOMERS")] if namespace.startswith("snowflake") else [SOURCE]
    failed = {"errorMessage": error_message_run.ErrorMessageRunFacet("no answer", "python")} if state == RunState.FAIL else {}
    client.emit(RunEvent(
        eventType=state,
        eventTime=f"2026-03-02T09:00:0{number}.000Z",
        run=Run(f"01950000-0000-7000-8000-00000000000{number}", facets=failed),
        job=Job("shop", job, facets={"sql": sql_job.SQLJobFacet("select * from crm.public.customers")}),
        producer="https://shop.example/jobs",
        inputs=inputs,
        outputs=[OutputDataset(namespace, name, facets=facets)],
    ))
