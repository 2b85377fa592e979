"""Futures: waiting for task runs and reading their results."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest

from prefect import flow, task
from prefect.futures import PrefectFutureList, as_completed, resolve_futures_to_results, wait


@task
def give(value: Any = 1) -> Any:
    return value


@task
def bad() -> None:
    raise ValueError("bad")


def inside_a_flow(body: Any) -> Any:
    return flow(body, name="parent")()


def test_a_future_knows_its_run_and_state(recorded: Any, shown: Any) -> None:
    """A future has the id of its task run, its present state, and the result when it is done."""

    def body() -> UUID:
        future = give.submit(3)
        assert future.wait() is None
        assert shown(future.state) == "COMPLETED/Completed"
        assert future.result() == 3
        return future.task_run_id

    assert recorded.task_run(inside_a_flow(body)).state.type.value == "COMPLETED"


def test_waiting_has_a_limit() -> None:
    """`result` raises a TimeoutError after its timeout, `wait` returns, and `wait` of several tells who is done."""
    go = threading.Event()

    @task
    def slow() -> int:
        assert go.wait(10)
        return 9

    def body() -> None:
        running, done = slow.submit(), give.submit(1)
        done.wait()
        with pytest.raises(TimeoutError, match=str(running.task_run_id)):
            running.result(timeout=0.02)
        assert running.wait(timeout=0.02) is None
        assert not running.state.is_final()
        answer = wait([done, running], timeout=0.02)
        assert (answer.done, answer.not_done) == ({done}, {running})
        with pytest.raises(TimeoutError):
            list(as_completed([done, running], timeout=0.05))
        with pytest.raises(TimeoutError):
            PrefectFutureList([running]).result(timeout=0.02)
        go.set()
        assert sorted(future.result() for future in as_completed([running, done])) == [1, 9]
        answer = wait([done, running])
        assert (answer.done, answer.not_done) == ({done, running}, set())

    inside_a_flow(body)


def test_as_completed_gives_the_first_that_is_done_first() -> None:
    """`as_completed` yields futures in the order in which they finish."""
    go = threading.Event()

    @task
    def first() -> str:
        return "first"

    @task
    def second() -> str:
        assert go.wait(10)
        return "second"

    def body() -> list[str]:
        order = []
        for future in as_completed([second.submit(), first.submit()]):
            order.append(future.result())
            go.set()
        return order

    assert inside_a_flow(body) == ["first", "second"]


def test_waiting_for_nothing_is_fine() -> None:
    """`wait` of no futures gives two empty sets."""
    assert wait([]) == (set(), set())


def test_a_failed_future_raises_or_gives_its_exception(shown: Any) -> None:
    """`result` raises the exception of the task; with `raise_on_failure=False` it returns it."""

    def body() -> None:
        future = bad.submit()
        with pytest.raises(ValueError, match="bad"):
            future.result()
        assert isinstance(future.result(raise_on_failure=False), ValueError)
        assert shown(future.state) == "FAILED/Failed: Task run encountered an exception ValueError: bad"
        futures = PrefectFutureList([give.submit(1), bad.submit()])
        with pytest.raises(ValueError, match="bad"):
            futures.result()
        one, error = futures.result(raise_on_failure=False)
        assert (one, str(error)) == (1, "bad")

    inside_a_flow(body)


def test_futures_in_containers_are_resolved() -> None:
    """`resolve_futures_to_results` replaces futures at any depth and refuses failed ones."""

    def body() -> None:
        one, two = give.submit(1), give.submit([2])
        assert resolve_futures_to_results({"a": one, "b": [two, 3], "c": (one,)}) == {
            "a": 1,
            "b": [[2], 3],
            "c": (1,),
        }
        with pytest.raises(Exception):
            resolve_futures_to_results([bad.submit()])

    inside_a_flow(body)


def test_callbacks_get_the_future() -> None:
    """A done callback is called with the future, at once when the future is already done."""
    called: list[Any] = []

    def body() -> Any:
        future = give.submit(1)
        future.wait()
        future.add_done_callback(called.append)
        assert called == [future]
        return None

    inside_a_flow(body)


@pytest.mark.parametrize("raises", [False, True])
def test_a_flow_waits_for_what_it_submitted(raises: bool) -> None:
    """A flow ends after the submitted tasks that have begun, whether it returns or raises."""
    done: list[int] = []
    begun, go = threading.Event(), threading.Event()

    @task
    def slow() -> None:
        begun.set()
        assert go.wait(10)
        done.append(1)

    @flow
    def parent() -> None:
        slow.submit()
        assert begun.wait(10)
        threading.Timer(0.05, go.set).start()
        if raises:
            raise ValueError("gone")

    assert parent(return_state=True).type.value == ("FAILED" if raises else "COMPLETED")
    assert done == [1]
