"""The tables of runs: flows, flow runs, task runs, their states and logs.

Task runs, states and logs are written behind the code that runs, in batches. They refer to their run without a foreign
key, so that a run which somebody deletes while it runs cannot make a whole batch fail.
"""

from __future__ import annotations

from prefect.store.columns import (
    BOOLEAN_COLUMN,
    INTEGER_COLUMN,
    JSON_COLUMN,
    SECONDS_COLUMN,
    TAGS_COLUMN,
    TEXT_COLUMN,
    TIMESTAMP_COLUMN,
    UUID_COLUMN,
)
from prefect.store.tables.table import NULLS_LAST, Table

_RUN_TIMES = {
    "expected_start_time": TIMESTAMP_COLUMN,
    "next_scheduled_start_time": TIMESTAMP_COLUMN,
    "start_time": TIMESTAMP_COLUMN,
    "end_time": TIMESTAMP_COLUMN,
    "total_run_time": SECONDS_COLUMN,
}
_STORED = {"created": TIMESTAMP_COLUMN, "updated": TIMESTAMP_COLUMN}
_STATE = {
    "type": TEXT_COLUMN,
    "name": TEXT_COLUMN,
    "message": TEXT_COLUMN,
    "state_details": JSON_COLUMN,
    "data": JSON_COLUMN,
}

FLOW = Table(
    "flow",
    {"id": UUID_COLUMN, **_STORED, "name": TEXT_COLUMN, "tags": TAGS_COLUMN, "labels": JSON_COLUMN},
    not_null=frozenset({"name"}),
    unique=("name",),
)

FLOW_RUN = Table(
    "flow_run",
    {
        "id": UUID_COLUMN,
        **_STORED,
        "name": TEXT_COLUMN,
        "flow_id": UUID_COLUMN,
        "state_id": UUID_COLUMN,
        "state_type": TEXT_COLUMN,
        "state_name": TEXT_COLUMN,
        "deployment_id": UUID_COLUMN,
        "deployment_version": TEXT_COLUMN,
        "work_queue_name": TEXT_COLUMN,
        "work_queue_id": UUID_COLUMN,
        "work_pool_id": UUID_COLUMN,
        "work_pool_name": TEXT_COLUMN,
        "flow_version": TEXT_COLUMN,
        "parameters": JSON_COLUMN,
        "idempotency_key": TEXT_COLUMN,
        "context": JSON_COLUMN,
        "empirical_policy": JSON_COLUMN,
        "tags": TAGS_COLUMN,
        "labels": JSON_COLUMN,
        "parent_task_run_id": UUID_COLUMN,
        "run_count": INTEGER_COLUMN,
        **_RUN_TIMES,
        "auto_scheduled": BOOLEAN_COLUMN,
        "infrastructure_document_id": UUID_COLUMN,
        "infrastructure_pid": TEXT_COLUMN,
        "created_by": JSON_COLUMN,
        "job_variables": JSON_COLUMN,
    },
    not_null=frozenset({"flow_id", "name"}),
    indexes={
        "flow_run_by_idempotency_key": "(idempotency_key, flow_id) WHERE idempotency_key IS NOT NULL",
        "flow_run_by_flow": "(flow_id, expected_start_time DESC)",
        # These two hold what lists and charts look at, so that searching a name, counting and charting read no rows.
        "flow_run_in_order": "(expected_start_time, id, name, parent_task_run_id)",
        "flow_run_of_state": "(state_type, expected_start_time DESC, state_name, parent_task_run_id)",
        "flow_run_by_name": "(name, id)",
        "flow_run_by_parent": "(parent_task_run_id) WHERE parent_task_run_id IS NOT NULL",
        "flow_run_by_end": "(end_time, id)",
    },
    served_indexes={
        "flow_run_by_start": "(coalesce(start_time, expected_start_time), id)",
        "flow_run_due": "(next_scheduled_start_time, id) WHERE state_name = 'Scheduled'",
        "flow_run_by_next_start": f"(next_scheduled_start_time{NULLS_LAST}, id)",
        "flow_run_by_state_name": "(state_name, expected_start_time DESC)",
        "flow_run_by_deployment": "(deployment_id, expected_start_time DESC) WHERE deployment_id IS NOT NULL",
        "flow_run_due_of_deployment": "(deployment_id, state_type, next_scheduled_start_time) "
        "WHERE deployment_id IS NOT NULL",
        "flow_run_by_work_queue": "(work_queue_id, state_type, next_scheduled_start_time) "
        "WHERE work_queue_id IS NOT NULL",
        "flow_run_of_work_queue": "(work_queue_id, expected_start_time DESC, id DESC) "
        "WHERE work_queue_id IS NOT NULL",
        "flow_run_by_queue_name": "(work_queue_name) WHERE work_queue_name IS NOT NULL",
    },
)

