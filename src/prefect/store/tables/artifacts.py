"""The tables of artifacts: every version, and the latest of each key."""

from __future__ import annotations

from prefect.store.columns import JSON_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

ARTIFACT = Table(
    "artifact",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "key": TEXT_COLUMN,
        "type": TEXT_COLUMN,
        "description": TEXT_COLUMN,
        "data": JSON_COLUMN,
        "metadata_": JSON_COLUMN,
        "flow_run_id": UUID_COLUMN,
        "task_run_id": UUID_COLUMN,
    },
    indexes={
        "artifact_by_key": "(key, created) WHERE key IS NOT NULL",
        "artifact_by_flow_run": "(flow_run_id) WHERE flow_run_id IS NOT NULL",
        "artifact_by_task_run": "(task_run_id) WHERE task_run_id IS NOT NULL",
        "artifact_by_update": "(updated)",
    },
)

ARTIFACT_COLLECTION = Table(
    "artifact_collection",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "key": TEXT_COLUMN,
        "latest_id": UUID_COLUMN,
    },
    not_null=frozenset({"key", "latest_id"}),
    unique=("key",),
    indexes={"artifact_collection_by_latest": "(latest_id)"},
)
"""What is shown of the latest artifact is read from the artifact itself."""

TABLES: tuple[Table, ...] = (ARTIFACT, ARTIFACT_COLLECTION)
