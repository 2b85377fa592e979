"""The context of a running flow run: who it is, and where its log lines go."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from prefect._dual.dispatch import run_is_async
from prefect._dual.timeouts import TimeLimitExceeded
from prefect._engine import nesting
from prefect._engine.results_seen import ResultsSeen
from prefect.context import FlowRunContext, TaskRunContext, TimeoutScope
from prefect.logging.prints import patch_print
from prefect.logging.run_scope import current_scope

if TYPE_CHECKING:
    from prefect._engine.flow_run import FlowRunEngine


class FlowScope:
    """Makes a flow run the one that runs here, for the length of a `with` block."""

    def __init__(self, engine: FlowRunEngine[Any]) -> None:
        self._engine = engine
        self._stack = ExitStack()
        seconds = engine.flow.timeout_seconds
        self._timeout = TimeoutScope(seconds) if seconds else None

    def __enter__(self) -> None:
        engine, stack = self._engine, self._stack
        if engine.wants_prints:
            stack.enter_context(patch_print())
        stack.enter_context(TaskRunContext.none())
        stack.enter_context(
            FlowRunContext(
                backend=engine.backend,
                settings=engine.settings,
                parameters=engine.parameters,
                log_prints=engine.wants_prints,
                persist_result=engine.persist_result,
                find_result_store=engine.find_result_store,
                flow=engine.flow,
                flow_run=engine.run,
                task_runner=engine.task_runner,
                results_seen=ResultsSeen(),
                refreshed=engine.refreshed,
                subflow_task_runs=engine.subflow_task_runs,
                timeout_scope=self._timeout,
            )
        )
        stack.callback(run_is_async.reset, run_is_async.set(engine.flow.isasync))
        stack.callback(nesting.depth.reset, nesting.depth.set(engine.depth))
        stack.callback(current_scope.reset, current_scope.set(engine.scope))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timeout and isinstance(error, TimeLimitExceeded) and error.owner is self._engine:
            self._timeout.cancel_called = True
        self._stack.__exit__(kind, error, traceback)
