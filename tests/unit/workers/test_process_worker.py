"""The process worker, without a server: each run is a process of its own, in an environment that its job says."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from prefect.backend import get_backend
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.states import Cancelling
from prefect.store.flow_run_claims import read_flow_run_claim
from prefect.workers.process import ProcessJobConfiguration, ProcessWorker
from tests.unit.workers.deployed import deployment_in, message_of, perform, pool_of, run_of, seen

FLOWS = """
import os, time
from pathlib import Path
from prefect import flow

@flow
def where(note: str):
    Path(note).write_text(f"{Path.cwd()}\\n{os.environ.get('COLOUR')}\\n{os.environ.get('SECRET')}")
    print("said aloud")

@flow
def wait(note: str):
    Path(note).write_text(str(os.getpid()))
    time.sleep(60)

@flow
def die(note: str):
    print("last words", flush=True)
    os._exit(7)
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """A file of flows."""
    path = tmp_path / "flows.py"
    path.write_text(FLOWS, encoding="utf-8")
    return path


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """Where a flow notes what it saw."""
    return tmp_path / "note"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has a variable that jobs may unset."""
    monkeypatch.setenv("SECRET", "of the worker")


def deployed(flows: Path, name: str, note: Path, **values: Any) -> FlowRun:
    """Deploy a flow in a new pool and return a run of it that is due."""
    deployment = deployment_in(
        pool_of(ProcessWorker), f"{flows}:{name}", parameters={"note": str(note)}, **values
    )
    return run_of(deployment)


async def noted(note: Path) -> str:
    """Return what a flow has noted, when it has."""
    return await asyncio.to_thread(_noted, note)


def _noted(note: Path) -> str:
    deadline = time.monotonic() + 30
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return note.read_text()


def exists(path: Path | str) -> bool:
    """Return whether there is such a file or folder."""
    return os.path.lexists(path)


async def test_a_run_is_executed_in_a_process(
    flows: Path, note: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A run has a folder of its own, the environment of its job, its output is printed, and it is told who it is."""
    run = deployed(flows, "where", note, job_variables={"env": {"COLOUR": "red", "SECRET": None}})
    async with ProcessWorker("pool", name="w") as worker:
        await worker.get_and_submit_flow_runs()
        await worker.poller.until_done()
    folder, colour, secret = (await noted(note)).splitlines()
    assert (colour, secret) == ("red", "None")
    assert "prefect-run-" in folder
    assert not exists(folder)
    after = seen(run)
    assert after.state_type is StateType.COMPLETED
    assert (after.infrastructure_pid or "").rpartition(":")[2].isdigit()
    assert "said aloud" in capfd.readouterr().out
    assert not perform(read_flow_run_claim, run.id).is_held


async def test_the_folder_and_the_output_are_as_the_job_says(
    flows: Path, note: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A job may start in a folder of ours, and keep what it prints to itself."""
    deployed(flows, "where", note, job_variables={"working_dir": str(flows.parent), "stream_output": False})
    async with ProcessWorker("pool") as worker:
        await worker.get_and_submit_flow_runs()
        await worker.poller.until_done()
    assert (await noted(note)).splitlines()[0] == str(flows.parent)
    assert "said aloud" not in capfd.readouterr().out


async def test_a_command_of_its_own(flows: Path, note: Path) -> None:
    """A job may be executed by another command, which finds the run in its environment."""
    command = f"{sys.executable} -m prefect flow-run execute"
    run = deployed(flows, "where", note, job_variables={"command": command})
    async with ProcessWorker("pool") as worker:
        await worker.get_and_submit_flow_runs()
        await worker.poller.until_done()
    assert seen(run).state_type is StateType.COMPLETED, message_of(run)


async def test_a_process_that_dies_is_a_crash_that_says_how(flows: Path, note: Path) -> None:
    """The exit code and the last lines are in the message of the run's state."""
    run = deployed(flows, "die", note)
    async with ProcessWorker("pool") as worker:
        await worker.get_and_submit_flow_runs()
        await worker.poller.until_done()
    assert seen(run).state_type is StateType.CRASHED
    assert "exit code 7" in message_of(run)
    assert "last words" in message_of(run)


async def test_a_run_that_is_cancelled_is_ended(flows: Path, note: Path) -> None:
    """When the state says Cancelled no process of the run is alive."""
    run = deployed(flows, "wait", note)
    async with ProcessWorker("pool") as worker:
        await worker.get_and_submit_flow_runs()
        pid = int(await noted(note))
        get_backend().propose_flow_run_state(run.id, Cancelling()).result(10)
        worker.claims.look_now()
        await asyncio.wait_for(worker.poller.until_done(), 40)
    assert seen(run).state_type is StateType.CANCELLED
    assert not exists(f"/proc/{pid}")


async def test_a_worker_that_is_stopped_twice_ends_its_processes(flows: Path, note: Path) -> None:
    """Nobody would look after them: they are ended, and the runs say so."""
    run = deployed(flows, "wait", note)
    async with ProcessWorker("pool", name="mine") as worker:
        await worker.get_and_submit_flow_runs()
        pid = int(await noted(note))
        worker.abandon_runs()
        await asyncio.wait_for(worker.poller.until_done(), 40)
    assert seen(run).state_type is StateType.CRASHED
    assert "'mine' was stopped" in message_of(run)
    assert not exists(f"/proc/{pid}")


async def test_starting_waits_for_the_runs_when_it_is_told_to_stop(flows: Path, note: Path) -> None:
    """SIGTERM lets the runs end that go on, and takes no new ones."""
    run = deployed(flows, "where", note)
    told: list[str] = []

    def printer(text: str) -> None:
        told.append(text)
        if "started" in text:
            asyncio.get_running_loop().call_later(1.0, os.kill, os.getpid(), signal.SIGTERM)

    await ProcessWorker("pool", name="w").start(printer=printer)
    assert told[0] == "Worker 'w' started!"
    assert told[-1] == "Worker 'w' stopped!"
    assert seen(run).state_type is StateType.COMPLETED


def test_a_process_inherits_what_is_not_about_the_worker_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process has the worker's environment, but not what tells in which run the worker itself would be."""
    monkeypatch.setenv("PREFECT__FLOW_NAME", "outer")
    monkeypatch.setenv("COLOUR", "blue")
    job = ProcessJobConfiguration(env={"SECRET": None})
    job.prepare_for_flow_run(FlowRun(flow_id=uuid4()))
    assert job.env["COLOUR"] == "blue"
    assert "PREFECT__FLOW_NAME" not in job.env
    assert "SECRET" not in job.env
    assert job.command == f"{sys.executable} -m prefect.engine"
