"""Loggers for library and user code."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from prefect.exceptions import MissingContextError
from prefect.logging.run_scope import RunScope, current_scope

if TYPE_CHECKING:
    from prefect.context import EngineContext, RunContext, TaskRunContext
    from prefect.flows import Flow
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task

_Adapter = logging.LoggerAdapter[logging.Logger] if TYPE_CHECKING else logging.LoggerAdapter

_disabled = 0
_disabling = threading.Lock()


class PrefectLogAdapter(_Adapter):
    """A logger that adds which run a line belongs to. `extra` given with a line wins over the adapter's."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        """Merge the adapter's fields with those of one call."""
        given = kwargs.get("extra")
        kwargs["extra"] = {**(self.extra or {}), **given} if given else self.extra
        return msg, kwargs

    def getChild(self, suffix: str, extra: dict[str, Any] | None = None) -> PrefectLogAdapter:
        """Return the adapter of a child logger, for the same run."""
        return PrefectLogAdapter(self.logger.getChild(suffix), {**(self.extra or {}), **(extra or {})})


def get_logger(name: str | None = None) -> logging.Logger:
    """Return a logger below "prefect"; it is not tied to a run.

    Example:
        >>> get_logger("my_library").name
        'prefect.my_library'
    """
    if not name or name == "prefect":
        return logging.getLogger("prefect")
    return logging.getLogger(name if name.startswith("prefect.") else f"prefect.{name}")


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
    if _disabled:
        return _silent_logger()
    scope = _scope_of(context) if context is not None else current_scope.get()
    if scope is None:
        raise MissingContextError(
            "get_run_logger() was called outside of a flow or task run. "
            "Call it inside a flow or task, or use get_logger() for lines that belong to no run."
        )
    return adapter_for(scope, name=name, **kwargs)


def adapter_for(scope: RunScope, *, name: str | None = None, **extra: Any) -> PrefectLogAdapter:
    """Return the logger of a run."""
    logger = get_logger(name) if name else logging.getLogger(scope.logger_name)
    return PrefectLogAdapter(logger, {**_fields(scope), **extra})


def _fields(scope: RunScope) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "run_scope": scope,
        "flow_run_id": str(scope.flow_run_id) if scope.flow_run_id else "<unknown>",
        "flow_run_name": scope.flow_run_name or "<unknown>",
        "flow_name": scope.flow_name or "<unknown>",
    }
    if scope.task_run_id is not None:
        fields["task_run_id"] = str(scope.task_run_id)
        fields["task_run_name"] = scope.task_run_name
        fields["task_name"] = scope.task_name
    return fields


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
    """Return a logger for a flow run that need not be the present one."""
    identity = flow_run.id if flow_run else flow_run_id
    scope = RunScope(
        _present_record(), False, identity, flow_run.name if flow_run else None, flow.name if flow else None
    )
    return adapter_for(scope, **kwargs)


def task_run_logger(
    task_run: TaskRun,
    task: Task[..., Any] | None = None,
    flow_run: FlowRun | None = None,
    flow: Flow[..., Any] | None = None,
    **kwargs: Any,
) -> PrefectLogAdapter:
    """Return a logger for a task run that need not be the present one."""
    scope = RunScope(
        _present_record(),
        False,
        task_run.flow_run_id,
        flow_run.name if flow_run else None,
        flow.name if flow else None,
        task_run.id,
        task_run.name,
        task.name if task else None,
    )
    return adapter_for(scope, **kwargs)


def _present_record() -> Any:
    scope = current_scope.get()
    return scope.record if scope else None


def _silent_logger() -> logging.Logger:
    logger = logging.getLogger("null")
    logger.disabled = True
    return logger


@contextmanager
def disable_run_logger() -> Generator[None]:
    """Let `get_run_logger` return a silent logger inside the block, in a run or not. For tests of task functions.

    Example:
        >>> with disable_run_logger():
        ...     my_task.fn(1)
    """
    global _disabled
    with _disabling:
        _disabled += 1
    try:
        yield
    finally:
        with _disabling:
            _disabled -= 1


@contextmanager
def disable_logger(name: str) -> Generator[None]:
    """Silence the named logger inside the block."""
    logger = logging.getLogger(name)
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


class LogEavesdropper(logging.Handler):
    """Collects what a logger says inside a `with` block; read it with `text()`."""

    def __init__(self, eavesdrop_on: str, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self.eavesdrop_on = eavesdrop_on
        self._target = logging.getLogger(eavesdrop_on)
        self._lines: list[str] = []
        self.formatter = logging.Formatter("[%(levelname)s]: %(message)s")

    def __enter__(self) -> Self:
        self._target.addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._target.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._lines.append(self.format(record))

    def text(self) -> str:
        """Return what was said, a line each."""
        return "\n".join(self._lines)


__all__ = [
    "LogEavesdropper",
    "PrefectLogAdapter",
    "adapter_for",
    "disable_logger",
    "disable_run_logger",
    "flow_run_logger",
    "get_logger",
    "get_run_logger",
    "task_run_logger",
]
