"""Running tasks: the documented entry points. They pick the driver for a kind of task; a run's life is elsewhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._dual.drivers import aiterate, arun, iterate, run
from prefect._engine.task_run import ReturnType, TaskRunEngine, TaskRunTimeoutError
from prefect.schemas.run_inputs import RunInput
from prefect.schemas.task_runs import TaskRun

if TYPE_CHECKING:
    from prefect.tasks import Task


def run_task_sync(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: TaskRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    dependencies: dict[str, set[RunInput]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a sync task here and return its result or its final state; see `run_task`."""
    with _carried(context):
        engine: TaskRunEngine[Any] = TaskRunEngine(
            task,
            parameters,
            task_run=task_run,
            wait_for=wait_for,
            dependencies=dependencies,
            task_run_id=task_run_id,
        )
        run(engine.steps())
        return engine.outcome(return_type)


async def run_task_async(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: TaskRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    dependencies: dict[str, set[RunInput]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run an async task here and return its result or its final state; see `run_task`."""
    with _carried(context):
        engine: TaskRunEngine[Any] = TaskRunEngine(
            task,
            parameters,
            task_run=task_run,
            wait_for=wait_for,
            dependencies=dependencies,
            task_run_id=task_run_id,
        )
        await arun(engine.steps())
        return engine.outcome(return_type)


def _carried(context: dict[str, Any] | None) -> AbstractContextManager[None]:
    if context is None:
        return nullcontext()
    from prefect._engine.carried_context import hydrated_context  # only runs from another process have one

    return hydrated_context(context)


def run_generator_task_sync(task: Task[..., Any], **options: Any) -> Generator[Any, Any, Any]:
    """Run a generator task, yielding its values; the run begins with the first one. Options as of `run_task`.

    Raises:
        ValueError: The final state was asked for, which a generator has no way to give.
    """
    engine = _generator_engine(task, options)
    yield from iterate(engine.steps())
    engine.outcome("result")
    return engine.returned


async def run_generator_task_async(task: Task[..., Any], **options: Any) -> AsyncGenerator[Any, Any]:
    """Run an async generator task, yielding its values; see `run_generator_task_sync`."""
    engine = _generator_engine(task, options)
    values = aiterate(engine.steps())
    try:
        async for value in values:
            yield value
    finally:
        await values.aclose()
    engine.outcome("result")


def _generator_engine(task: Task[..., Any], options: dict[str, Any]) -> TaskRunEngine[Any]:
    options.pop("context", None)
    if options.pop("return_type", "result") == "state":
        raise ValueError(
            f"Task {task.name!r} is a generator: it gives values and cannot return its state. Submit it."
        )
    return TaskRunEngine(task, options.pop("parameters", None), **options)


def run_task(
    task: Task[..., Any],
    task_run_id: UUID | None = None,
    task_run: TaskRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    dependencies: dict[str, set[RunInput]] | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a task where it is called.

    Args:
        task: The task; it decides what is returned: a value, a coroutine, a generator or an async generator.
        task_run_id: The id that the run shall have.
        task_run: The run, if it was created before.
        parameters: What the task is called with, by parameter name.
        wait_for: Futures and states that must have completed first.
        return_type: "result" for what the function returns, "state" for the final state.
        dependencies: Further inputs to record, by parameter name.
        context: The context of another process, as `prefect.context.serialize_context` gave it there.
    """
    options: dict[str, Any] = {
        "task_run_id": task_run_id,
        "task_run": task_run,
        "parameters": parameters,
        "wait_for": wait_for,
        "return_type": return_type,
        "dependencies": dependencies,
        "context": context,
    }
    return runner_for(task)(task, **options)


def runner_for(task: Task[..., Any]) -> Callable[..., Any]:
    """Return the function that runs this kind of task."""
    if task.isgenerator:
        return run_generator_task_async if task.isasync else run_generator_task_sync
    return run_task_async if task.isasync else run_task_sync


SyncTaskRunEngine = TaskRunEngine
AsyncTaskRunEngine = TaskRunEngine
BaseTaskRunEngine = TaskRunEngine

__all__ = [
    "AsyncTaskRunEngine",
    "BaseTaskRunEngine",
    "ReturnType",
    "SyncTaskRunEngine",
    "TaskRunEngine",
    "TaskRunTimeoutError",
    "run_generator_task_async",
    "run_generator_task_sync",
    "run_task",
    "run_task_async",
    "run_task_sync",
]
