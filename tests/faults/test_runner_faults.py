"""Runners, launchers and flow processes that die, stop, or lose their server: every run ends, and runs once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from prefect.backend import close_backends, get_backend
from prefect.runner.launching.groups import members
from prefect.runner.signals import ECHO
from prefect.store.flow_run_claims import read_flow_run_claim
from tests.conformance.backend.servers import Server
from tests.integration.runners import ServedFlow, is_there, read, until, until_state

pytestmark = [pytest.mark.needs("posix"), pytest.mark.timeout(240)]


KILLS = int(os.environ.get("TEST_RUNNER_KILLS", "1"))
"""How often a runner is killed at each point; the full test is 20."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that the test and its runners use."""
    started = Server(tmp_path / "server")
    started.start()
    monkeypatch.setenv("PREFECT_API_URL", started.url)
    yield started
    close_backends()
    started.kill()


@pytest.fixture
def served(server: Server, tmp_path: Path) -> Iterator[ServedFlow]:
    """A runner that serves the flow, with leases of three seconds."""
    del server
    serving = ServedFlow(tmp_path / "served")
    yield serving
    serving.close()


def fence_of(flow_run_id: UUID) -> int:
    """Return the number of the last claim on a run."""
    return get_backend().perform(read_flow_run_claim, flow_run_id).result().fence


def launcher_of(served: ServedFlow) -> int:
    """Return the launcher process of a runner: of its children the one that has it in its command."""
    for child in members(served.process.pid):
        folder = Path(f"/proc/{child.pid}")
        parent = int(folder.joinpath("stat").read_bytes().rpartition(b")")[2].split()[1])
        if parent == served.process.pid and b"launching.launcher" in folder.joinpath("cmdline").read_bytes():
            return child.pid
    raise AssertionError("there is no launcher")


def test_a_runner_that_is_killed(served: ServedFlow) -> None:
    """Its runs are Crashed within the lease and a few seconds, and their processes end: they write nothing more."""
    run = served.run("go on")
    pid = int(served.noted("begun", "go", "on")[0])
    os.kill(served.process.pid, signal.SIGKILL)
    begun = time.monotonic()
    ended = until_state(run, "CRASHED", patience=30)
    until(lambda: not is_there(pid), "its process ends", 30)
    assert time.monotonic() - begun < 30
    assert ended.state is not None
    assert read(run).state_id == ended.state_id
    assert served.process.wait() == -signal.SIGKILL


def test_a_launcher_that_is_killed(served: ServedFlow) -> None:
    """What it launched goes on and is reported as ever, and so are runs that come later."""
    run = served.run("go on")
    pid = int(served.noted("begun", "go", "on")[0])
    os.kill(launcher_of(served), signal.SIGKILL)
    assert until_state(served.run("end"), "COMPLETED").run_count == 1
    assert is_there(pid)
    os.kill(pid, signal.SIGKILL)
    message = str(until_state(run, "CRASHED", patience=30).state)
    assert "how is not known" in message
    assert until_state(served.run("end"), "COMPLETED").run_count == 1


def test_a_runner_that_sleeps_beyond_its_lease(served: ServedFlow) -> None:
    """While it is stopped its runs are given up; when it wakes, their processes end and write nothing."""
    run = served.run("go on")
    pid = int(served.noted("begun", "go", "on")[0])
    fence = fence_of(run)
    os.kill(served.process.pid, signal.SIGSTOP)
    try:
        ended = until_state(run, "CRASHED", patience=30)
    finally:
        os.kill(served.process.pid, signal.SIGCONT)
    until(lambda: not is_there(pid), "its process ends", 30)
    assert fence_of(run) > fence
    assert ended.state_id == read(run).state_id
    assert until_state(served.run("end"), "COMPLETED").run_count == 1
    assert read(run).state_id == ended.state_id


def test_two_runners_share_the_runs(served: ServedFlow, tmp_path: Path) -> None:
    """Of two runners that serve the same deployment, one executes each run."""
    second = ServedFlow(tmp_path / "second")
    try:
        runs = [served.run("end") for _ in range(12)]
        for run in runs:
            until_state(run, "COMPLETED")
        begun = [entry for serving in (served, second) for entry in serving.diary if entry[1] == "begun"]
        assert len(begun) == len(runs)
        assert all(read(run).run_count == 1 for run in runs)
    finally:
        second.close()


def test_a_server_that_is_away(server: Server, served: ServedFlow) -> None:
    """The same runner goes on when the server is back: it reports what went on, and executes what waits."""
    run = served.run("go on")
    pid = int(served.noted("begun", "go", "on")[0])
    server.kill()
    beats = len(served.diary)
    until(lambda: "has not answered" in served.said(), "the runner says that the server is away", 90)
    until(lambda: len(served.diary) > beats + 20, "the run goes on")
    os.kill(pid, signal.SIGKILL)
    server.start()
    assert "signal SIGKILL" in str(until_state(run, "CRASHED", patience=60).state)
    assert until_state(served.run("end"), "COMPLETED").run_count == 1
    assert served.process.poll() is None
    # One line when it is away, and one when it is back, of the runner and of the process of the run.
    assert served.said().count("prefect.backend - The server at") <= 4


@pytest.mark.timeout(60 + 60 * KILLS)
@pytest.mark.parametrize("point", ["claim", "spawn", "beat", "report"])
def test_a_runner_that_is_killed_at_a_point(server: Server, tmp_path: Path, point: str) -> None:
    """Its run is executed by another runner or is Crashed, soon; its slot is free, and it never runs twice."""
    del server
    for number in range(KILLS):
        dying = ServedFlow(tmp_path / f"dying {number}", dies_at=point, concurrency_limit=1)
        heir = None
        try:
            run = dying.run({"beat": "go on", "report": "leave"}.get(point, "end"))
            dying.process.wait(60)
            begun = time.monotonic()
            heir = ServedFlow(tmp_path / f"heir {number}", concurrency_limit=1)
            until_state(run, "CRASHED", "COMPLETED", patience=45)
            assert time.monotonic() - begun < 45
            processes = {
                entry[0] for serving in (dying, heir) for entry in serving.diary if entry[1] == "begun"
            }
            assert len(processes) <= 1
            until(
                lambda processes=processes: not any(is_there(int(pid)) for pid in processes), "all have ended"
            )
            assert until_state(heir.run("end"), "COMPLETED", patience=30).run_count == 1
        finally:
            dying.close()
            if heir is not None:
                heir.close()


def test_a_runner_ends_while_its_server_is_away(server: Server, served: ServedFlow) -> None:
    """Told to end a second time it ends soon, with its runs, although nobody hears what became of them."""
    run = served.run("go on")
    pid = int(served.noted("begun", "go", "on")[0])
    server.kill()
    served.process.terminate()
    until(lambda: "takes no more runs" in served.said(), "the runner heeds the signal")
    time.sleep(2 * ECHO)  # a second signal that comes at once is the echo of the first
    served.process.terminate()
    assert served.process.wait(60) == 0
    assert not is_there(pid)
    server.start()
    until_state(run, "CRASHED", patience=45)