FLOW_RUN_STATE = Table(
    "flow_run_state",
    {"flow_run_id": UUID_COLUMN, "timestamp": TIMESTAMP_COLUMN, "id": UUID_COLUMN, **_STATE},
    primary_key=("flow_run_id", "timestamp", "id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"type", "name"}),
    served_indexes={"flow_run_state_by_id": "(id)"},
)

TASK_RUN = Table(
    "task_run",
    {
        "id": UUID_COLUMN,
        **_STORED,
        "name": TEXT_COLUMN,
        "flow_run_id": UUID_COLUMN,
        "task_key": TEXT_COLUMN,
        "dynamic_key": TEXT_COLUMN,
        "cache_key": TEXT_COLUMN,
        "cache_expiration": TIMESTAMP_COLUMN,
        "task_version": TEXT_COLUMN,
        "empirical_policy": JSON_COLUMN,
        "tags": TAGS_COLUMN,
        "labels": JSON_COLUMN,
        "state_id": UUID_COLUMN,
        "state_type": TEXT_COLUMN,
        "state_name": TEXT_COLUMN,
        "task_inputs": JSON_COLUMN,
        "run_count": INTEGER_COLUMN,
        "flow_run_run_count": INTEGER_COLUMN,
        **_RUN_TIMES,
    },
    not_null=frozenset({"name", "task_key", "dynamic_key"}),
    indexes={
        "task_run_by_flow_run": "(flow_run_id, expected_start_time, id)",
        "task_run_by_expected_start": "(expected_start_time, id)",
        "task_run_by_name": "(name, id)",
    },
    served_indexes={
        "task_run_by_end": "(end_time, id)",
        "task_run_by_start": "(start_time, state_type)",
        "task_run_by_next_start": f"(next_scheduled_start_time{NULLS_LAST}, id)",
        "task_run_by_state": "(state_type, expected_start_time)",
        "task_run_by_state_name": "(state_name, expected_start_time)",
        "task_run_by_key": "(task_key, dynamic_key) WHERE flow_run_id IS NULL",
    },
)

TASK_RUN_STATE = Table(
    "task_run_state",
    {"task_run_id": UUID_COLUMN, "timestamp": TIMESTAMP_COLUMN, "id": UUID_COLUMN, **_STATE},
    primary_key=("task_run_id", "timestamp", "id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"type", "name"}),
    served_indexes={"task_run_state_by_id": "(id)"},
)

TASK_RUN_CACHE = Table(
    "task_run_cache",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "cache_key": TEXT_COLUMN,
        "expires": TIMESTAMP_COLUMN,
        "task_run_id": UUID_COLUMN,
        "state_id": UUID_COLUMN,
    },
    not_null=frozenset({"cache_key", "task_run_id", "state_id"}),
    indexes={"task_run_cache_by_key": "(cache_key, created)"},
)
"""The states that a server keeps as results of cache keys; task runs of flows keep their results themselves."""

LOG = Table(
    "log",
    {
        "id": UUID_COLUMN,
        "name": TEXT_COLUMN,
        "level": INTEGER_COLUMN,
        "message": TEXT_COLUMN,
        "timestamp": TIMESTAMP_COLUMN,
        "flow_run_id": UUID_COLUMN,
        "task_run_id": UUID_COLUMN,
    },
    not_null=frozenset({"name", "level", "message", "timestamp"}),
    indexes={
        "log_by_flow_run": "(flow_run_id, timestamp, id) WHERE flow_run_id IS NOT NULL",
        "log_by_task_run": "(task_run_id, timestamp, id) WHERE task_run_id IS NOT NULL",
        "log_by_time": "(timestamp)",
    },
    ordered=True,
)

TABLES: tuple[Table, ...] = (FLOW, FLOW_RUN, FLOW_RUN_STATE, TASK_RUN, TASK_RUN_STATE, TASK_RUN_CACHE, LOG)
