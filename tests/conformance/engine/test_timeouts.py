"""Timeouts: who is interrupted, and what is recorded."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from prefect import flow, task
from prefect.flow_engine import FlowRunTimeoutError
from prefect.task_engine import TaskRunTimeoutError


def too_long() -> None:
    for _ in range(500):
        time.sleep(0.01)


async def too_long_async() -> None:
    for _ in range(500):
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("fn", [too_long, too_long_async])
@pytest.mark.parametrize(
    ("kind", "error", "what"), [(flow, FlowRunTimeoutError, "Flow"), (task, TaskRunTimeoutError, "Task")]
)
def test_a_run_that_takes_too_long_is_timed_out(
    kind: Any, error: Any, what: str, fn: Any, shown: Any
) -> None:
    """After `timeout_seconds` a run is interrupted, TimedOut, and its caller gets a TimeoutError."""
    limited = kind(fn, timeout_seconds=0.1)

    def call(**options: Any) -> Any:
        given = limited(**options)
        if not asyncio.iscoroutine(given):
            return given

        async def awaited() -> Any:
            return await given

        return asyncio.run(awaited())

    started = time.monotonic()
    state = call(return_state=True)
    assert time.monotonic() - started < 2
    assert shown(state) == f"FAILED/TimedOut: {what} run exceeded timeout of 0.1 second(s)"
    assert issubclass(error, TimeoutError)
    with pytest.raises(error, match=r"0\.1 second"):
        state.result()
    with pytest.raises(error):
        call()


def test_a_submitted_task_is_interrupted_in_its_thread(shown: Any) -> None:
    """A task that runs in a pool thread is timed out as well."""
    limited = task(too_long, timeout_seconds=0.1)

    @flow
    def parent() -> Any:
        return limited.submit(return_state=True)

    started = time.monotonic()
    state = parent(return_state=True)
    assert time.monotonic() - started < 2
    assert shown(state) == "FAILED/Failed: 1/1 states failed."
    with pytest.raises(TaskRunTimeoutError):
        state.result()


@pytest.mark.parametrize("options", [{}, {"timeout_seconds": 5}])
@pytest.mark.parametrize(("kind", "what"), [(flow, "Flow"), (task, "Task")])
def test_the_users_own_timeout_error_is_told_apart(kind: Any, what: str, options: Any, shown: Any) -> None:
    """A TimeoutError that the function raises itself is TimedOut with the exception in the message."""

    def own() -> None:
        raise TimeoutError("mine")

    state = kind(own, **options)(return_state=True)
    assert shown(state) == f"FAILED/TimedOut: {what} run failed due to timeout: TimeoutError('mine')"


@pytest.mark.parametrize("kind", [flow, task])
def test_a_timed_out_run_is_retried(kind: Any) -> None:
    """A run that was timed out uses its retries."""
    calls: list[int] = []

    def slow_at_first() -> int:
        calls.append(1)
        if len(calls) == 1:
            too_long()
        return len(calls)

    assert kind(slow_at_first, timeout_seconds=0.1, retries=1)() == 2


def test_a_subflow_that_times_out_fails_its_parent(recorded: Any) -> None:
    """A timeout of a subflow that is not caught ends the parent as TimedOut too."""
    child = flow(too_long, name="child", timeout_seconds=0.1)
    state = flow(lambda: child(), name="parent")(return_state=True)
    assert (state.type.value, state.name) == ("FAILED", "TimedOut")
    assert [run.state.name for run in recorded.flow_runs()] == ["TimedOut", "TimedOut"]


@pytest.mark.parametrize("kind", [flow, task])
def test_the_timeout_is_kept_as_a_float(kind: Any) -> None:
    """`timeout_seconds` is a float, or None when there is no limit."""
    assert kind(too_long, timeout_seconds=2).timeout_seconds == 2.0
    assert isinstance(kind(too_long, timeout_seconds=2).timeout_seconds, float)
    assert kind(too_long).timeout_seconds is None
