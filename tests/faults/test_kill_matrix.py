"""Workers and flow processes killed at each point of a run's way: none is left waiting, none runs twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.backend.servers import ENOUGH, Server
from tests.faults.processes import PROGRAMS
from tests.faults.watching_proxy import Seen, WatchingProxy

ROUNDS = int(os.environ.get("KILL_MATRIX_ROUNDS", "0"))
"""How often each cell of the matrix is tried; the full test is 20. Without it some cells are tried once, by chance."""

SOME = 4
"""How many cells are tried by chance; all at once would hold up the tests beside them."""

IN_TIME = 30.0
"""Within how many seconds of the kill a run must have its end."""

OVER = {"COMPLETED", "CRASHED", "FAILED", "CANCELLED"}


@dataclass(frozen=True)
class Cell:
    """Who is killed, and when.

    Attributes:
        victim: `worker` or `flow`.
        point: The step of the run's way.
        moment: Whether the server has not seen the step yet, or has done it and nobody heard of it.
    """

    victim: str
    point: str
    moment: str

    def matches(self, seen: Seen) -> bool:
        """Whether a request is the one at which the victim dies."""
        if seen.moment != self.moment or seen.method != "POST":
            return False
        if self.point == "claim":
            return seen.path.endswith("/claim")
        if self.point == "spawn":  # the first that the process of the run writes
            return seen.path.endswith("/set_state") and b"RUNNING" in seen.body
        if self.point == "beat":
            return seen.path.endswith("/claims/renew") and b"flow_run_id" in seen.body
        if self.victim == "worker":
            return seen.path.endswith(("/claim/release", "/claim/crash"))
        return seen.path.endswith("/set_state") and b"COMPLETED" in seen.body


CELLS = [
    Cell(victim, point, moment)
    for victim in ("worker", "flow")
    for point in ("claim", "spawn", "beat", "report")
    for moment in ("asked", "answered")
    if (victim, point) != ("flow", "claim")  # there is no process yet
]

_RUNNING = Cell("flow", "spawn", "answered")


@dataclass
class Trial:
    """One cell, tried once: a pool of its own, a worker behind a proxy, a run, and a worker that comes after it."""

    server: Server
    folder: Path
    cell: Cell
    number: int
    killed_at: float | None = None
    states: list[tuple[float, str, str]] = field(default_factory=list[tuple[float, str, str]])
    _is_running: bool = False

    @property
    def name(self) -> str:
        """What the pool and the deployment are called."""
        return f"{self.cell.victim}-{self.cell.point}-{self.cell.moment}-{self.number}"

    @property
    def ledger(self) -> Path:
        """Where each execution writes down that it lives."""
        return self.folder / f"{self.name}.ledger"

    def run(self) -> None:
        """Let the run have its end, and look at how it got there."""
        killed = threading.Event()
        lock = threading.Lock()

        def watch(seen: Seen) -> None:
            with lock:
                self._is_running = self._is_running or _RUNNING.matches(seen)
                if self.cell.point == "beat" and not self._is_running:
                    return
                if not killed.is_set() and self.cell.matches(seen):
                    self._kill(worker.pid)
                    self.killed_at = time.monotonic()
                    killed.set()

        ask(self.server, "POST", "/work_pools/", {"name": self.name, "type": "process"})
        deployment_id = self._deploy()
        proxy = WatchingProxy(self.server.port, watch)
        worker = self._worker(proxy.url)
        rescuer = None
        try:
            run_id = ask(self.server, "POST", f"/deployments/{deployment_id}/create_flow_run", {})["id"]
            assert killed.wait(ENOUGH), f"{self.name}: the point was never reached: {self._said()}"
            if self.cell.victim == "worker":
                rescuer = self._worker(self.server.url)
            self._follow(run_id)
            self._judge(run_id)
        finally:
            for process in (worker, rescuer):
                if process is not None:
                    process.terminate()
                    process.wait(ENOUGH)
            proxy.close()

    def _deploy(self) -> str:
        flow_id = ask(self.server, "POST", "/flows/", {"name": "beating"})["id"]
        body = {
            "name": self.name,
            "flow_id": flow_id,
            "work_pool_name": self.name,
            "entrypoint": "beating_flow.py:beating",
            "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": str(PROGRAMS)}}],
            # A beat comes every third of a lease. A flow whose worker is gone shall still be at work when that lapses.
            "parameters": {"ledger": str(self.ledger), "beats": 400 if self.cell.point == "beat" else 10},
        }
        return ask(self.server, "POST", "/deployments/", body)["id"]

    def _worker(self, url: str) -> subprocess.Popen[bytes]:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        settings = {"PREFECT_HOME": str(self.folder / "home"), "PREFECT_API_URL": url}
        with (self.folder / f"{self.name}.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "prefect", "worker", "start", "--pool", self.name],
                env=outside | settings,
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _said(self) -> str:
        return (self.folder / f"{self.name}.log").read_text()[-4000:]

    def _kill(self, worker: int) -> None:
        if self.cell.victim == "worker":
            os.kill(worker, signal.SIGKILL)
            return
        for process in descendants(worker):
            with suppress(ProcessLookupError):
                if os.getsid(process) != worker:
                    os.kill(process, signal.SIGKILL)

    def _follow(self, run_id: str) -> None:
        """Wait for the end of the run, and note each state and when it was first seen."""
        assert self.killed_at is not None
        deadline = self.killed_at + 2 * IN_TIME
        while time.monotonic() < deadline:
            run = ask(self.server, "GET", f"/flow_runs/{run_id}")
            if not self.states or self.states[-1][2] != run["state_id"]:
                self.states.append((time.monotonic(), run["state_type"], run["state_id"]))
            if run["state_type"] in OVER:
                return
            time.sleep(0.1)

    def _judge(self, run_id: str) -> None:
        assert self.killed_at is not None
        at, kind, _ = self.states[-1]
        assert kind in {"COMPLETED", "CRASHED"}, f"{self.name}: {self.states} {self._said()}"
        took = at - self.killed_at
        # Where the run goes to another worker, its own work comes on top.
        assert took <= IN_TIME, f"{self.name}: {took:.1f} s: {self.states} {self._said()}"
        claim = ask(self.server, "GET", f"/flow_runs/{run_id}/claim")
        assert claim["owner"] is None or kind == "COMPLETED", f"{self.name}: {claim}"
        self._judge_executions(run_id)

    def _judge_executions(self, run_id: str) -> None:
        """No execution writes anything after a later one has had the claim."""
        lines = ask(
            self.server,
            "POST",
            "/logs/filter",
            {"logs": {"flow_run_id": {"any_": [run_id]}}, "sort": "TIMESTAMP_ASC"},
        )
        fences = [int(line["message"].split()[1]) for line in lines if line["message"].startswith("fence ")]
        assert fences == sorted(fences), (
            f"{self.name}: an execution without a valid fence has written: {fences}"
        )
        beats = (
            [line.split() for line in self.ledger.read_text().splitlines()] if self.ledger.exists() else []
        )
        begun = {int(fence): float(at) for fence, _, at in reversed(beats)}
        ended = {int(fence): float(at) for fence, _, at in beats}
        for fence in begun:
            assert all(ended[fence] <= begun[later] for later in begun if later > fence), (
                f"{self.name}: {beats}"
            )


def ask(server: Server, method: str, path: str, body: Any = None) -> Any:
    """Ask the server, and return its answer."""
    content = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(server.url + path, content, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=ENOUGH) as answer:  # noqa: S310 - our own server
        return json.loads(answer.read())


def descendants(process: int) -> list[int]:
    """Return the processes that a process has started, and those that they have started."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_text()
                parents.setdefault(int(stat.rsplit(")", 1)[1].split()[1]), []).append(int(entry.name))
    found = list(parents.get(process, []))
    for each in found:
        found.extend(parents.get(each, []))
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server in a home of its own."""
    home = tmp_path / "server"
    home.mkdir()
    server = Server(home)
    server.start()
    yield server
    server.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")
@pytest.mark.parametrize("round_", range(ROUNDS or 1))
def test_whoever_is_killed_the_run_has_its_end_in_time(server: Server, tmp_path: Path, round_: int) -> None:
    """A worker or a flow process killed at any point leaves no run waiting, none running twice, and no slot taken."""
    cells = CELLS if ROUNDS else random.SystemRandom().sample(CELLS, SOME)
    trials = [Trial(server, tmp_path, cell, round_) for cell in cells]
    with ThreadPoolExecutor(len(trials)) as pool:
        outcomes = [pool.submit(trial.run) for trial in trials]
    failures = [str(outcome.exception()) for outcome in outcomes if outcome.exception() is not None]
    assert not failures, "\n\n".join(failures)
    for trial in trials:
        pool_now = ask(server, "GET", f"/work_pools/{trial.name}")
        assert not pool_now.get("active_slots"), pool_now
