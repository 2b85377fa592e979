"""Carrying the context of a run to another process: its flow run, task run, tags and settings.

`serialize_context()` gives it as a dictionary that can be pickled, `hydrated_context()` lets it hold there, and
`with_context()` does both for one function. The other process records in the same database with a writer of its own;
what it recorded is committed when the context ends.
"""

from __future__ import annotations

import copy
import functools
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from prefect._assets.context import AssetContext
from prefect._dual.dispatch import run_is_async
from prefect._engine.portable import dumps, loads
from prefect._engine.results_seen import ResultsSeen
from prefect.backend import get_backend
from prefect.context import FlowRunContext, RunContext, TaskRunContext, current_tags, only_tags
from prefect.exceptions import MissingFlowError
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.run_scope import RunScope, current_scope
from prefect.results import ResultStore
from prefect.settings import get_current_settings
from prefect.settings.context import SettingsContext, get_settings_context

if TYPE_CHECKING:
    from prefect.flows import Flow

_CARRIED_OF_STORES = (
    "result_storage",
    "metadata_storage",
    "cache_result_in_memory",
    "serializer",
    "storage_key_fn",
)
"""What of a result store goes along: not what is in its memory, and not its locks, which hold in one process."""


class Uncarried:
    """Stands for a parameter of a run that could not be pickled, in the context of another process."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return f"<{self.kind} of another process>"


def serialize_context(asset_ctx_kwargs: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the present context as a dictionary that can be pickled, for `hydrated_context` in another process.

    Args:
        asset_ctx_kwargs: What `AssetContext.from_task_and_inputs` takes, for a task run that begins there.
    """
    settings = get_settings_context()
    assets = AssetContext.from_task_and_inputs(**asset_ctx_kwargs) if asset_ctx_kwargs else None
    if assets is not None:
        assets.update_tracked_assets()  # what the runs there hand on is not told here
    return {
        **serialize_run_context(),
        "settings_context": {"profile": settings.profile, "settings": settings.settings},
        "asset_context": assets.serialize() if assets else {},
    }


def serialize_run_context() -> dict[str, Any]:
    """Return the present flow run, task run and tags without the settings, for a process that has its own."""
    flow_context, task_context = FlowRunContext.get(), TaskRunContext.get()
    return {
        "flow_run_context": serialized(flow_context) if flow_context else {},
        "task_run_context": serialized(task_context) if task_context else {},
        "tags_context": {"current_tags": set(current_tags())},
    }


def serialized(context: RunContext) -> dict[str, Any]:
    """Return the context of a flow run or a task run as a dictionary that can be pickled."""
    if isinstance(context, TaskRunContext):
        return {"task": context.task, "task_run": context.task_run, **_of_run(context)}
    assert isinstance(context, FlowRunContext)
    return {
        "flow": _that_travels(context.flow),
        "flow_run": context.flow_run,
        "task_runner": context.task_runner.inside_a_task(),
        **_of_run(context),
    }


def _that_travels(flow: Flow[..., Any]) -> Flow[..., Any]:
    """Return a flow; one whose function refers to what cannot be pickled goes without it: nobody calls it there."""
    try:
        dumps(flow, same_script=True)
    except Exception:  # pickling runs code of the user's classes, which may raise anything
        bare = copy.copy(flow)
        for name, value in vars(flow).items():
            if name.startswith("on_") and isinstance(value, list):
                setattr(bare, name, [])
        bare.fn = _elsewhere
        return bare
    return flow


def _elsewhere(*_: Any, **__: Any) -> None:
    raise MissingFlowError(
        "The function of this flow is in another process: it refers to something that cannot be pickled."
    )


def _of_run(context: RunContext) -> dict[str, Any]:
    store = context.find_result_store() if context.find_result_store else None
    return {
        "log_prints": context.log_prints,
        "parameters": {name: _carried(value) for name, value in (context.parameters or {}).items()},
        "persist_result": context.persist_result,
        "result_store": {name: getattr(store, name) for name in _CARRIED_OF_STORES} if store else {},
    }


def _carried(value: Any) -> Any:
    """Return a parameter if it can go along; the code that runs elsewhere seldom asks for it."""
    try:
        dumps(value, same_script=True)
    except Exception:  # pickling runs code of the user's classes, which may raise anything
        return Uncarried(type(value).__qualname__)
    return value


