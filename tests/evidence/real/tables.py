"""What the tables here are made of."""

import pathlib
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from make.table import Table  # noqa: E402, F401

EMAIL, PHONE, NUMBER = "customer.email", "customer.phone", "customer.personnummer"
FIRST, LAST, CUSTOMER = "customer.first_name", "customer.last_name", "customer.customer_number"
MATCHING, AUTOMATIC, PROVIDED = "advanced-matching", "automatic-advanced-matching", "user-provided-data"


def plain(field, item):
    return (field, "-", "plain", "proven", "-", item)


def digest(field, category, feature, item):
    return (field, category, "pseudonymised", "proven", feature, item)


def named(field, category, feature):
    return (field, category, "plain", "named", feature, "-")
