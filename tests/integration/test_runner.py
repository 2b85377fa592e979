"""A runner in a process: it serves a deployment without a server, in the home of the test, and with one."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect._clock import now
from prefect._transport.proposals import proposal
from prefect.backend import close_backends, get_backend
from prefect.schemas.states import StateCreate
from prefect.states import Scheduled
from prefect.store.deployments import read_deployment_by_name
from tests.conformance.backend.servers import Server
from tests.integration.runners import ENOUGH, ServedFlow, cancel, is_there, read, until, until_state

pytestmark = [pytest.mark.needs("posix"), pytest.mark.timeout(240)]


HELLO = """
from prefect import flow

@flow(log_prints=True)
def hello():
    print("hello from the flow")
"""


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where runs are recorded."""
    if request.param == "embedded":
        yield request.param
        return
    server = Server(tmp_path / "server")
    server.start()
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    try:
        yield request.param
    finally:
        close_backends()
        server.stop()


@pytest.fixture
def served(place: str, tmp_path: Path) -> Iterator[ServedFlow]:
    """A runner that serves the flow."""
    del place
    serving = ServedFlow(tmp_path / "served")
    yield serving
    serving.close()


def test_what_becomes_of_runs(served: ServedFlow) -> None:
    """Runs complete, fail and crash, each in a process of its own; states and messages say how."""
    ends = {way: served.run(way) for way in ("print", "fail", "kill", "leave")}
    assert until_state(ends["print"], "COMPLETED").run_count == 1
    assert "division by zero" in str(until_state(ends["fail"], "FAILED").state)
    killed = str(until_state(ends["kill"], "CRASHED").state)
    assert "signal SIGKILL (exit code -9)" in killed
    assert "exit code 0 before the run had ended" in str(until_state(ends["leave"], "CRASHED").state)
    until(
        lambda: [entry[1:] for entry in served.diary].count(["hook", "CRASHED"]) == 2, "the hooks are called"
    )
    assert len({entry[0] for entry in served.diary if entry[1] == "begun"}) == 4
    assert "a line" in served.said()
    assert "an error" in served.said()
    assert served.end() == 0
    assert "served" in served.said()


def test_cancelling_leaves_nothing(served: ServedFlow) -> None:
    """Code that heeds its end cleans up, code that ignores it is killed with all that it started; hooks are called."""
    heeds, ignores = served.run("sleep"), served.run("ignore")
    sleeper = served.noted("begun", "sleep")[0]
    others = served.noted("started")
    cancel(heeds)
    cancel(ignores)
    until_state(ignores, "CANCELLED")
    assert not any(is_there(int(pid)) for pid in (others[0], *others[2:]))
    until_state(heeds, "CANCELLED")
    assert not is_there(int(sleeper))
    assert [sleeper, "cleaned", "up"] in served.diary
    until(
        lambda: [entry[1:] for entry in served.diary].count(["hook", "CANCELLING"]) == 2,
        "the hooks are called",
    )


def test_a_run_begins_at_its_time(place: str, tmp_path: Path) -> None:
    """A run that is scheduled for later waits for its time, and does not wait for the next look."""
    del place
    serving = ServedFlow(tmp_path / "served", {"query_seconds": 600})
    try:
        due = now() + timedelta(seconds=4)
        run = until_state(serving.run("end", state=_scheduled(due)), "COMPLETED")
    finally:
        serving.close()
    assert run.start_time is not None
    assert timedelta(0) <= run.start_time - due < timedelta(seconds=ENOUGH)


def test_a_schedule_is_kept(place: str, tmp_path: Path) -> None:
    """Runs of an interval are made and executed, one after the other, each once."""
    del place
    serving = ServedFlow(tmp_path / "served", interval=2)
    try:
        until(lambda: [entry[1] for entry in serving.diary].count("done") >= 3, "three runs were executed")
        deployment = get_backend().perform(read_deployment_by_name, "work", "served").result()
        assert deployment.schedules[0].active
        assert serving.end() == 0
    finally:
        serving.close()
    times = [entry for entry in serving.diary if entry[1] == "begun"]
    assert len({entry[0] for entry in times}) == len(times)


def test_runs_are_waited_for_at_the_end(served: ServedFlow) -> None:
    """A runner that is told to end lets its runs end; told again, it ends them, and says what became of them."""
    run = served.run("go on")
    pid = served.noted("begun", "go", "on")[0]
    served.process.terminate()
    until(lambda: "takes no more runs" in served.said(), "the runner heeds the signal")
    later = served.run("end")
    beats = len(served.diary)
    until(lambda: len(served.diary) > beats + 3, "the run goes on")
    assert served.end() == 0
    assert not is_there(int(pid))
    assert "told to end at once" in str(until_state(run, "CRASHED").state)
    assert str(read(later).state_name) in {"Scheduled", "Late"}


def _scheduled(due: datetime) -> StateCreate:
    return proposal(Scheduled(scheduled_time=due))


def test_a_flow_is_served_from_the_command_line(tmp_path: Path) -> None:
    """`prefect flow serve` executes runs until Ctrl-C, and then lets the schedule rest."""
    (tmp_path / "hello.py").write_text(HELLO, encoding="utf-8")
    output = tmp_path / "output"
    command = ["flow", "serve", "hello.py:hello", "--name", "often", "--interval", "1", "--tag", "a"]
    with output.open("wb") as printed:
        serving = subprocess.Popen(
            [sys.executable, "-m", "prefect", *command], cwd=tmp_path, stdout=printed, stderr=printed
        )
    try:
        until(lambda: output.read_text().count("hello from the flow") >= 2, "two runs were executed")
        serving.send_signal(signal.SIGINT)
        assert serving.wait(60) == 0
    finally:
        serving.kill()
        serving.wait()
    deployment = get_backend().perform(read_deployment_by_name, "hello", "often").result()
    assert deployment.paused
    assert deployment.tags == ["a"]
    assert "prefect deployment run 'hello/often'" in output.read_text()


def test_a_runner_tells_how_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over HTTP it says that it is well and how many runs go on; told to shut down, it ends as by a signal."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("PREFECT_RUNNER_SERVER_PORT", str(port))
    serving = ServedFlow(tmp_path / "served", {"webserver": True})

    def ask(path: str, *, method: str = "GET") -> Any:
        request = urllib.request.Request(f"http://localhost:{port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)

    try:
        until(lambda: f":{port}/health" in serving.said(), "it answers")
        assert ask("/health") == {"message": "OK"}
        run = serving.run("go on")
        serving.noted("begun", "go", "on")
        assert ask("/run_count") == 1
        cancel(run)
        until_state(run, "CANCELLED")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            ask("/nothing")
        assert ask("/shutdown", method="POST") == {"message": "Shutting down runner"}
        assert serving.process.wait(60) == 0
    finally:
        serving.close()
