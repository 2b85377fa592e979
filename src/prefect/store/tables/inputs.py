"""The table of what is sent to a run while it runs."""

from __future__ import annotations

from prefect.store.columns import TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

FLOW_RUN_INPUT = Table(
    "flow_run_input",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "flow_run_id": UUID_COLUMN,
        "key": TEXT_COLUMN,
        "value": TEXT_COLUMN,
        "sender": TEXT_COLUMN,
    },
    not_null=frozenset({"flow_run_id", "key", "value"}),
    unique=("flow_run_id, key",),
)

TABLES: tuple[Table, ...] = (FLOW_RUN_INPUT,)
