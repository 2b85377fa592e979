"""Workers and what befalls them: their server goes away, they are stopped, they are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect._clock import now
from prefect.backend import close_backends
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.schemas.flow_runs import FlowRun
from prefect.states import Cancelling, Scheduled
from prefect.workers.process import ProcessWorker
from tests.conformance.backend.servers import Server

FLOWS = """
import os, subprocess, time
from pathlib import Path
from prefect import flow

@flow
def work(note: str, seconds: float = 60, until: str | None = None) -> None:
    subprocess.Popen(["sleep", "300"])
    Path(note).write_text(str(os.getpid()))
    time.sleep(seconds)
    while until is not None and not Path(until).exists():
        time.sleep(0.1)
    Path(note + ".end").write_text("the end")
"""

AWAY = float(os.environ.get("WORKER_AWAY_SECONDS", "5"))
"""For how long the server of a worker is away."""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")


class Place:
    """A server, a work pool in it, and a deployment of the flow."""

    def __init__(self, folder: Path, server: Server, client: SyncPrefectClient) -> None:
        self.folder, self.server, self.client = folder, server, client
        file = folder / "flows.py"
        file.write_text(FLOWS)
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(WorkPoolCreate(name="pool", type="process", base_job_template=template))
        flow = client.create_flow_from_name("work")
        self.deployment: UUID = client.create_deployment(
            flow, "daily", work_pool_name="pool", entrypoint=f"{file}:work"
        )

    def ask_for(self, name: str, due: datetime | None = None, **parameters: Any) -> FlowRun:
        """Ask for a run, now or at a time."""
        return self.client.create_flow_run_from_deployment(
            self.deployment,
            parameters={"note": str(self.folder / name), **parameters},
            state=Scheduled(scheduled_time=due),
        )

    def begin(self, name: str, **parameters: Any) -> tuple[FlowRun, int]:
        """Ask for a run, and return it with its process when its code has begun."""
        run, note = self.ask_for(name, **parameters), self.folder / name
        until(lambda: note.exists() and note.read_text() != "")
        return run, int(note.read_text())

    def state(self, run: FlowRun) -> str:
        """Return the name of the state that a run is in."""
        return str(self.client.read_flow_run(run.id).state_name)

    @contextmanager
    def worker(self) -> Generator[subprocess.Popen[bytes]]:
        """Start a worker, which is gone at the end of the block."""
        with (self.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "worker", "start", "--pool", "pool", "--name", "mine"],
                env=os.environ | {"PREFECT_API_URL": self.server.url},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def log(self) -> str:
        """What workers have printed."""
        return (self.folder / "worker.log").read_text()


def until(happens: Callable[[], bool], seconds: float = 60) -> float:
    """Wait until something is so, and return how long it took."""
    begun = time.monotonic()
    while not happens():
        assert time.monotonic() - begun < seconds, "it did not happen"
        time.sleep(0.05)
    return time.monotonic() - begun


def alive(session: int) -> list[int]:
    """Return the processes of a session that are alive."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(place.parent.name))
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A server with a pool."""
    server = Server(tmp_path / "server")
    server.start()
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    with get_client(sync_client=True) as client:
        yield Place(tmp_path, server, client)
    close_backends()
    server.stop()


@pytest.mark.timeout(AWAY + 200)
def test_a_worker_goes_on_when_its_server_comes_back(place: Place) -> None:
    """Runs go on meanwhile, end, and fall due; nothing is lost, and the same worker takes the next ones."""
    with place.worker() as worker:
        back = place.folder / "back"
        through, _ = place.begin("through", seconds=0, until=str(back))
        due = place.ask_for("due", due=now() + timedelta(seconds=3), seconds=0)
        ending, _ = place.begin("ending", seconds=AWAY / 2)
        place.server.kill()
        time.sleep(AWAY)
        until(lambda: "no new ones are taken meanwhile" in place.log)
        assert (place.folder / "ending.end").exists()
        place.server.start()
        back.touch()
        for run in (through, ending, due):
            until(lambda run=run: place.state(run) == "Completed")
            assert place.client.read_flow_run(run.id).run_count == 1
        cancelled, session = place.begin("cancelled")
        place.client.set_flow_run_state(cancelled.id, Cancelling())
        until(lambda: place.state(cancelled) == "Cancelled", 40)
        assert alive(session) == []
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    told = place.log.count("no new ones are taken meanwhile")
    assert 1 <= told <= 2 + AWAY / 60, place.log
    assert "Traceback" not in place.log


def test_a_killed_worker_leaves_nothing_behind(place: Place) -> None:
    """Half a minute after a worker was killed its run is Crashed and says why, and all of its processes have ended."""
    with place.worker() as worker:
        run, session = place.begin("only")
        worker.kill()
        worker.wait()
        until(lambda: place.state(run) == "Crashed", 30)
        until(lambda: alive(session) == [], 30)
    state = place.client.read_flow_run(run.id).state
    assert state is not None
    assert "'mine'" in (state.message or "")
