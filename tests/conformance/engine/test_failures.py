"""Failures and crashes: states, messages and what the caller sees."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, task
from prefect.exceptions import Abort


class Unlucky(Exception):
    """An error of the user's own."""


def raises(error: BaseException) -> Any:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("boom"), "ValueError: boom"),
        (Unlucky(), "Unlucky: "),
        (Unlucky("line 1\nline 2"), "Unlucky: line 1\nline 2"),
        (KeyError("k"), "KeyError: 'k'"),
        (ExceptionGroup("several", [ValueError("a")]), "ExceptionGroup: several (1 sub-exception)"),
        (ValueError("x" * 500), "ValueError: " + "x" * 500),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_raised_exception_fails_the_run_and_reaches_the_caller(
    error: Exception, told: str, recorded: Any
) -> None:
    """Flow and task runs that raise are Failed with the exception in the message, and the caller gets it."""
    flow_state = flow(raises(error))(return_state=True)
    task_state = task(raises(error))(return_state=True)
    assert flow_state.message == f"Flow run encountered an exception: {told}"
    assert task_state.message == f"Task run encountered an exception {told}"
    for state in (flow_state, task_state):
        assert (state.type.value, state.name) == ("FAILED", "Failed")
        with pytest.raises(type(error)) as raised:
            state.result()
        assert raised.value is error
        assert state.result(raise_on_failure=False) is error
    for run in (flow(raises(error)), task(raises(error))):
        with pytest.raises(type(error)):
            run()
    assert recorded.flow_run(flow_state).state.message == flow_state.message
    assert recorded.task_run(task_state).state.message == task_state.message


def test_a_failing_task_call_fails_the_flow() -> None:
    """An exception of a called task that the flow does not catch fails the flow with the same exception."""
    state = flow(lambda: task(raises(ValueError("inner")))(), name="outer")(return_state=True)
    assert state.message == "Flow run encountered an exception: ValueError: inner"


async def test_async_runs_fail_alike() -> None:
    """Async flows and tasks fail with the same states and messages."""

    @task
    async def fail_task() -> None:
        raise ValueError("later")

    @flow
    async def fail_flow() -> None:
        await fail_task()

    assert (
        await fail_task(return_state=True)
    ).message == "Task run encountered an exception ValueError: later"
    assert (
        await fail_flow(return_state=True)
    ).message == "Flow run encountered an exception: ValueError: later"
    with pytest.raises(ValueError, match="later"):
        await fail_flow()


CRASHES: list[tuple[BaseException, str]] = [
    (KeyboardInterrupt(), "Execution was aborted by an interrupt signal."),
    (SystemExit(3), "Execution was aborted by Python system exit call."),
    (SystemExit(0), "Execution was aborted by Python system exit call."),
]


@pytest.mark.parametrize(("error", "message"), CRASHES, ids=repr)
@pytest.mark.parametrize("return_state", [False, True])
def test_interrupts_crash_the_flow_and_go_on(
    error: BaseException, message: str, return_state: bool, recorded: Any
) -> None:
    """KeyboardInterrupt and SystemExit leave a Crashed run and reach the caller, also with `return_state`."""
    with pytest.raises(type(error)):
        flow(raises(error))(return_state=return_state)
    assert recorded.flow_run_states() == ["PENDING/Pending", "RUNNING/Running", "CRASHED/Crashed"]
    assert recorded.flow_run().state.message == message


@pytest.mark.parametrize(("error", "message"), CRASHES, ids=repr)
@pytest.mark.parametrize("how", ["call", "submit", "subflow"])
def test_interrupts_below_a_flow_crash_all_of_it(
    error: BaseException, message: str, how: str, recorded: Any
) -> None:
    """An interrupt in a called task, a submitted task or a subflow crashes it and the flow around it."""
    inner = flow(raises(error), name="inner") if how == "subflow" else task(raises(error), name="inner")

    @flow
    def outer() -> None:
        inner.submit().result() if how == "submit" else inner()

    with pytest.raises(type(error)):
        outer()
    for run in [*recorded.flow_runs(), *recorded.task_runs()]:
        assert (run.state.type.value, run.state.message) == ("CRASHED", message), run.name


def test_cancelled_error_crashes_an_async_flow(recorded: Any) -> None:
    """An asyncio.CancelledError in an async flow leaves a Crashed run."""

    @flow
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert recorded.flow_run().state.type.value == "CRASHED"
    assert recorded.flow_run().state.message == "Execution was cancelled by the runtime environment."


def test_any_other_base_exception_crashes_the_flow(recorded: Any) -> None:
    """A BaseException that is no Exception crashes the run and reaches the caller."""

    class Unusual(BaseException):
        pass

    with pytest.raises(Unusual):
        flow(raises(Unusual("odd")))()
    assert recorded.flow_run().state.type.value == "CRASHED"


@pytest.mark.parametrize("kind", [flow, task])
def test_abort_reaches_the_caller(kind: Any) -> None:
    """`Abort` is no failure of the run: it passes through to the caller."""
    with pytest.raises(Abort, match="enough"):
        kind(raises(Abort("enough")))(return_state=True)


TERMINATED = """
import os, signal, sys, time
from prefect import flow, task

def told(flow, run, state):
    print("hook", state.type.value, state.message, flush=True)

@task
def interrupted():
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    for _ in range(500):
        time.sleep(0.01)
    print("survived", flush=True)

@flow(on_crashed=[told], on_failure=[told], on_completion=[told])
def parent():
    interrupted()

signal.signal(signal.SIGINT, signal.default_int_handler)
parent()
"""


@pytest.mark.needs("posix")
@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("SIGTERM", -signal.SIGTERM, "Execution was aborted by a termination signal."),
        ("SIGINT", -signal.SIGINT, "Execution was aborted by an interrupt signal."),
    ],
)
def test_a_signal_crashes_the_runs_before_the_process_ends(
    name: str, status: int, message: str, tmp_path: Path, recorded: Any
) -> None:
    """SIGTERM and Ctrl-C leave Crashed runs, run the crash hooks, and end the process by that signal."""
    script = tmp_path / "terminated.py"
    script.write_text(TERMINATED, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, str(script), name], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout.splitlines() == [f"hook CRASHED {message}"], ended.stderr
    assert ended.returncode == status
    assert recorded.flow_run().state.message == message
    assert recorded.task_run().state.type.value == "CRASHED"
