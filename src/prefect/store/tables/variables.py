"""The table of variables."""

from __future__ import annotations

from prefect.store.columns import JSON_COLUMN, TAGS_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

VARIABLE = Table(
    "variable",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "name": TEXT_COLUMN,
        "value": JSON_COLUMN,
        "tags": TAGS_COLUMN,
    },
    not_null=frozenset({"name", "tags"}),
    unique=("name",),
)

TABLES: tuple[Table, ...] = (VARIABLE,)
