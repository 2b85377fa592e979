"""Flow runs that are paused in one process and resumed in another, on one file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect import pause_flow_run, resume_flow_run, suspend_flow_run
from prefect.backend import get_backend
from prefect.exceptions import NotPausedError, Pause
from prefect.schemas.flow_runs import FlowRun
from prefect.states import Pending

PROGRAM = Path(__file__).parent / "programs" / "pausing_flows.py"
ENOUGH = 60


def a_run_of(flow_name: str, *, deployed: bool = True, **parameters: Any) -> UUID:
    """Store a run of a flow of the program, as a deployment would."""
    backend = get_backend()
    flow = backend.register_flow(flow_name.replace("_", "-")).result()
    deployment = uuid4() if deployed else None
    run = FlowRun(flow_id=flow.id, deployment_id=deployment, parameters=parameters, state=Pending())
    return backend.create_flow_run(run).result().id


def start(flow_name: str, run_id: UUID) -> subprocess.Popen[str]:
    """Run a stored run in a process of its own, as a worker would."""
    environment = {**os.environ, "PREFECT__FLOW_ENTRYPOINT": f"{PROGRAM}:{flow_name}"}
    return subprocess.Popen(
        [sys.executable, "-m", "prefect.engine", str(run_id)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> str:
    """Wait for the end of a process, which must be a good one, and return what it printed."""
    try:
        output, errors = process.communicate(timeout=ENOUGH)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        raise AssertionError(f"The process hangs. It said:\n{output}\n{errors}") from None
    assert process.returncode == 0, errors
    return output


def until(run_id: UUID, holds: Callable[[Any], bool]) -> None:
    """Wait until the state of a run is as it should be."""
    deadline = time.monotonic() + ENOUGH
    while not holds(state_of(run_id)):
        assert time.monotonic() < deadline, f"The run is {state_of(run_id)}."
        time.sleep(0.01)


def state_of(run_id: UUID) -> Any:
    """Return the state of a run."""
    run = get_backend().read_flow_run(run_id)
    assert run is not None
    return run.state


def history(run_id: UUID) -> list[str | None]:
    """Return the names of the states of a run."""
    return [state.name for state in get_backend().read_flow_run_states(run_id)]


def test_a_flow_that_is_paused_in_one_process_is_resumed_from_another() -> None:
    """The input goes from the process that resumes to the one that waits, which then goes on."""
    run_id = a_run_of("pausing", deployed=False)
    process = start("pausing", run_id)
    until(run_id, lambda state: state.is_paused())
    with pytest.raises(RuntimeError, match="'approved' is a required property"):
        resume_flow_run(run_id)
    assert state_of(run_id).is_paused()
    resume_flow_run(run_id, run_input={"approved": True})
    assert end(process).split("\n")[:2] == ["building 1", "approved True"]
    assert history(run_id) == ["Pending", "Running", "Paused", "Running", "Completed"]


def test_of_many_that_resume_a_run_one_succeeds() -> None:
    """However many resume a paused run at once, it goes on once; the others learn that it is not paused."""
    run_id = a_run_of("pausing", deployed=False)
    process = start("pausing", run_id)
    until(run_id, lambda state: state.is_paused())

    def resume(_: int) -> type[Exception] | None:
        try:
            resume_flow_run(run_id, run_input={"approved": False})
        except NotPausedError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(resume, range(8)), key=str) == [NotPausedError] * 7 + [None]
    assert "approved False" in end(process)


def test_a_suspended_run_goes_on_in_a_new_process() -> None:
    """Its process ends well; resumed, it runs from the start, past its pauses, without repeating persisted tasks."""
    run_id = a_run_of("suspending")
    assert end(start("suspending", run_id)) == "building 1\n"
    assert state_of(run_id).name == "Suspended"
    assert state_of(run_id).state_details.pause_key == "1"
    assert end(start("suspending", run_id)) == "", "a suspended run must not begin before it is resumed"
    resume_flow_run(run_id)
    assert state_of(run_id).name == "Resuming"
    assert end(start("suspending", run_id)) == "building 2\n"
    assert state_of(run_id).state_details.run_input_keyset["schema"] == "suspended-approval-schema"
    resume_flow_run(run_id, run_input={"approved": True})
    assert end(start("suspending", run_id)) == "approved True\n"
    assert history(run_id)[2:] == [
        *("Suspended", "Resuming", "Running"),
        *("Suspended", "Resuming", "Running"),
        "Completed",
    ]
    assert end(start("suspending", run_id)) == "", "a run that has ended must not begin again"


def test_an_async_flow_is_suspended_and_goes_on() -> None:
    """Suspension ends an async flow too, and a second process passes over it."""
    run_id = a_run_of("suspending_async")
    assert end(start("suspending_async", run_id)) == ""
    resume_flow_run(run_id)
    assert end(start("suspending_async", run_id)) == "after\n"


def test_a_run_is_suspended_from_another_process(tmp_path: Path) -> None:
    """A run that somebody else suspends ends when it next starts a task; it keeps the state Suspended."""
    run_id = a_run_of("stepping", stop=str(tmp_path / "stop"))
    process = start("stepping", run_id)
    until(run_id, lambda state: state.is_running())
    suspend_flow_run(flow_run_id=run_id, timeout=60)
    assert "stops" not in end(process)
    assert history(run_id) == ["Pending", "Running", "Suspended"]
    with pytest.raises(Pause):
        suspend_flow_run(flow_run_id=run_id)


def test_a_run_is_paused_from_another_process(tmp_path: Path) -> None:
    """A run that somebody else pauses waits when it next starts a task, and goes on when it is resumed."""
    run_id, stop = a_run_of("stepping", deployed=False, stop=str(tmp_path / "stop")), tmp_path / "stop"
    process = start("stepping", run_id)
    until(run_id, lambda state: state.is_running())
    pause_flow_run(run_id, timeout=60, poll_interval=1)
    stop.touch()
    assert state_of(run_id).is_paused()
    resume_flow_run(run_id)
    assert end(process).endswith("stops\n")
    assert history(run_id) == ["Pending", "Running", "Paused", "Running", "Completed"]


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line."""
    return subprocess.run(
        [sys.executable, "-m", "prefect", "flow-run", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=ENOUGH,
        check=False,
    )


def test_a_resumed_run_is_executed_by_the_command_line() -> None:
    """`execute` runs a stored run to its next pause and ends well; `watch` tells how a run ended."""
    run_id, entrypoint = a_run_of("suspending_async"), f"{PROGRAM}:suspending_async"
    first = command("execute", str(run_id), PREFECT__FLOW_ENTRYPOINT=entrypoint)
    assert (first.returncode, first.stdout) == (0, "")
    waiting = command("watch", str(run_id), "--timeout", "0")
    assert waiting.returncode == 1
    assert "has not ended within 0 seconds" in waiting.stderr
    resume_flow_run(run_id)
    second = command("execute", PREFECT__FLOW_RUN_ID=str(run_id), PREFECT__FLOW_ENTRYPOINT=entrypoint)
    assert (second.returncode, second.stdout) == (0, "after\n")
    watched = command("watch", str(run_id))
    assert watched.returncode == 0
    assert "ended in state Completed" in watched.stdout


def test_executing_nothing_says_what_is_missing() -> None:
    """Without an id, with an unknown one, or without a place of the code, `execute` says so and ends with 1."""
    for arguments, told in (
        ((), "Say which flow run"),
        ((str(uuid4()),), "There is no flow run"),
        ((str(a_run_of("pausing", deployed=False)),), "PREFECT__FLOW_ENTRYPOINT"),
    ):
        ended = command("execute", *arguments)
        assert ended.returncode == 1
        assert told in ended.stderr
