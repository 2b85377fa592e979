"""Loggers for library and user code, and for runs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from prefect.exceptions import MissingContextError
from prefect.logging.adapters import PrefectLogAdapter, adapter_for
from prefect.logging.eavesdropper import LogEavesdropper
from prefect.logging.filters import ObfuscateApiKeyFilter
from prefect.logging.prints import patch_print, print_as_log
from prefect.logging.recording import recorder_of_process
from prefect.logging.run_scope import RecordLog, RunScope, current_scope
from prefect.logging.silence import (
    disable_logger,
    disable_run_logger,
    run_loggers_are_disabled,
    silent_logger,
)

if TYPE_CHECKING:
    from prefect.context import EngineContext, RunContext, TaskRunContext
    from prefect.flows import Flow
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task

__all__ = [
    "LogEavesdropper",
    "PrefectLogAdapter",
    "adapter_for",
    "disable_logger",
    "disable_run_logger",
    "flow_run_logger",
    "get_logger",
    "get_run_logger",
    "get_worker_logger",
    "patch_print",
    "print_as_log",
    "task_run_logger",
]

_mask_secrets = ObfuscateApiKeyFilter()


def get_logger(name: str | None = None) -> logging.Logger:
    """Return a logger below "prefect"; it is not tied to a run. Secrets are masked in its lines.

    Example:
        >>> get_logger("my_library").name
        'prefect.my_library'
    """
    full = name if name and (name == "prefect" or name.startswith("prefect.")) else f"prefect.{name or ''}"
    logger = logging.getLogger(full.rstrip("."))
    logger.addFilter(_mask_secrets)  # adding the same one again changes nothing
    return logger


def get_run_logger(
    context: RunContext | str | None = None, name: str | None = None, **kwargs: Any
) -> logging.Logger | PrefectLogAdapter:
    """Return the logger of the flow run or task run that runs here. Its lines are recorded with the run.

    Args:
        context: The context of another run than the present one. A name is accepted here too.
        name: A name for the logger, in the place of "prefect.flow_runs" or "prefect.task_runs".
        **kwargs: Fields to add to each line.

    Raises:
        MissingContextError: No flow or task runs here.
    """
    if isinstance(context, str):
        context, name = None, context
    if run_loggers_are_disabled():
        return silent_logger()
    scope = _scope_of(context) if context is not None else current_scope.get()
    if scope is None:
        raise MissingContextError(
            "get_run_logger() was called outside of a flow or task run. "
            "Call it inside a flow or task, or use get_logger() for lines that belong to no run."
        )
    logger = logging.getLogger(scope.logger_name)
    return adapter_for(scope, logger=_named(logger, name) if name else logger, **kwargs)


def _named(logger: logging.Logger, name: str) -> logging.Logger:
    """Return a logger of this name that is recorded like the loggers of runs, because it is below them."""
    return logger.getChild(name.removeprefix(f"{logger.name}."))


def _scope_of(context: RunContext | EngineContext | TaskRunContext) -> RunScope:
    """Return the scope of another run's context."""
    record = context.backend.record_log
    task_run = getattr(context, "task_run", None)
    if task_run is not None:
        task = getattr(context, "task")  # noqa: B009 - only task run contexts have one
        return RunScope(
            record,
            context.log_prints,
            task_run.flow_run_id,
            None,
            None,
            task_run.id,
            task_run.name,
            task.name,
        )
    flow_run = getattr(context, "flow_run")  # noqa: B009 - only flow run contexts have one
    return RunScope(record, context.log_prints, flow_run.id, flow_run.name, getattr(context, "flow").name)  # noqa: B009


def flow_run_logger(
    flow_run: FlowRun | None = None,
    flow: Flow[..., Any] | None = None,
    flow_run_id: UUID | None = None,
    **kwargs: Any,
) -> PrefectLogAdapter:
    """Return a logger for a flow run that need not be the present one.

    Args:
        flow_run: The run.
        flow: Its flow, which gives the lines its name.
        flow_run_id: The id of the run, where there is no more than that.
        **kwargs: Fields to add to each line.

    Raises:
        ValueError: Neither the run nor its id is given.
    """
    if flow_run is None and flow_run_id is None:
        raise ValueError("flow_run_logger needs the flow run or its id: give flow_run or flow_run_id.")
    identity = flow_run.id if flow_run else flow_run_id
    scope = RunScope(
        _recorder_here(), False, identity, flow_run.name if flow_run else None, flow.name if flow else None
    )
    return adapter_for(scope, **kwargs)


def task_run_logger(
    task_run: TaskRun,
    task: Task[..., Any] | None = None,
    flow_run: FlowRun | None = None,
    flow: Flow[..., Any] | None = None,
    **kwargs: Any,
) -> PrefectLogAdapter:
    """Return a logger for a task run that need not be the present one.

    Args:
        task_run: The run.
        task: Its task, which gives the lines its name.
        flow_run: The flow run that it belongs to.
        flow: The flow of that.
        **kwargs: Fields to add to each line.
    """
    scope = RunScope(
        _recorder_here(),
        False,
        task_run.flow_run_id,
        flow_run.name if flow_run else None,
        flow.name if flow else None,
        task_run.id,
        task_run.name,
        task.name if task else None,
    )
    return adapter_for(scope, **kwargs)


def _recorder_here() -> RecordLog | None:
    scope = current_scope.get()
    return scope.record if scope else recorder_of_process()


class _Worker(Protocol):
    """What a worker's logger needs to know of it."""

    type: Any
    name: str


def get_worker_logger(worker: _Worker, name: str | None = None) -> logging.Logger | PrefectLogAdapter:
    """Return the logger of a worker; once the worker has an id on a server, its lines carry it.

    Args:
        worker: The worker.
        name: A name for the logger, in the place of "workers.TYPE.NAME".
    """
    logger = get_logger(name or f"workers.{worker.type}.{worker.name.lower()}")
    identity = getattr(worker, "backend_id", None)
    return PrefectLogAdapter(logger, {"worker_id": str(identity)}) if identity else logger
