"""`prefect server`, run as people run it: in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def command(tmp_path: Path, port: int) -> Iterator[Command]:
    environment = os.environ | {"PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_API_PORT": str(port)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "prefect", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    yield run
    run("server", "stop")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Returns what starts a server in the foreground and waits until it is healthy."""
    running: list[subprocess.Popen[str]] = []

    def start(port: int, *options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--port", str(port), *options],
            env=os.environ | {"PREFECT_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx2.get(f"http://127.0.0.1:{port}/api/health").json() is True:
                    return process
            except httpx2.TransportError:
                assert process.poll() is None, process.stdout and process.stdout.read()
                time.sleep(0.02)
        raise AssertionError("The server did not start.")

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_a_server_in_the_background(command: Command, port: int) -> None:
    """A server in the background answers when the command returns, is found again, and stops when it is told to."""
    assert "No server is running" in command("server", "stop").stdout
    assert command("server", "status").returncode == 1
    first = command("server", "start", "--background")
    assert first.returncode == 0, first.stderr
    assert httpx2.get(f"http://127.0.0.1:{port}/api/hello").json() == "👋"
    again = command("server", "start", "--background")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    status = command("server", "status", "--wait", "--timeout", "20", "--output", "json")
    told = json.loads(status.stdout)
    assert told["status"] == "available"
    assert told["api_url"] == f"http://127.0.0.1:{port}/api"
    assert told["server_version"]
    stopped = command("server", "stop")
    assert "has stopped" in stopped.stdout, stopped.stderr
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"http://127.0.0.1:{port}/api/health")


def test_a_port_that_is_taken(command: Command, port: int) -> None:
    """Who starts a server on a port that is taken learns by whom, and what to do."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        for options in ((), ("--background",)):
            refused = command("server", "start", *options)
            assert refused.returncode == 1
            assert f"Port {port} of 127.0.0.1 is taken" in refused.stderr
            if Path("/proc/net/tcp").exists():
                assert f"process {os.getpid()}" in refused.stderr


@pytest.mark.needs("posix")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_server_after_what_it_has_begun(
    started: Callable[..., subprocess.Popen[str]], port: int, how: signal.Signals
) -> None:
    """What was answered before the end is there after the next start, and the end is clean."""
    process = started(port)
    made = httpx2.post(f"http://127.0.0.1:{port}/api/variables/", json={"name": "kept", "value": 1})
    assert made.status_code == 201
    process.send_signal(how)
    output, _ = process.communicate(timeout=30)
    assert process.returncode in {-how, 128 + how, 0}
    assert "Traceback" not in output
    assert f"PREFECT_API_URL=http://127.0.0.1:{port}/api" in output
    started(port, "--no-services")
    kept = httpx2.get(f"http://127.0.0.1:{port}/api/variables/name/kept").json()
    assert kept == made.json()
    document = httpx2.get(f"http://127.0.0.1:{port}/openapi.json", timeout=60).json()
    assert "/variables/filter" in document["paths"]


@pytest.mark.needs("posix")
def test_several_processes(started: Callable[..., subprocess.Popen[str]], port: int) -> None:
    """A server may answer from several processes, which see what the others have stored."""
    process = started(port, "--workers", "2")
    api = f"http://127.0.0.1:{port}/api"
    for number in range(10):
        assert (
            httpx2.post(f"{api}/variables/", json={"name": f"v{number}", "value": number}).status_code == 201
        )
    for number in range(10):
        assert httpx2.get(f"{api}/variables/name/v{number}").json()["value"] == number
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    assert "Traceback" not in output


def test_a_database_that_cannot_be_opened(command: Command, tmp_path: Path) -> None:
    """A server whose database is not one of ours says so and does not start."""
    (tmp_path / "prefect.db").write_bytes(b"this is a letter to my aunt, and no database" * 100)
    failed = command("server", "start")
    assert failed.returncode != 0
    assert "is not an SQLite database" in failed.stderr
    assert "Traceback" not in failed.stderr
