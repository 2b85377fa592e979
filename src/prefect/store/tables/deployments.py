"""The tables of deployments and of their schedules."""

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
from prefect.store.tables.table import Table

_STORED = {"id": UUID_COLUMN, "created": TIMESTAMP_COLUMN, "updated": TIMESTAMP_COLUMN}

DEPLOYMENT = Table(
    "deployment",
    {
        **_STORED,
        "name": TEXT_COLUMN,
        "flow_id": UUID_COLUMN,
        "version": TEXT_COLUMN,
        "version_id": UUID_COLUMN,
        "version_info": JSON_COLUMN,
        "branch": TEXT_COLUMN,
        "base": UUID_COLUMN,
        "root": UUID_COLUMN,
        "description": TEXT_COLUMN,
        "paused": BOOLEAN_COLUMN,
        "concurrency_limit_id": UUID_COLUMN,
        "concurrency_options": JSON_COLUMN,
        "job_variables": JSON_COLUMN,
        "parameters": JSON_COLUMN,
        "pull_steps": JSON_COLUMN,
        "tags": TAGS_COLUMN,
        "labels": JSON_COLUMN,
        "work_queue_id": UUID_COLUMN,
        "work_queue_name": TEXT_COLUMN,
        "last_polled": TIMESTAMP_COLUMN,
        "status": TEXT_COLUMN,
        "parameter_openapi_schema": JSON_COLUMN,
        "path": TEXT_COLUMN,
        "entrypoint": TEXT_COLUMN,
        "storage_document_id": UUID_COLUMN,
        "infrastructure_document_id": UUID_COLUMN,
        "created_by": JSON_COLUMN,
        "updated_by": JSON_COLUMN,
        "enforce_parameter_schema": BOOLEAN_COLUMN,
        "infrastructure_retries": INTEGER_COLUMN,
    },
    not_null=frozenset({"name", "flow_id", "paused", "status"}),
    unique=("flow_id, name",),
    indexes={
        "deployment_by_name": "(name, id)",
        "deployment_by_created": "(created)",
        "deployment_by_updated": "(updated)",
        "deployment_by_work_queue": "(work_queue_id) WHERE work_queue_id IS NOT NULL",
        "deployment_by_concurrency_limit": "(concurrency_limit_id) WHERE concurrency_limit_id IS NOT NULL",
        "deployment_by_poll": "(status, last_polled)",
    },
)
"""`work_queue_name` is that of the queue, kept here as it is in runs: lists are filtered by it."""

DEPLOYMENT_SCHEDULE = Table(
    "deployment_schedule",
    {
        **_STORED,
        "deployment_id": UUID_COLUMN,
        "schedule": JSON_COLUMN,
        "active": BOOLEAN_COLUMN,
        "max_scheduled_runs": INTEGER_COLUMN,
        "parameters": JSON_COLUMN,
        "slug": TEXT_COLUMN,
        "catch_up": TEXT_COLUMN,
        "max_lateness": SECONDS_COLUMN,
        "made_until": TIMESTAMP_COLUMN,
    },
    not_null=frozenset({"deployment_id", "schedule", "active"}),
    # Many schedules of a deployment may have no slug.
    unique=("deployment_id, slug",),
    indexes={"deployment_schedule_by_deployment": "(deployment_id, created)"},
)
"""`made_until`: all dates before it were looked at, those that get one have a run."""

TABLES: tuple[Table, ...] = (DEPLOYMENT, DEPLOYMENT_SCHEDULE)
