"""Generator flows and tasks, sync and async."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any

import pytest

from prefect import flow, task
from prefect.flow_engine import FlowRunTimeoutError


def count(stop: int = 3) -> Generator[int, None, str]:
    yield from range(stop)
    return "end"


def breaks() -> Generator[int]:
    yield 1
    raise ValueError("middle")


async def count_later(stop: int = 3) -> AsyncGenerator[int]:
    for number in range(stop):
        yield number


async def breaks_later() -> AsyncGenerator[int]:
    yield 1
    raise ValueError("middle")


def states_of(recorded: Any) -> list[str]:
    return recorded.flow_run_states() if recorded.flow_runs() else recorded.task_run_states()


KINDS = pytest.mark.parametrize("kind", [flow, task])


@KINDS
def test_a_generator_yields_its_values_and_completes(kind: Any, recorded: Any) -> None:
    """Calling a generator flow or task gives a generator; the run completes when it is exhausted."""
    given = kind(count)(3)
    assert isinstance(given, Generator)
    assert list(given) == [0, 1, 2]
    assert states_of(recorded) == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


@KINDS
def test_the_return_value_of_a_generator_arrives(kind: Any) -> None:
    """The value that a generator returns is the value of its StopIteration."""

    def drain() -> Generator[int, None, Any]:
        return (yield from kind(count)(1))

    generator = drain()
    assert next(generator) == 0
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "end"


@KINDS
def test_a_generator_that_raises_fails_its_run(kind: Any, recorded: Any) -> None:
    """What was yielded before stays yielded; the exception reaches the caller and the run is Failed."""
    given = kind(breaks)()
    assert next(given) == 1
    with pytest.raises(ValueError, match="middle"):
        next(given)
    assert states_of(recorded) == ["PENDING/Pending", "RUNNING/Running", "FAILED/Failed"]


@KINDS
def test_a_generator_runs_while_it_is_read(kind: Any, recorded: Any) -> None:
    """The run is Running between two values and Completed when its reader stops early."""
    given = kind(count)(5)
    assert next(given) == 0
    assert states_of(recorded)[-1] == "RUNNING/Running"
    given.close()
    assert states_of(recorded)[-1].startswith("COMPLETED/")


@KINDS
async def test_an_async_generator_yields_its_values(kind: Any, recorded: Any) -> None:
    """Async generators are read with `async for`."""
    assert [value async for value in kind(count_later)()] == [0, 1, 2]
    assert states_of(recorded) == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


@KINDS
async def test_an_async_generator_that_raises_fails_its_run(kind: Any, recorded: Any) -> None:
    """An exception in an async generator reaches its reader and fails the run."""
    given = kind(breaks_later)()
    assert await anext(given) == 1
    with pytest.raises(ValueError, match="middle"):
        await anext(given)
    assert states_of(recorded)[-1] == "FAILED/Failed"


@KINDS
def test_a_generator_is_retried(kind: Any) -> None:
    """A retried generator starts again; what it had yielded stays yielded."""
    attempts: list[int] = []

    def fails_at_first() -> Generator[Any]:
        attempts.append(1)
        yield len(attempts)
        if len(attempts) == 1:
            raise ValueError
        yield "x"

    assert list(kind(fails_at_first, retries=1)()) == [1, 2, "x"]


def test_a_generator_flow_has_no_state_to_return() -> None:
    """A generator flow that is asked for its state raises a ValueError when it is read."""
    given: Any = flow(count)(return_state=True)
    with pytest.raises(ValueError, match="generator"):
        list(given)


@pytest.mark.parametrize("fn", [count, count_later])
def test_a_submitted_generator_gives_a_list(fn: Callable[..., Any]) -> None:
    """The result of a submitted generator task is the list of its values; `map` gives one list per run."""

    @flow
    def parent() -> Any:
        counted: Any = task(fn)
        return counted.submit().result(), counted.map([1, 2]).result(), counted.submit(return_state=True).name

    assert parent() == ([0, 1, 2], [[0], [0, 1]], "Completed")


def test_a_submitted_generator_that_raises_fails() -> None:
    """The future of a generator task that raises raises its exception."""

    @flow
    def parent() -> None:
        with pytest.raises(ValueError, match="middle"):
            task(breaks).submit().result()

    parent()


def test_values_flow_from_task_to_task(recorded: Any) -> None:
    """A flow can read a generator task and give each value to another task, and stop early."""

    @task
    def double(number: int) -> int:
        return number * 2

    @flow
    def parent() -> list[int]:
        doubled = []
        for number in task(count)(5):
            doubled.append(double(number))
            if number == 2:
                break
        return doubled

    assert parent() == [0, 2, 4]
    assert {run.state.type.value for run in recorded.task_runs()} == {"COMPLETED"}


def test_yielded_futures_are_futures() -> None:
    """Futures that a generator flow yields are handed on as they are."""

    @task
    def give() -> int:
        return 3

    @flow
    def parent() -> Generator[Any]:
        yield give.submit()

    assert [future.result() for future in parent()] == [3]


def test_a_generator_that_takes_too_long_is_timed_out(recorded: Any) -> None:
    """The timeout of a generator flow holds over all its steps."""

    @flow(timeout_seconds=0.1)
    def slow() -> Generator[int]:
        for number in range(500):
            time.sleep(0.01)
            yield number

    with pytest.raises(FlowRunTimeoutError):
        list(slow())
    assert recorded.flow_run_states()[-1] == "FAILED/TimedOut"
