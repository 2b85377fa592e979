"""The tables of work pools, of their queues, of the workers that look for runs in them, and of task workers."""

from __future__ import annotations

from prefect.store.columns import (
    BOOLEAN_COLUMN,
    INTEGER_COLUMN,
    JSON_COLUMN,
    TEXT_COLUMN,
    TIMESTAMP_COLUMN,
    UUID_COLUMN,
)
from prefect.store.tables.table import Table

_STORED = {"id": UUID_COLUMN, "created": TIMESTAMP_COLUMN, "updated": TIMESTAMP_COLUMN}

WORK_POOL = Table(
    "work_pool",
    {
        **_STORED,
        "name": TEXT_COLUMN,
        "description": TEXT_COLUMN,
        "type": TEXT_COLUMN,
        "base_job_template": JSON_COLUMN,
        "is_paused": BOOLEAN_COLUMN,
        "concurrency_limit": INTEGER_COLUMN,
        "status": TEXT_COLUMN,
        "status_event_id": UUID_COLUMN,
        "default_queue_id": UUID_COLUMN,
        "storage_configuration": JSON_COLUMN,
    },
    not_null=frozenset({"name", "type", "is_paused"}),
    unique=("name",),
    indexes={"work_pool_by_type": "(type)"},
)
"""`status_event_id` is the event that told the present status; the next one follows it."""

WORK_QUEUE = Table(
    "work_queue",
    {
        **_STORED,
        "name": TEXT_COLUMN,
        "description": TEXT_COLUMN,
        "is_paused": BOOLEAN_COLUMN,
        "concurrency_limit": INTEGER_COLUMN,
        "priority": INTEGER_COLUMN,
        "work_pool_id": UUID_COLUMN,
        "filter": JSON_COLUMN,
        "last_polled": TIMESTAMP_COLUMN,
        "status": TEXT_COLUMN,
    },
    not_null=frozenset({"name", "is_paused", "priority", "work_pool_id", "status"}),
    unique=("work_pool_id, name",),
    indexes={
        "work_queue_by_name": "(name, id)",
        "work_queue_by_priority": "(work_pool_id, priority)",
        "work_queue_by_poll": "(status, last_polled)",
    },
)

WORKER = Table(
    "worker",
    {
        **_STORED,
        "name": TEXT_COLUMN,
        "work_pool_id": UUID_COLUMN,
        "last_heartbeat_time": TIMESTAMP_COLUMN,
        "heartbeat_interval_seconds": INTEGER_COLUMN,
        "status": TEXT_COLUMN,
    },
    not_null=frozenset({"name", "work_pool_id", "status"}),
    unique=("work_pool_id, name",),
    indexes={
        "worker_by_heartbeat": "(work_pool_id, last_heartbeat_time DESC)",
        "worker_by_status": "(status, last_heartbeat_time)",
    },
)

TASK_WORKER = Table(
    "task_worker",
    {"identifier": TEXT_COLUMN, "task_keys": JSON_COLUMN, "timestamp": TIMESTAMP_COLUMN},
    primary_key=("identifier",),
    not_null=frozenset({"task_keys", "timestamp"}),
    indexes={"task_worker_by_time": "(timestamp)"},
)
"""The processes that run background tasks."""

TABLES: tuple[Table, ...] = (WORK_POOL, WORK_QUEUE, WORKER, TASK_WORKER)
