"""Task runners: who runs submitted tasks."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from prefect import flow, task
from prefect.context import FlowRunContext
from prefect.flow_engine import run_flow, run_flow_async, run_flow_sync
from prefect.task_engine import run_task, run_task_async, run_task_sync
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner


@task
def where(x: Any = 0) -> tuple[str, Any]:
    return threading.current_thread().name, x


@task
async def later(x: Any = 0) -> Any:
    return x


def test_submitted_tasks_run_in_other_threads() -> None:
    """A called task runs where it is called, a submitted one in a thread of the pool."""

    @flow
    def parent() -> Any:
        return threading.current_thread().name, where()[0], where.submit().result()[0]

    here, called, submitted = parent()
    assert here == called != submitted


def test_a_pool_of_one_worker_cannot_deadlock() -> None:
    """Tasks that wait for others do not take a worker while they wait."""

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def parent() -> Any:
        first = where.submit(1)
        second = where.submit(first)
        third = where.submit(2, wait_for=[second])
        return third.result()[1], second.result()[1][1]

    assert parent() == (2, 1)


def test_max_workers_is_the_number_that_run_at_once() -> None:
    """Two workers run two tasks at a time, not more."""
    together = threading.Barrier(2)
    running: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    @task
    def meet() -> None:
        with lock:
            running.append(1)
            most.append(len(running))
        together.wait(10)
        with lock:
            running.pop()

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
    def parent() -> None:
        for _ in range(4):
            meet.submit()

    parent()
    assert max(most) == 2


def test_a_runner_can_be_used_without_a_flow() -> None:
    """A started runner submits and maps tasks by parameters; one that is not started refuses."""
    runner = ThreadPoolTaskRunner()
    with pytest.raises(RuntimeError, match="not started"):
        runner.submit(where, {"x": 1})
    with runner as started:
        assert started.submit(where, {"x": 1}).result()[1] == 1
        assert [future.result()[1] for future in started.map(where, {"x": [1, 2]})] == [1, 2]


def test_runners_are_values() -> None:
    """Runners with the same options are equal; a class stands for a runner with its defaults."""
    assert isinstance(ThreadPoolTaskRunner(2), TaskRunner)
    assert ThreadPoolTaskRunner(2) == ThreadPoolTaskRunner(2)
    assert ThreadPoolTaskRunner(2) != ThreadPoolTaskRunner(3)
    assert isinstance(
        flow(lambda: 1, name="f", task_runner=ThreadPoolTaskRunner).task_runner, ThreadPoolTaskRunner
    )


def test_the_context_has_the_runner_of_the_flow() -> None:
    """Inside, the context has a runner of the kind that the flow was given."""

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=3))
    def parent() -> bool:
        return FlowRunContext.get().task_runner == ThreadPoolTaskRunner(max_workers=3)

    assert parent()


async def test_the_engine_can_be_entered_directly(shown: Any) -> None:
    """`run_flow`, `run_task` and their sync and async forms run without the call operator."""
    add = flow(lambda x=1: x + 1, name="add")

    @flow
    async def add_later(x: int = 1) -> int:
        return x + 1

    assert run_flow(add) == run_flow_sync(add) == 2
    assert run_flow(add, parameters={"x": 5}) == 6
    assert shown(run_flow(add, return_type="state")) == "COMPLETED/Completed"
    assert await run_flow_async(add_later, parameters={"x": 5}) == 6
    assert run_task(where, parameters={"x": 5})[1] == run_task_sync(where, parameters={"x": 5})[1] == 5
    assert await run_task_async(later, parameters={"x": 5}) == 5
    assert shown(run_task_sync(where, return_type="state")) == "COMPLETED/Completed"
