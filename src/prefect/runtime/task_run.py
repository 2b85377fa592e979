"""The task run that runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.runtime._reading import reader, task_run_context

if TYPE_CHECKING:
    from prefect.schemas.task_runs import TaskRun

__all__ = ["id", "tags", "name", "parameters", "run_count", "task_name", "api_url", "ui_url"]

# Looked up by `__getattr__`.
id: str | None
tags: list[str]
name: str | None
parameters: dict[str, Any]
run_count: int
task_name: str | None
task_key: str | None
api_url: str | None
ui_url: str | None


def _run() -> TaskRun | None:
    context = task_run_context()
    return context.task_run if context else None


def _id() -> str | None:
    run = _run()
    return str(run.id) if run else None


def _tags() -> list[str]:
    run = _run()
    return list(run.tags) if run else []


def _name() -> str | None:
    run = _run()
    return run.name if run else None


def _parameters() -> dict[str, Any]:
    context = task_run_context()
    return dict(context.parameters or {}) if context else {}


def _run_count() -> int:
    run = _run()
    return run.run_count if run else 0


def _task_name() -> str | None:
    context = task_run_context()
    return context.task.name if context else None


def _task_key() -> str | None:
    run = _run()
    return run.task_key if run else None


FIELDS = {
    "id": _id,
    "tags": _tags,
    "name": _name,
    "parameters": _parameters,
    "run_count": _run_count,
    "task_name": _task_name,
    "task_key": _task_key,
    "api_url": lambda: None,
    "ui_url": lambda: None,
}

__getattr__ = reader(__name__, FIELDS)


def __dir__() -> list[str]:
    return sorted(__all__)
