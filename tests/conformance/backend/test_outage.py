"""A server that goes away in the middle: runs go on, and nothing of what they record is missing afterwards."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect import flow, get_client, task
from prefect.backend import close_backends, get_backend
from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import PrefectException
from prefect.logging import get_run_logger
from tests.conformance.backend.servers import Server

pytestmark = pytest.mark.needs("posix")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that the settings name, and that a test may stop."""
    server = Server(tmp_path / "server")
    server.start()
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    yield server
    close_backends()
    server.stop()


@pytest.fixture
def client(server: Server) -> Iterator[SyncPrefectClient]:
    """A client of that server."""
    with get_client(sync_client=True) as client:
        yield client


@task
def step(number: int) -> int:
    """Do something, and say so."""
    get_run_logger().info("step %d", number)
    return number


def recorded(client: SyncPrefectClient) -> tuple[list[str], list[str], list[str]]:
    """What the server has: states of flow runs, of task runs, and lines of the log."""
    close_backends()  # which delivers what was still on its way
    return (
        [f"{run.name} {run.state_name}" for run in client.read_flow_runs()],
        sorted(f"{run.task_inputs and run.name[:4]} {run.state_name}" for run in client.read_task_runs()),
        sorted(line.message for line in client.read_logs() if line.message.startswith("step")),
    )


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_flow_goes_on_without_its_server(server: Server, client: SyncPrefectClient, way: str) -> None:
    """The server is stopped, or killed, in the middle: the flow completes, and afterwards all of it is recorded."""

    @flow(name="patient", flow_run_name="patient 1")
    def patient() -> list[int]:
        done = [step(1)]
        getattr(server, way)()
        done += [step(2), step(3)]
        threading.Timer(1.0, server.start).start()
        done += step.map([4, 5]).result()
        return done

    assert patient() == [1, 2, 3, 4, 5]
    flow_runs, task_runs, lines = recorded(client)
    assert flow_runs == ["patient 1 Completed"]
    assert task_runs == ["step Completed"] * 5
    assert lines == [f"step {number}" for number in range(1, 6)]


def test_what_a_dead_process_left_is_delivered_by_the_next(
    server: Server, client: SyncPrefectClient, home: Path
) -> None:
    """A process that dies while the server is away loses nothing that it had recorded some time before."""
    program = """
        import os
        from prefect import flow, task
        from prefect.backend import get_backend
        from tests.conformance.backend.test_outage import step

        @flow
        def doomed():
            print("begun", flush=True)
            input()
            step(1)
            step(2)
            get_backend().flush().result()
            os._exit(9)

        doomed()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    server.stop()
    process.communicate("\n", timeout=60)
    assert process.returncode == 9
    assert [path.suffix for path in (home / "outbox").rglob("*") if path.is_file()] == [".spool"]
    server.start()
    get_backend().record_log("x", logging.INFO, "other", client.read_flow_runs()[0].created, None, None)  # type: ignore[arg-type]  # a time
    _, task_runs, lines = recorded(client)
    assert task_runs == ["step Completed"] * 2
    assert lines == ["step 1", "step 2"]
    assert not any(path.is_file() for path in (home / "outbox").rglob("*"))


def test_a_flow_does_not_begin_without_its_server(server: Server) -> None:
    """A flow whose server is not there fails at once, and says where it looked."""
    server.stop()

    @flow
    def early() -> None:
        pass

    with pytest.raises(Exception, match=server.url) as caught:
        early()
    assert not isinstance(caught.value, AssertionError)
    assert "PREFECT_API_URL" in str(caught.value) or isinstance(caught.value, PrefectException)
