"""A server that is away while runs go on: nothing is lost, and whoever wants to end a process can."""

from __future__ import annotations

import json
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.backend.servers import Server
from tests.faults.processes import end, side_by_side, start

SOON = 12
"""How many seconds a process may take to end while its server is away, on a slow machine; 10 on others."""


WAYS = ("refuses", "is silent")
"""How a server may be away: it refuses connections, or takes them and says nothing."""

pytestmark = [pytest.mark.needs("posix"), pytest.mark.timeout(300)]


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server in a process of its own."""
    folder.mkdir()
    made = Server(folder / "server")
    made.start()
    try:
        yield made
    finally:
        made.signal(signal.SIGCONT)
        made.kill()


def ask(server: Server, path: str, body: Any) -> Any:
    """Ask the server for what a filter finds."""
    request = urllib.request.Request(  # noqa: S310 - our own server
        server.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        return json.loads(answer.read())


def silence(server: Server, how: str) -> None:
    """Take the server away, in one of the ways."""
    if how == "refuses":
        server.kill()
    else:
        server.signal(signal.SIGSTOP)


def bring_back(server: Server, how: str) -> None:
    """Let the server answer again."""
    if how == "refuses":
        server.start()
    else:
        server.signal(signal.SIGCONT)


def test_a_process_can_be_ended_while_its_server_is_away(tmp_path: Path) -> None:
    """SIGTERM or Ctrl-C ends a process soon; what it could not deliver is told later, its last state included."""
    side_by_side(
        {
            f"{how}, {number.name}": partial(_ended_meanwhile, tmp_path / f"{how} {number}", how, number)
            for how in WAYS
            for number in (signal.SIGTERM, signal.SIGINT)
        }
    )


def _ended_meanwhile(folder: Path, how: str, number: signal.Signals) -> None:
    with serving(folder) as server:
        home = folder / "home"
        process = start("outage", home, folder / "never", PREFECT_API_URL=server.url)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        silence(server, how)
        time.sleep(0.5)  # the outage begins before the signal does
        began = time.monotonic()
        process.send_signal(number)
        _, errors = end(process)
        assert time.monotonic() - began < SOON
        assert process.returncode == -number
        told = [line for line in errors.splitlines() if "could not be handed to the server" in line]
        assert len(told) == 1, errors
        assert str(home / "outbox") in told[0]
        bring_back(server, how)
        (folder / "now").touch()
        end(start("outage", home, folder / "now", PREFECT_API_URL=server.url))
        runs = ask(server, "/flow_runs/filter", {"sort": "START_TIME_ASC"})
        assert [run["state_name"] for run in runs] == ["Crashed", "Completed"]
        tasks = ask(server, "/task_runs/filter", {"flow_runs": {"id": {"any_": [runs[0]["id"]]}}})
        assert {run["state_name"] for run in tasks} <= {"Completed", "Crashed"}
        assert len(tasks) > 1


def test_a_run_goes_on_while_its_server_is_away(tmp_path: Path) -> None:
    """An outage in the middle of a run is told in one line; the run goes on, and all of it is there afterwards."""
    side_by_side({how: partial(_went_on_meanwhile, tmp_path / how, how) for how in WAYS})


def _went_on_meanwhile(folder: Path, how: str) -> None:
    with serving(folder) as server:
        process = start("outage", folder / "home", folder / "end", PREFECT_API_URL=server.url)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        silence(server, how)
        time.sleep(5)  # the outage, so long that it is told
        (folder / "end").touch()  # the run wants to end while nobody can hear it
        time.sleep(2)  # the run has tried to end meanwhile
        bring_back(server, how)
        output, errors = end(process)
        assert process.returncode == 0, errors
        steps = int(output.split()[-1]) + 1
        assert errors.count("has not answered for") == (how == "refuses"), errors
        (run,) = ask(server, "/flow_runs/filter", {})
        assert run["state_name"] == "Completed"
        tasks, offset = ask(server, "/task_runs/count", {}), 0
        assert tasks == steps
        lines: list[str] = []
        while page := ask(server, "/logs/filter", {"limit": 200, "offset": offset}):
            lines += [line["message"] for line in page]
            offset += len(page)
        assert sorted(line for line in lines if line.startswith("step ")) == sorted(
            f"step {each}" for each in range(steps)
        )
