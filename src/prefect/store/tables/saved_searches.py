"""The table of saved searches."""

from __future__ import annotations

from prefect.store.columns import JSON_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

SAVED_SEARCH = Table(
    "saved_search",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "name": TEXT_COLUMN,
        "filters": JSON_COLUMN,
    },
    not_null=frozenset({"name", "filters"}),
    unique=("name",),
)

TABLES: tuple[Table, ...] = (SAVED_SEARCH,)
