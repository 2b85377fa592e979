"""SIGTERM and Ctrl-C: the run is recorded as crashed, and the process ends as any other would."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.faults.processes import end, integrity, rows, start

SOON = 15
"""How many seconds a process may take to end, on a slow machine; what runs would take a minute."""

SYNC = ["flow_blocks", "task_blocks", "waits_for_thread", "leaves_thread", "subflow_blocks"]
ASYNC = ["flow_awaits", "task_awaits", "leaves_async_task"]


def stop(home: Path, what: str, number: signal.Signals) -> tuple[int, str]:
    """Start a program, stop it when it is ready, and return its exit code and what it said."""
    process = start("stopped", home, what)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    process.send_signal(number)
    _, errors = end(process)
    assert time.monotonic() - began < SOON
    return process.returncode, errors


@pytest.mark.needs("posix")
@pytest.mark.parametrize("what", SYNC + ASYNC)
def test_sigterm_is_recorded_and_ends_the_process(tmp_path: Path, what: str) -> None:
    """A run that a container or a machine shuts down is Crashed, says why, and the process ends by SIGTERM."""
    code, errors = stop(tmp_path / "home", what, signal.SIGTERM)
    states = rows(
        tmp_path / "home",
        "SELECT flow_run.state_name, flow_run_state.message FROM flow_run "
        "JOIN flow_run_state ON flow_run_state.id = flow_run.state_id",
    )
    assert [name for name, _ in states] == ["Crashed"] * len(states)
    assert states
    assert all("termination signal" in message for _, message in states), states
    assert code == -signal.SIGTERM, errors
    assert integrity(tmp_path / "home") == "ok"


@pytest.mark.needs("posix")
@pytest.mark.parametrize("what", SYNC + ASYNC)
def test_ctrl_c_is_recorded_and_ends_the_process(tmp_path: Path, what: str) -> None:
    """A run that a person interrupts is Crashed, says why, and the process ends by SIGINT."""
    code, errors = stop(tmp_path / "home", what, signal.SIGINT)
    states = rows(
        tmp_path / "home",
        "SELECT flow_run.state_name, flow_run_state.message FROM flow_run "
        "JOIN flow_run_state ON flow_run_state.id = flow_run.state_id",
    )
    assert [name for name, _ in states] == ["Crashed"] * len(states)
    # An event loop turns Ctrl-C into a cancellation of what it runs.
    wanted = "cancelled by the runtime" if what in ASYNC else "interrupt"
    assert all(wanted in message for _, message in states), states
    assert code == -signal.SIGINT, errors


@pytest.mark.needs("posix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "what", ["task_blocks", "waits_for_thread", "leaves_thread", "task_awaits", "leaves_async_task"]
)
def test_no_task_run_seems_to_go_on(tmp_path: Path, what: str, number: signal.Signals) -> None:
    """When the process has ended, no task run of it is left in a state that says that it runs."""
    stop(tmp_path / "home", what, number)
    assert rows(tmp_path / "home", "SELECT state_name FROM task_run") == [("Crashed",)]
