"""Runs that were started directly stop when they are cancelled, and what was killed is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.backend.servers import Server
from tests.faults.commands import prefect
from tests.faults.processes import end, rows, start

LEASE = "2"
"""How long, in seconds, the server believes in a process that is not heard of."""

SOON = 30
"""How many seconds it may take until it is known what became of a run."""

pytestmark = [pytest.mark.needs("posix"), pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server in a process of its own."""
    made = Server(tmp_path_factory.mktemp("served") / "server")
    made.start()
    yield made
    made.kill()


class Place:
    """Where runs are recorded: in a home, or by a server."""

    def __init__(self, home: Path, server: Server | None) -> None:
        self.home = home
        self._server = server
        self._settings = {"PREFECT_FLOWS_LEASE_SECONDS": LEASE}
        if server is not None:
            self._settings["PREFECT_API_URL"] = server.url
            # The tests share the server.
            for run in self._ask("POST", "/flow_runs/filter", {}):
                self._ask("DELETE", f"/flow_runs/{run['id']}")

    def start(self, what: str) -> subprocess.Popen[str]:
        """Start a run, and return when it is where it takes long."""
        process = start("direct", self.home, what, **self._settings)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def runs(self) -> dict[str, tuple[str, str]]:
        """The ids and states of the runs, by the names of their flows."""
        if self._server is None:
            wanted = "SELECT flow.name, flow_run.id, state_name FROM flow_run JOIN flow ON flow.id = flow_id"
            return {name: (id_, state) for name, id_, state in rows(self.home, wanted)}
        flows = {flow["id"]: flow["name"] for flow in self._ask("POST", "/flows/filter", {})}
        runs = self._ask("POST", "/flow_runs/filter", {})
        return {flows[run["flow_id"]]: (run["id"], run["state_name"]) for run in runs}

    def states(self) -> dict[str, str]:
        """The states of the runs, by the names of their flows."""
        return {name: state for name, (_, state) in self.runs().items()}

    def cancel(self, name: str) -> None:
        """Cancel a run."""
        id_, _ = self.runs()[name]
        if self._server is None:
            prefect(self.home, "flow-run", "cancel", id_)
        else:
            self._ask("POST", f"/flow_runs/{id_}/set_state", {"state": {"type": "CANCELLING"}})

    def look(self) -> None:
        """Look at the runs, as a person does; without a server nobody else would notice what became of them."""
        if self._server is None:
            prefect(self.home, "flow-run", "ls")

    def wait_for(self, name: str, state: str) -> None:
        """Wait until a run is in a state."""
        deadline = time.monotonic() + SOON
        while self.states().get(name) != state:
            assert time.monotonic() < deadline, self.states()
            time.sleep(0.1)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        assert self._server is not None
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own server
            self._server.url + path, content, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            text = answer.read()
        return json.loads(text) if text else None


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Both places."""
    server = request.getfixturevalue("server") if request.param == "server" else None
    return Place(tmp_path / "home", server)


@pytest.mark.parametrize(
    ("place", "what"),
    [
        *(
            ("embedded", what)
            for what in ("sleeps", "waits_for_task@thread", "outer", "turns@thread", "blocks_its_loop")
        ),
        ("server", "outer"),
        ("server", "awaits"),
    ],
    indirect=["place"],
)
def test_a_cancelled_run_stops(place: Place, what: str) -> None:
    """Cancelling a run that a script started stops its code, calls its hooks, and lets the script go on."""
    process = place.start(what)
    name = what.partition("@")[0].replace("_", "-")
    place.cancel(name)
    output, errors = end(process)
    assert process.returncode == 0, errors
    assert "hook CANCELLING\ncaught" in output, (output, errors)
    assert output.endswith("went on\n")
    assert ("cleaned up" in output) == (what in {"sleeps", "awaits"})
    assert place.states() == (
        {"outer": "Cancelled", "inner": "Cancelled"} if what == "outer" else {name: "Cancelled"}
    )


def test_a_cancelled_subflow_stops_alone(place: Place) -> None:
    """Cancelling a run inside another one stops that one; for the run around it, it is a failure."""
    process = place.start("outer")
    place.cancel("inner")
    _, errors = end(process)
    assert process.returncode == 0, errors
    assert place.states() == {"outer": "Failed", "inner": "Cancelled"}


def test_code_that_does_not_stop_is_killed(server: Server, tmp_path: Path) -> None:
    """A call that holds the interpreter cannot be interrupted: its process is killed, and the run is Cancelled."""
    place = Place(tmp_path / "home", server)
    process = place.start("deaf")
    place.cancel("deaf")
    end(process)
    assert process.returncode == -signal.SIGKILL
    place.wait_for("deaf", "Cancelled")


@pytest.mark.parametrize(
    ("place", "what"),
    [("embedded", "outer"), ("embedded", "fails"), ("server", "outer"), ("server", "fails")],
    indirect=["place"],
)
def test_a_killed_run_has_crashed(place: Place, what: str) -> None:
    """A run whose process was killed is Crashed soon, whatever it was about, and what it had begun too."""
    process = place.start(what)
    time.sleep(1.5)
    process.kill()
    end(process)
    place.look()
    place.wait_for(what, "Crashed")
    assert set(place.states().values()) == {"Crashed"}


def test_a_run_killed_at_once_has_crashed(place: Place) -> None:
    """A run whose process is killed before anybody knew of it is Crashed all the same."""
    process = place.start("sleeps")
    process.kill()
    end(process)
    place.look()
    place.wait_for("sleeps", "Crashed")


def test_a_run_killed_while_it_was_cancelled_is_cancelled(place: Place) -> None:
    """Who kills what does not stop fast enough gets a run that is Cancelled."""
    process = place.start("blocks_its_loop")
    place.cancel("blocks-its-loop")
    process.kill()
    end(process)
    place.look()
    place.wait_for("blocks-its-loop", "Cancelled")


def test_a_busy_interpreter_is_no_false_alarm(server: Server, tmp_path: Path) -> None:
    """A run whose code holds the interpreter for several leases goes on and completes."""
    place = Place(tmp_path / "home", server)
    output, errors = end(place.start("busy"))
    assert "done" in output, errors
    assert place.states() == {"busy": "Completed"}


def test_a_keeper_ends_with_its_process(server: Server, tmp_path: Path) -> None:
    """Nothing is left running beside a process that has ended, however it ended."""
    place = Place(tmp_path / "home", server)
    process = place.start("sleeps")
    (keeper,) = children_of(process.pid)
    process.send_signal(signal.SIGTERM)
    end(process)
    deadline = time.monotonic() + SOON
    while Path(f"/proc/{keeper}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert place.states() == {"sleeps": "Crashed"}


def test_a_run_outlives_its_keeper(server: Server, tmp_path: Path) -> None:
    """A keeper that dies is started again: the run is still kept."""
    place = Place(tmp_path / "home", server)
    process = place.start("sleeps")
    time.sleep(6)
    (keeper,) = children_of(process.pid)
    os.kill(keeper, signal.SIGKILL)
    time.sleep(4)
    assert place.states() == {"sleeps": "Running"}
    place.cancel("sleeps")
    output, _ = end(process)
    assert "hook CANCELLING" in output


def test_a_process_that_was_away_for_too_long_writes_nothing(server: Server, tmp_path: Path) -> None:
    """A run whose process and keeper were stopped longer than the lease is Crashed, and stays it when they go on."""
    place = Place(tmp_path / "home", server)
    process = place.start("turns")
    time.sleep(2)
    (keeper,) = children_of(process.pid)
    for each in (keeper, process.pid):
        os.kill(each, signal.SIGSTOP)
    place.wait_for("turns", "Crashed")
    for each in (process.pid, keeper):
        os.kill(each, signal.SIGCONT)
    _, errors = end(process)
    assert process.returncode != 0
    assert "not this process's any more" in errors
    assert place.states() == {"turns": "Crashed"}


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
