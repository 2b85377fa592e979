"""The table of background task runs that have not ended, and of who has claimed them."""

from __future__ import annotations

from prefect.store.columns import INTEGER_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

BACKGROUND_TASK_RUN = Table(
    "background_task_run",
    {
        "task_run_id": UUID_COLUMN,
        "task_key": TEXT_COLUMN,
        "parameters_id": UUID_COLUMN,
        "scheduled_time": TIMESTAMP_COLUMN,
        "owner": TEXT_COLUMN,
        "expires": TIMESTAMP_COLUMN,
        "claims": INTEGER_COLUMN,
    },
    primary_key=("task_run_id",),
    not_null=frozenset({"task_key", "scheduled_time", "claims"}),
    indexes={"background_task_run_by_key": "(task_key, scheduled_time)"},
)

TABLES: tuple[Table, ...] = (BACKGROUND_TASK_RUN,)
