"""Workers and the server over the worker's channel."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.integration.server.serving import Served, on_both

CONSUMER = str(uuid4())


def path(pool: str = "pool") -> str:
    """Return the path of the channel of a pool."""
    return f"/work_pools/{pool}/workers/connect"


def frame(kind: str, **payload: Any) -> str:
    """Return a frame as a worker sends it."""
    sent_at = datetime.now(UTC).isoformat()
    return json.dumps({"type": kind, "id": str(uuid4()), "sent_at": sent_at, "payload": payload})


def hello(**more: Any) -> str:
    """Return the first frame of a worker."""
    usual = {
        "consumer_id": CONSUMER,
        "worker_name": "w",
        "worker_type": "process",
        "heartbeat_interval_seconds": 30,
        "supported_channel_versions": ["work_pool_worker_channel.v1"],
        "requested_capabilities": ["work_pool_snapshot.v1", "worker_heartbeat.v1"],
    }
    return frame("worker.hello.v1", **{**usual, **more})


def beat(**more: Any) -> str:
    """Return a heartbeat."""
    usual = {"consumer_id": CONSUMER, "worker_name": "w", "heartbeat_interval_seconds": 7}
    return frame("worker.heartbeat.v1", **{**usual, **more})


def receive(connection: ClientConnection) -> dict[str, Any]:
    """Return the next frame of the server."""
    return json.loads(connection.recv(10))


def drain(connection: ClientConnection) -> None:
    """Read until the connection ends."""
    while True:
        connection.recv(10)


def closing(connection: ClientConnection) -> tuple[int, str]:
    """Return with which code and reason the server ends the connection."""
    with pytest.raises(ConnectionClosed) as closed:
        drain(connection)
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.fixture
def pool(server: Served) -> str:
    """Create a pool and return its id."""
    return server.ask("POST", "/work_pools/", json={"name": "pool", "type": "process"})["id"]


def test_a_worker_is_told_of_its_pool(server: Served, pool: str) -> None:
    """After its hello a worker knows its pool and queues, and is known as online."""
    with server.connect(path()) as connection:
        connection.send(
            hello(requested_capabilities=["work_pool_snapshot.v1", "worker_heartbeat.v1", "x.v1"])
        )
        ready = receive(connection)
        assert ready["type"] == "worker.ready.v1"
        payload = ready["payload"]
        assert payload["accepted_capabilities"] == ["worker_heartbeat.v1", "work_pool_snapshot.v1"]
        assert payload["rejected_capabilities"] == ["x.v1"]
        assert payload["initial_snapshot"]["snapshot_sequence"] == 1
        assert payload["initial_snapshot"]["work_pool"]["id"] == pool
        assert payload["initial_snapshot"]["work_pool"]["status"] == "READY"
        assert [queue["name"] for queue in payload["resolved_work_queues"]] == ["default"]
        workers = server.ask("POST", "/work_pools/pool/workers/filter", json={})
        assert [(worker["name"], worker["status"]) for worker in workers] == [("w", "ONLINE")]


def test_heartbeats_are_noted(server: Served, pool: str) -> None:
    """A heartbeat over the channel is worth one by request."""
    with server.connect(path()) as connection:
        connection.send(hello())
        receive(connection)
        connection.send(beat())
        connection.send(frame("cleanup.ack.v1", message_id=str(uuid4()), reservation_token="t"))
        refused = receive(connection)  # the heartbeat was noted before it
        assert refused["type"] == "cleanup.operation_result.v1"
        assert (refused["payload"]["operation"], refused["payload"]["status"]) == ("ack", "unauthorized")
        workers = server.ask("POST", "/work_pools/pool/workers/filter", json={})
        assert workers[0]["heartbeat_interval_seconds"] == 7


@on_both
def test_a_worker_is_told_when_its_pool_changes(server: Served, pool: str) -> None:
    """A pool that is paused is told at once; one that is deleted ends the connection."""
    with server.connect(path()) as connection:
        connection.send(hello())
        receive(connection)
        server.ask("PATCH", "/work_pools/pool", json={"description": "of no interest"})
        server.ask("PATCH", "/work_pools/pool", json={"is_paused": True})
        told = receive(connection)
        assert told["type"] == "work_pool.snapshot.v1"
        assert (told["payload"]["snapshot_sequence"], told["payload"]["reason"]) == (2, "work_pool_updated")
        assert told["payload"]["work_pool"]["is_paused"] is True
        server.ask("DELETE", "/work_pools/pool")
        assert closing(connection) == (1008, "authorization_failed")


def test_a_pool_is_made_when_the_worker_wants_it(server: Served) -> None:
    """Without the wish a worker of a pool that does not exist is sent away."""
    with server.connect(path("new")) as connection:
        connection.send(hello())
        assert closing(connection) == (1008, "authorization_failed")
    with server.connect(path("new")) as connection:
        connection.send(hello(create_pool_if_not_found=True))
        assert receive(connection)["payload"]["initial_snapshot"]["work_pool"]["type"] == "process"


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (hello(supported_channel_versions=["v9"]), (1008, "unsupported_version")),
        (hello(requested_capabilities=["worker_heartbeat.v1"]), (1002, "protocol_error")),
        (hello(work_queue_names=["nowhere"]), (1008, "authorization_failed")),
        (frame("worker.hello.v1"), (1002, "protocol_error")),
        (beat(), (1002, "protocol_error")),
        ("no JSON", (1002, "protocol_error")),
    ],
)
def test_who_is_not_welcome_is_told_why(
    server: Served, pool: str, first: str, expected: tuple[int, str]
) -> None:
    """The code and the reason tell the worker whether to try again."""
    with server.connect(path()) as connection:
        connection.send(first)
        assert closing(connection) == expected


@pytest.mark.parametrize(
    "second", [beat(worker_name="z"), beat(consumer_id=str(uuid4())), hello(), '{"type":"z"}', "no JSON"]
)
def test_what_nobody_understands_ends_the_connection(server: Served, pool: str, second: str) -> None:
    """A worker speaks for itself, and says hello once."""
    with server.connect(path()) as connection:
        connection.send(hello())
        receive(connection)
        connection.send(second)
        assert closing(connection) == (1002, "protocol_error")
