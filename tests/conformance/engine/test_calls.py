"""Calling flows and tasks: what comes back, from sync and async code."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prefect import flow, task
from prefect.futures import PrefectConcurrentFuture, PrefectFutureList


@task
def double(number: int = 1) -> int:
    return number * 2


@task
async def double_later(number: int = 1) -> int:
    await asyncio.sleep(0)
    return number * 2


def test_a_flow_returns_what_its_function_returns(recorded: Any) -> None:
    """A flow call gives the value of the function, and the run is recorded as Completed."""

    @flow
    def add(left: int, right: int = 2) -> int:
        return left + right

    assert add(1) == 3
    assert recorded.flow_run_states() == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


def test_an_async_flow_is_awaited() -> None:
    """Calling an async flow gives a coroutine of the function's value."""

    @flow
    async def add(left: int) -> int:
        return left + 1

    assert asyncio.run(add(1)) == 2


@pytest.mark.parametrize("value", [None, 0, "", [], {"a": 1}])
def test_return_state_gives_a_completed_state_with_the_value(value: Any, shown: Any) -> None:
    """`return_state=True` gives the final state, whose result is the returned value, None included."""
    state = flow(lambda: value, name="give")(return_state=True)
    assert shown(state) == "COMPLETED/Completed"
    assert state.result() == value
    assert str(state) == "Completed()"


async def test_return_state_of_async_runs(shown: Any) -> None:
    """`return_state=True` works for async flows and tasks, where `result` is awaited."""

    @flow
    async def give() -> int:
        state = await double_later(2, return_state=True)
        assert shown(state) == "COMPLETED/Completed"
        return await state.result()

    state = await give(return_state=True)
    assert shown(state) == "COMPLETED/Completed"
    assert await state.result() == 4
    assert await state.aresult() == 4


def test_tasks_run_outside_flows(recorded: Any) -> None:
    """A task can be called without a flow; its run is recorded without one."""
    assert double(4) == 8
    run = recorded.task_run()
    assert run.flow_run_id is None
    assert recorded.task_run_states() == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


def test_async_tasks_run_outside_flows() -> None:
    """An async task can be awaited without a flow."""
    assert asyncio.run(double_later(4)) == 8


def test_a_sync_flow_submits_async_tasks() -> None:
    """`submit` and `map` of an async task work in a sync flow, where a call only gives a coroutine."""

    @flow
    def parent() -> Any:
        coroutine = double_later(1)
        assert asyncio.iscoroutine(coroutine)
        coroutine.close()
        return double_later.submit(2).result(), double_later.map([1, 2]).result()

    assert parent() == (4, [2, 4])


async def test_an_async_flow_mixes_sync_and_async_tasks() -> None:
    """An async flow calls, submits and maps sync and async tasks."""

    @flow
    async def parent() -> Any:
        together = await asyncio.gather(*[double_later(number) for number in range(5)])
        return (
            double(1),
            await double_later(1),
            together,
            double.submit(3).result(),
            double_later.map([4]).result(),
        )

    assert await parent() == (2, 2, [0, 2, 4, 6, 8], 6, [8])


def test_submit_gives_a_future_and_map_a_list_of_them(shown: Any) -> None:
    """`submit` gives a PrefectConcurrentFuture, `map` a PrefectFutureList; `return_state=True` gives final states."""

    @flow
    def parent() -> None:
        future = double.submit(1)
        assert isinstance(future, PrefectConcurrentFuture)
        futures = double.map([1, 2])
        assert isinstance(futures, PrefectFutureList)
        assert isinstance(futures, list)
        assert futures.result() == [2, 4]
        assert shown(double.submit(1, return_state=True)) == "COMPLETED/Completed"
        assert [shown(state) for state in double.map([1, 2], return_state=True)] == [
            "COMPLETED/Completed"
        ] * 2

    parent()


def test_a_future_is_not_awaitable() -> None:
    """Awaiting a future is a TypeError: `result` is a plain call in async code as well."""

    @flow
    async def parent() -> None:
        future: Any = double_later.submit()
        with pytest.raises(TypeError):
            await future
        future.wait()

    asyncio.run(parent())


@pytest.mark.parametrize("verb", ["submit", "map"])
def test_submitting_outside_a_flow_is_refused(verb: str) -> None:
    """`submit` and `map` outside a flow raise a RuntimeError that says what is missing."""
    with pytest.raises(RuntimeError, match="task runner"):
        getattr(double, verb)([1])


def test_flows_run_in_other_threads() -> None:
    """A flow may be called from any thread."""

    @flow
    def where() -> str:
        return threading.current_thread().name

    with ThreadPoolExecutor(1, thread_name_prefix="elsewhere") as pool:
        assert pool.submit(where).result().startswith("elsewhere")


async def test_a_sync_flow_runs_inside_a_running_loop() -> None:
    """A sync flow may be called directly, and in threads, while an event loop is running."""

    @flow
    def parent() -> int:
        return double(2)

    assert parent() == 4
    assert await asyncio.gather(asyncio.to_thread(parent), asyncio.to_thread(parent)) == [4, 4]


def test_results_that_cannot_be_pickled_are_fine() -> None:
    """A result that is not persisted may be anything, such as a lock."""
    lock = threading.Lock()
    assert flow(lambda: task(lambda: lock, name="give")(), name="give")() is lock


def test_a_returned_exception_is_a_value(shown: Any) -> None:
    """An exception that is returned, not raised, is the result of a completed run."""
    error = ValueError("kept")
    for run in (flow(lambda: error, name="give"), task(lambda: error, name="give")):
        assert run() is error
        assert shown(run(return_state=True)) == "COMPLETED/Completed"
