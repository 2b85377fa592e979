"""Waiting for runs of deployments: whoever waits long is told by the server, and need not look."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect import flow
from prefect._engine import waiting_for_end
from prefect.backend import close_backends, get_backend
from prefect.deployments import arun_deployment, run_deployment
from prefect.deployments.runner import DeploymentApplyError
from prefect.states import Completed
from tests.conformance.backend.servers import Server


@flow
def etl(n: int = 1) -> None:
    """It is never run here: somebody else would."""


@pytest.fixture(autouse=True)
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run a server for the test."""
    server = Server(tmp_path / "server")
    server.start()
    monkeypatch.setenv("PREFECT_API_URL", server.url)
    try:
        yield server
    finally:
        close_backends()
        server.stop()


def end_later(flow_run_id: UUID, seconds: float, ended: list[float]) -> threading.Thread:
    """End a run after some seconds, as a worker would, and note when."""

    def end() -> None:
        time.sleep(seconds)
        get_backend().propose_flow_run_state(flow_run_id, Completed(), force=True).result()
        ended.append(time.monotonic())

    thread = threading.Thread(target=end)
    thread.start()
    return thread


@pytest.mark.parametrize("awaiting", [False, True])
def test_the_end_is_told_by_the_server(awaiting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller has the run at once when it ends, though the next look would be half a minute away."""
    monkeypatch.setattr(waiting_for_end, "_LOOKING", 0.2)  # instead of seconds of looking first
    etl.to_deployment("nightly").apply()
    created = run_deployment("etl/nightly", timeout=0, idempotency_key="key")
    ended: list[float] = []
    worker = end_later(created.id, 1.5, ended)
    words: dict[str, Any] = {"idempotency_key": "key", "timeout": 60, "poll_interval": 30}
    run = (
        asyncio.run(arun_deployment("etl/nightly", **words))
        if awaiting
        else run_deployment("etl/nightly", **words)
    )
    worker.join()
    assert run.state is not None
    assert run.state.is_completed()
    assert time.monotonic() - ended[0] < 2


def test_a_server_refuses_as_the_engine_does() -> None:
    """What a server refuses is the same error, with its reason."""
    with pytest.raises(DeploymentApplyError, match=r"(?s)etl/nightly.*'n'"):
        etl.to_deployment("nightly", parameters={"n": "many"}).apply()
    assert etl.to_deployment("nightly").apply() == etl.to_deployment("nightly").apply()
