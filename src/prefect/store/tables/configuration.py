"""The table of what all servers of one database share: by key, a value."""

from __future__ import annotations

from prefect.store.columns import JSON_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN
from prefect.store.tables.table import Table

CONFIGURATION = Table(
    "configuration",
    {
        "key": TEXT_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "value": JSON_COLUMN,
    },
    primary_key=("key",),
    not_null=frozenset({"value"}),
)

TABLES: tuple[Table, ...] = (CONFIGURATION,)
