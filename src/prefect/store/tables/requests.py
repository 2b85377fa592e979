"""The table of requests that were answered, for clients that ask for the same once more."""

from __future__ import annotations

from prefect.store.columns import INTEGER_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN
from prefect.store.tables.table import Table

ANSWERED_REQUEST = Table(
    "answered_request",
    {"id": TEXT_COLUMN, "created": TIMESTAMP_COLUMN, "status": INTEGER_COLUMN, "body": TEXT_COLUMN},
    not_null=frozenset({"created", "status", "body"}),
    indexes={"answered_request_by_time": "(created)"},
)

TABLES: tuple[Table, ...] = (ANSWERED_REQUEST,)
