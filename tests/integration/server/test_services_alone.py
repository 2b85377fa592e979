"""`prefect server services`, run as people run it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def prefect(*arguments: str, fails: bool = False) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "server", "services", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def test_services_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each service tells what it does, and whether it is on."""
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED", "false")
    services = {each["name"]: each for each in json.loads(prefect("ls", "-o", "json"))}
    assert services["scheduler"]["enabled"] is True
    assert services["late-runs"]["enabled"] is False
    assert services["late-runs"]["setting"] == "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED"
    assert "late-runs" in prefect("list")


def test_services_run_in_the_background(home: Path) -> None:
    """Services are started once, say where their log is, and are stopped."""
    assert "No services are running" in prefect("stop")
    assert "The services run in the background" in prefect("start", "--background")
    try:
        assert "running in the background already" in prefect("start", "-b", fails=True)
    finally:
        assert prefect("stop") == "The services have stopped.\n"
    assert "ERROR" not in (home / "services.log").read_text()


@pytest.mark.needs("posix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_services_end_when_they_are_asked_to(number: int) -> None:
    """Ctrl-C and SIGTERM are how services end; that is no error."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "services", "start"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert "Ctrl-C ends them" in process.stdout.readline()
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
