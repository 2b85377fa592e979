"""Records of runs on their way to a server: handed over with the fences of the process that made them."""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from prefect._clock import now
from prefect._fences import hold_fence, let_go_fence
from prefect._transport.connection import Connection
from prefect.backend.remote import EVENTS, LOGS, RemoteBackend
from prefect.backend.spool import Parcel, Spool
from prefect.exceptions import FencedOff
from prefect.schemas.variables import VariableCreate
from prefect.store.variables import create_variable

ENOUGH = 10
LINE = b'{"message": "m"}'


class Server:
    """Refuses what is written with a fence that is over."""

    def __init__(self) -> None:
        self.over: set[str] = set()
        self.taken: list[tuple[str, str | None]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        fence = request.headers.get("Prefect-Fence")
        if fence in self.over:
            return httpx2.Response(
                409, json={"detail": "no more"}, headers={"Prefect-Fenced-Off": fence or ""}
            )
        if request.method == "GET":
            return httpx2.Response(404)  # no tokens against forgery
        self.taken.append((request.url.path.removeprefix("/api"), fence))
        made = {"id": str(UUID(int=1)), "name": "x", "value": 1}
        return httpx2.Response(201, json=made)


@pytest.fixture
def server() -> Server:
    """The server."""
    return Server()


def backend_on(server: Server, folder: Path) -> RemoteBackend:
    """Return a backend on a server."""
    settings = {"transport": httpx2.MockTransport(server)}
    return RemoteBackend(Connection("http://server/api", httpx_settings=settings), folder)


def test_a_parcel_is_kept_on_disk_with_its_fences(tmp_path: Path) -> None:
    """Parcels of older versions have none."""
    spool = Spool(tmp_path)
    parcels = [Parcel(LOGS, "k", [b"1"], "a/1"), Parcel(LOGS, "l", [b"2"])]
    spool.append(parcels)
    assert list(spool.parcels()) == parcels
    assert Parcel.unpacked(b'{"path": "/logs/", "key": "k", "records": []}') == Parcel(LOGS, "k", [])
    spool.close()


def test_what_another_process_left_behind_is_told_as_its_own(server: Server, tmp_path: Path) -> None:
    """What it says of states goes with its fences, and is left out if they are over; the lines of its log stay."""
    spool = Spool(tmp_path)
    spool.append([Parcel(LOGS, "1", [LINE], "a/1"), Parcel(EVENTS, "2", [b"{}"], "a/1")])
    spool.append([Parcel(EVENTS, "3", [b"{}"], "b/4")])
    spool.close()
    server.over = {"a/1"}
    backend = backend_on(server, tmp_path)
    backend.record_log("n", logging.INFO, "m", now(), None, None)
    backend.flush().result(ENOUGH)
    backend.close()
    assert server.taken == [(LOGS, None), (EVENTS, "b/4"), (LOGS, None)]
    assert list(tmp_path.glob("*.spool")) == []


def test_a_claim_that_is_lost_is_heard_of_and_nothing_is_sent_again(server: Server, tmp_path: Path) -> None:
    """Whoever asked for a change sees the error; whoever holds the claim is called."""
    lost: list[str] = []
    backend = backend_on(server, tmp_path)
    hold_fence("a", 1, lambda: lost.append("a"))
    try:
        backend.perform(create_variable, VariableCreate(name="x", value=1)).result(ENOUGH)
        assert server.taken == [("/variables/", "a/1")]
        server.over = {"a/1"}
        with pytest.raises(FencedOff) as raised:
            backend.perform(create_variable, VariableCreate(name="y", value=1)).result(ENOUGH)
        assert (raised.value.flow_run_id, raised.value.fence) == ("a", 1)
        backend.record_log("n", logging.INFO, "m", now(), UUID(int=1), None)
        backend.flush().result(ENOUGH)
        assert lost == ["a", "a"]
        assert len(server.taken) == 1
    finally:
        let_go_fence("a")
        backend.close()
    assert list(tmp_path.glob("*.spool")) == []
