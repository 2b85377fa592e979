"""The context of a running task run: who it is, and where its log lines go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._assets.context import AssetContext
from prefect._dual.dispatch import run_is_async
from prefect._engine import nesting
from prefect.context import TaskRunContext
from prefect.logging.run_scope import current_scope

if TYPE_CHECKING:
    from prefect._engine.task_run import TaskRunEngine


class TaskScope:
    """Makes a task run the one that runs here, for the length of a `with` block."""

    def __init__(self, engine: TaskRunEngine[Any]) -> None:
        self._engine = engine
        self._context = TaskRunContext(
            backend=engine.backend,
            settings=engine.settings,
            parameters=engine.parameters,
            log_prints=engine.wants_prints,
            persist_result=engine.persist_result,
            find_result_store=engine.find_result_store,
            task=engine.task,
            task_run=engine.task_run,
        )

    def __enter__(self) -> None:
        engine = self._engine
        self._context.__enter__()
        self._assets = AssetContext.instead(engine.assets)
        self._async = run_is_async.set(engine.task.isasync)
        self._depth = nesting.depth.set(engine.depth)
        self._scope = current_scope.set(engine.scope)

    def __exit__(self, *_: object) -> None:
        current_scope.reset(self._scope)
        nesting.depth.reset(self._depth)
        run_is_async.reset(self._async)
        AssetContext.instead(self._assets)
        self._context.__exit__()
