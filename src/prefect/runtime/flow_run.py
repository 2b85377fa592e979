"""The flow run that runs here."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect.runtime._reading import flow_run_context, reader

if TYPE_CHECKING:
    from prefect.schemas.flow_runs import FlowRun

__all__ = [
    "id",
    "tags",
    "scheduled_start_time",
    "name",
    "flow_name",
    "flow_version",
    "parameters",
    "parent_flow_run_id",
    "parent_deployment_id",
    "root_flow_run_id",
    "run_count",
    "api_url",
    "ui_url",
    "job_variables",
]

# Looked up by `__getattr__`.
id: str | None
tags: list[str]
scheduled_start_time: datetime
name: str | None
flow_name: str | None
flow_version: str | None
parameters: dict[str, Any]
parent_flow_run_id: str | None
parent_deployment_id: str | None
root_flow_run_id: str | None
run_count: int
api_url: str | None
ui_url: str | None
job_variables: dict[str, Any] | None


def _run() -> FlowRun | None:
    context = flow_run_context()
    return context.flow_run if context else None


def _id() -> str | None:
    run = _run()
    return str(run.id) if run else os.environ.get("PREFECT__FLOW_RUN_ID")


def _tags() -> list[str]:
    run = _run()
    return list(run.tags) if run else []


def _scheduled_start_time() -> datetime:
    run = _run()
    return (run.expected_start_time if run else None) or now()


def _name() -> str | None:
    run = _run()
    return run.name if run else None


def _flow_name() -> str | None:
    context = flow_run_context()
    return context.flow.name if context else None


def _flow_version() -> str | None:
    context = flow_run_context()
    return context.flow.version if context else None


def _parameters() -> dict[str, Any]:
    context = flow_run_context()
    return dict(context.parameters or {}) if context else {}


def _parent(of: FlowRun) -> str | None:
    context = flow_run_context()
    if context is None or of.parent_task_run_id is None:
        return None
    context.backend.flush().result()
    parent = context.backend.read_task_run(of.parent_task_run_id)
    return str(parent.flow_run_id) if parent and parent.flow_run_id else None


def _parent_flow_run_id() -> str | None:
    run = _run()
    return _parent(run) if run else None


def _root_flow_run_id() -> str | None:
    context = flow_run_context()
    if context is None:
        return None
    run: FlowRun | None = context.flow_run
    while run is not None:
        parent = _parent(run)
        if parent is None:
            return str(run.id)
        from uuid import UUID

        run = context.backend.read_flow_run(UUID(parent))
    return None


def _run_count() -> int:
    run = _run()
    return run.run_count if run else 0


def _job_variables() -> dict[str, Any] | None:
    run = _run()
    return dict(run.job_variables or {}) if run else None


FIELDS = {
    "id": _id,
    "tags": _tags,
    "scheduled_start_time": _scheduled_start_time,
    "name": _name,
    "flow_name": _flow_name,
    "flow_version": _flow_version,
    "parameters": _parameters,
    "parent_flow_run_id": _parent_flow_run_id,
    "parent_deployment_id": lambda: None,
    "root_flow_run_id": _root_flow_run_id,
    "run_count": _run_count,
    "api_url": lambda: None,
    "ui_url": lambda: None,
    "job_variables": _job_variables,
}

__getattr__ = reader(__name__, FIELDS)


def __dir__() -> list[str]:
    return sorted(__all__)
