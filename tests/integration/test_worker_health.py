"""Whether a worker is well, told over HTTP."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request

import pytest

from prefect.workers.process import ProcessWorker
from prefect.workers.server import HealthcheckUnavailable, healthcheck


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    """A free port, at which workers answer."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    monkeypatch.setenv("PREFECT_WORKER_WEBSERVER_HOST", "127.0.0.1")
    monkeypatch.setenv("PREFECT_WORKER_WEBSERVER_PORT", str(port))
    return port


def ask(port: int, path: str) -> tuple[int, str]:
    """Return the status and the message of an answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, json.load(answer)["message"]
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)["message"]


def test_a_worker_that_looks_for_runs_is_well(port: int) -> None:
    """Who watches over a worker learns whether it still works, and nothing else."""
    worker = ProcessWorker("pool")
    with healthcheck(worker, 10):
        assert ask(port, "/health") == (200, "OK")
        assert ask(port, "/other")[0] == 404
    with healthcheck(worker, -1):
        status, message = ask(port, "/health")
    assert (status, "has not looked for runs" in message) == (503, True)


async def test_an_address_that_is_taken_says_so_before_the_worker_begins(port: int) -> None:
    """A second worker at the same port does not start, and names the setting."""
    with healthcheck(ProcessWorker("pool"), 10):
        second = ProcessWorker("pool")
        with pytest.raises(HealthcheckUnavailable, match="PREFECT_WORKER_WEBSERVER_PORT"):
            await second.start(run_once=True, with_healthcheck=True)
        assert not second.is_setup
