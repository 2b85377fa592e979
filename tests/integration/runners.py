"""A runner as a person starts it, and what becomes of the runs that it executes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from prefect.backend import get_backend
from prefect.runner.launching import groups
from prefect.schemas.flow_runs import FlowRun
from prefect.states import Cancelling
from prefect.store.deployment_runs import DeploymentFlowRunCreate, create_flow_run_from_deployment
from prefect.store.deployments import read_deployment_by_name
from prefect.store.flow_runs import read_flow_run

R = TypeVar("R")

ROOT = Path(__file__).parents[2]
ENOUGH = 60.0
"""How many seconds anything may take on a very slow machine."""


def until(look: Callable[[], R], what: str, patience: float = ENOUGH) -> R:
    """Return what a look gives as soon as it is something."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < deadline, f"It never came to this: {what}"
        time.sleep(0.02)
    return found


class ServedFlow:
    """The program `served_flows`, in a process.

    Args:
        folder: Where its diary and its output go.
        runner: Options of the runner.
        dies_at: The point at which it is killed.
        deployment: Options of the deployment.
    """

    def __init__(
        self,
        folder: Path,
        runner: dict[str, Any] | None = None,
        *,
        dies_at: str | None = None,
        **deployment: Any,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._diary = folder / "diary"
        self._diary.touch()
        self.output = folder / "output"
        options = {"heartbeat_seconds": 1, "pause_on_shutdown": False, **(runner or {})}
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.integration.programs.served_flows",
                    json.dumps(options),
                    json.dumps(deployment),
                    *([] if dies_at is None else [json.dumps(dies_at)]),
                ],
                cwd=ROOT,
                env={**os.environ, "DIARY": str(self._diary), "PREFECT_LOGGING_LEVEL": "INFO"},
                stdout=output,
                stderr=output,
            )
        until(lambda: "serving" in self.said() or self.process.poll() is not None, "the runner serves")
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """Return what it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    @property
    def diary(self) -> list[list[str]]:
        """What its flows have noted: each time without the time, the process first."""
        return [line.split()[1:] for line in self._diary.read_text(encoding="utf-8").splitlines()]

    def noted(self, *words: str) -> list[str]:
        """Return the first entry that has these words, when it has come."""

        def look() -> list[str] | None:
            return next((entry for entry in self.diary if entry[1 : len(words) + 1] == list(words)), None)

        return until(look, f"the diary has {words}; the runner said {self.said()}")

    def run(self, way: str, **options: Any) -> UUID:
        """Have the deployment run."""
        deployment = get_backend().perform(read_deployment_by_name, "work", "served").result()
        wanted = DeploymentFlowRunCreate(parameters={"way": way}, **options)
        return get_backend().perform(create_flow_run_from_deployment, deployment.id, wanted).result().id

    def end(self) -> int:
        """Tell it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(ENOUGH)

    def close(self) -> None:
        """Leave nothing of it."""
        mark = f"DIARY={self._diary}".encode()
        while found := [pid for pid in _all_processes() if mark in _environment(pid)]:
            for pid in found:
                _kill(pid)
            time.sleep(0.01)
        for child in groups.members(self.process.pid):
            _kill(child.pid)
        self.process.wait()


def state_of(flow_run_id: UUID) -> str:
    """Return the type of the state of a run."""
    return str(read(flow_run_id).state_type)


def read(flow_run_id: UUID) -> FlowRun:
    """Return a run."""
    return get_backend().perform(read_flow_run, flow_run_id).result()


def until_state(flow_run_id: UUID, *types: str, patience: float = ENOUGH) -> FlowRun:
    """Return a run when it is in a state of one of these types."""
    until(lambda: _type(flow_run_id) in types, f"{flow_run_id} is {types}", patience)
    return read(flow_run_id)


def cancel(flow_run_id: UUID) -> None:
    """Ask for a run to be cancelled."""
    get_backend().propose_flow_run_state(flow_run_id, Cancelling()).result()


def is_there(pid: int) -> bool:
    """Whether a process is alive."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return stat.rpartition(b")")[2].split()[0] not in {b"Z", b"X"}


def _type(flow_run_id: UUID) -> str | None:
    state_type = read(flow_run_id).state_type
    return state_type.value if state_type else None


def _all_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