@contextmanager
def hydrated_context(
    serialized_context: Mapping[str, Any] | None = None, client: Any = None
) -> Generator[None]:
    """Let a context of another process hold inside the block; what is recorded there is committed at its end.

    Args:
        serialized_context: What `serialize_context` returned there; with None nothing changes.
        client: Accepted for compatibility; the settings say where runs are recorded.
    """
    del client
    if serialized_context is None:
        yield
        return
    with ExitStack() as stack:
        settings: dict[str, Any] = serialized_context.get("settings_context") or {}
        if settings:
            stack.enter_context(SettingsContext(**settings))
        ensure_logging_setup(get_current_settings())
        stack.callback(_commit)
        tags: dict[str, Any] = serialized_context.get("tags_context") or {}
        stack.enter_context(only_tags(tags.get("current_tags", ())))
        _enter_flow_run(stack, serialized_context.get("flow_run_context") or {})
        _enter_task_run(stack, serialized_context.get("task_run_context") or {})
        assets: dict[str, Any] = serialized_context.get("asset_context") or {}
        if assets:
            stack.enter_context(AssetContext(**assets))
        yield


def _commit() -> None:
    get_backend().flush().result()


def _enter_flow_run(stack: ExitStack, carried: Mapping[str, Any]) -> None:
    if not carried:
        stack.enter_context(FlowRunContext.none())
        return
    flow, flow_run = carried["flow"], carried["flow_run"]
    carried_runner = carried.get("task_runner")
    runner = carried_runner.duplicate() if carried_runner is not None else flow.runner_in_this_process()
    stack.enter_context(runner)
    stack.callback(_drain, runner)
    context = FlowRunContext(
        flow=flow,
        flow_run=flow_run,
        task_runner=runner,
        results_seen=ResultsSeen(),
        detached=True,
        **_hydrated(carried),
    )
    stack.enter_context(context)
    stack.callback(run_is_async.reset, run_is_async.set(flow.isasync))
    scope = RunScope(_record(context), context.log_prints, flow_run.id, flow_run.name, flow.name)
    stack.callback(current_scope.reset, current_scope.set(scope))


def _drain(runner: Any) -> None:
    """Wait for the runs that a task submitted and did not wait for: this process may end next."""
    for outcome in runner.unfinished():
        outcome.result()


def _enter_task_run(stack: ExitStack, carried: Mapping[str, Any]) -> None:
    if not carried:
        stack.enter_context(TaskRunContext.none())
        return
    task, task_run = carried["task"], carried["task_run"]
    context = TaskRunContext(task=task, task_run=task_run, **_hydrated(carried))
    stack.enter_context(context)
    stack.callback(run_is_async.reset, run_is_async.set(task.isasync))
    around = current_scope.get()
    scope = RunScope(
        _record(context),
        context.log_prints,
        task_run.flow_run_id,
        around.flow_run_name if around else None,
        around.flow_name if around else None,
        task_run.id,
        task_run.name,
        task.name,
    )
    stack.callback(current_scope.reset, current_scope.set(scope))


def _hydrated(carried: Mapping[str, Any]) -> dict[str, Any]:
    stored: dict[str, Any] = carried.get("result_store") or {}
    store = ResultStore(**stored)
    return {
        "backend": get_backend(),
        "settings": get_current_settings(),
        "parameters": carried["parameters"],
        "log_prints": carried["log_prints"],
        "persist_result": carried["persist_result"],
        "find_result_store": lambda: store,
    }


def _record(context: RunContext) -> Any:
    return context.backend.record_log if context.settings.logging.to_api_enabled else None


class CarriedFunction:
    """A function with the context in which it is to be called, in this process or another one."""

    def __init__(self, fn: Callable[..., Any], context: bytes | None = None) -> None:
        functools.update_wrapper(self, fn)
        self.fn = fn
        self._here = copy_context() if context is None else None
        self._context = dumps(serialize_context(), same_script=True) if context is None else context
        self._process = os.getpid()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function in its context. Calls may overlap."""
        if self._here is not None and self._process == os.getpid():
            return self._here.copy().run(self.fn, *args, **kwargs)
        with hydrated_context(loads(self._context)):
            return self.fn(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return _carried_function, (dumps(self.fn, same_script=True), self._context)


def _carried_function(fn: bytes, context: bytes) -> CarriedFunction:
    return CarriedFunction(loads(fn), context)


def with_context(fn: Callable[..., Any]) -> CarriedFunction:
    """Return a function that is called in the context of the run that is here now, wherever it is called.

    Threads and thread pools that are started inside a run have its context anyway; process pools need this.

    Example:
        >>> @flow
        ... def crunch(files: list[str]) -> list[int]:
        ...     with ProcessPoolExecutor() as pool:
        ...         return list(pool.map(with_context(count), files))  # `count` may use get_run_logger()
    """
    return CarriedFunction(fn)
