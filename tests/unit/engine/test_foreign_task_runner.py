"""Task runners of integration packages: they carry the context of the flow run to where their tasks run."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from typing import Any, Self
from uuid import uuid4

from prefect import flow, tags, task
from prefect._engine.portable import dumps, loads
from prefect.context import FlowRunContext, hydrated_context, serialize_context
from prefect.futures import PrefectFuture, PrefectWrappedFuture
from prefect.schemas.states import State
from prefect.task_engine import run_task_sync
from prefect.task_runners import TaskRunner
from prefect.tasks import Task


class ForeignFuture(PrefectWrappedFuture[Any, Any]):
    """A future as integration packages make them."""

    def wait(self, timeout: float | None = None) -> None:
        """Wait, and keep the final state."""
        self._final_state: State[Any] | None = self._wrapped_future.result(timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> Any:
        """Wait for the result."""
        self.wait(timeout)
        assert self._final_state is not None
        return self._final_state.result(raise_on_failure=raise_on_failure, _sync=True)


def run_elsewhere(task: Task[..., Any], carried: bytes, **options: Any) -> State[Any]:
    """Run a task in a context that came from elsewhere."""
    with hydrated_context(loads(carried)):
        state: State[Any] = run_task_sync(task, context=None, return_type="state", **options)
        return state


class ForeignTaskRunner(TaskRunner[ForeignFuture]):
    """Runs tasks in threads that know nothing of the flow run but what is carried to them."""

    def duplicate(self) -> Self:
        """Return a new runner."""
        return type(self)()

    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, Any] | None = None,
    ) -> ForeignFuture:
        """Run a task in a thread of its own."""
        if not self._started:
            raise RuntimeError("The task runner must be started before submitting work.")
        run_id = uuid4()
        pool = ThreadPoolExecutor(1)
        carried = dumps(serialize_context(), same_script=True)
        future = pool.submit(
            Context().run,
            lambda: run_elsewhere(
                task,
                carried,
                task_run_id=run_id,
                parameters=parameters,
                wait_for=wait_for,
                dependencies=dependencies,
            ),
        )
        pool.shutdown(wait=False)
        return ForeignFuture(run_id, future)


@task
def double(number: int) -> int:
    """Return twice a number."""
    return number * 2


@task
def double_in_a_subtask(number: int) -> tuple[int, str]:
    """Submit a task from a task."""
    context = FlowRunContext.get()
    assert context is not None
    return double.submit(number).result() + 1, type(context.task_runner).__name__


@task
def fails() -> None:
    """Fail."""
    raise ValueError("no")


def test_tasks_run_where_the_context_was_carried_to() -> None:
    """Tasks get results of others, tags and errors; tasks that they submit run in threads beside them."""

    @flow(task_runner=ForeignTaskRunner())
    def parent() -> Any:
        first = double.submit(1)
        with tags("eu"):
            mapped = double.map([first, 5]).result()
        failed = fails.submit()
        failed.wait()
        return mapped, double_in_a_subtask.submit(4).result(), failed.state.name

    assert parent() == ([4, 10], (9, "ThreadPoolTaskRunner"), "Failed")
