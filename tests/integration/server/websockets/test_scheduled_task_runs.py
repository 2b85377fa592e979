"""Background task runs handed to task workers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.integration.server.serving import Served, on_both

PATH = "/task_runs/subscriptions/scheduled"


def delay(server: Served, key: str, seconds: float = 0) -> str:
    """Create a task run that a worker is to run so many seconds from now, and return its id."""
    due = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    details = {"deferred": True, "scheduled_time": due}
    state = {"type": "SCHEDULED", "name": "Scheduled", "state_details": details}
    wanted = {"name": "t", "task_key": key, "dynamic_key": str(uuid4()), "state": state}
    return server.ask("POST", "/task_runs/", json=wanted)["id"]


@contextmanager
def worker(server: Served, *keys: str) -> Iterator[ClientConnection]:
    """Subscribe as a task worker does."""
    with server.connect(PATH) as connection:
        connection.send(json.dumps({"type": "subscribe", "keys": keys, "client_id": "host-1"}))
        yield connection


def take(connection: ClientConnection) -> dict[str, Any]:
    """Take the next run without a word."""
    return json.loads(connection.recv(10))


def ack(connection: ClientConnection) -> None:
    """Acknowledge the run that was sent last."""
    connection.send('{"type":"ack"}')


def test_runs_are_sent_in_the_order_of_their_time(server: Served) -> None:
    """A worker is sent the runs of its tasks, those that wait and those that come, one after the other."""
    first = delay(server, "a")
    delay(server, "other")
    with worker(server, "a", "b") as connection:
        run = take(connection)
        assert (run["id"], run["state"]["type"], run["task_key"]) == (first, "SCHEDULED", "a")
        second = delay(server, "b")
        with pytest.raises(TimeoutError):
            connection.recv(0.1)
        ack(connection)
        assert take(connection)["id"] == second
        ack(connection)
        with pytest.raises(TimeoutError):
            connection.recv(0.1)


def test_a_run_for_later_is_sent_when_it_is_due(server: Served) -> None:
    """A run is not sent before its time."""
    run = delay(server, "a", seconds=0.6)
    with worker(server, "a") as connection:
        with pytest.raises(TimeoutError):
            connection.recv(0.2)
        assert take(connection)["id"] == run


@on_both
def test_a_run_that_was_not_acknowledged_is_anothers(server: Served) -> None:
    """When a worker goes without having acknowledged its run, the next one is sent it."""
    run = delay(server, "a")
    with worker(server, "a") as connection:
        assert take(connection)["id"] == run
    with worker(server, "a") as connection:
        assert take(connection)["id"] == run
        ack(connection)
    with worker(server, "a") as connection, pytest.raises(TimeoutError):
        connection.recv(0.2)


@on_both
def test_two_workers_share_the_runs(server: Served) -> None:
    """No run is sent to two workers."""
    runs = {delay(server, "a") for _ in range(20)}
    taken: list[str] = []
    with worker(server, "a") as one, worker(server, "a") as two:
        while len(taken) < 20:
            for connection in (one, two):
                with suppress(TimeoutError):
                    taken.append(json.loads(connection.recv(0.2))["id"])
                    ack(connection)
    assert set(taken) == runs


def test_workers_are_known_while_they_are_there(server: Served) -> None:
    """Who runs which tasks can be asked for, from the subscription to its end."""
    run = delay(server, "a")
    with worker(server, "b", "a") as connection:
        assert take(connection)["id"] == run
        (known,) = server.ask("POST", "/task_workers/filter", json={})
        assert (known["identifier"], known["task_keys"]) == ("host-1", ["a", "b"])
    deadline = time.monotonic() + 10
    while server.ask("POST", "/task_workers/filter", json={}):
        assert time.monotonic() < deadline


def test_a_worker_may_quit(server: Served) -> None:
    """A worker that quits is let go, and its run is another's; between two runs it may quit too."""
    run = delay(server, "a")
    for key in ("a", "nothing"):
        with worker(server, key) as connection:
            if key == "a":
                assert take(connection)["id"] == run
            connection.send('{"type":"quit"}')
            with pytest.raises(ConnectionClosed) as closed:
                connection.recv(10)
            assert closed.value.rcvd
            assert closed.value.rcvd.code == 1000
    with worker(server, "a") as connection:
        assert take(connection)["id"] == run


def test_a_run_that_was_cancelled_is_not_sent(server: Served) -> None:
    """What was cancelled before a worker was there is nobody's."""
    run = delay(server, "a")
    server.ask("POST", f"/task_runs/{run}/set_state", json={"state": {"type": "CANCELLED"}, "force": True})
    with worker(server, "a") as connection, pytest.raises(TimeoutError):
        connection.recv(0.2)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"type": "x"}, "expected 'subscribe' message"),
        ({"type": "subscribe", "keys": [], "client_id": "a"}, "expected 'keys' in subscribe message"),
        ({"type": "subscribe", "keys": ["a"]}, "expected 'client_id' in subscribe message"),
    ],
)
def test_a_worker_that_says_something_else_is_let_go(server: Served, message: Any, reason: str) -> None:
    """The code and the reason say what was expected."""
    with server.connect(PATH) as connection:
        connection.send(json.dumps(message))
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(10)
    assert closed.value.rcvd
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, f"Protocol violation: {reason}")


def test_another_answer_than_an_acknowledgement_ends_the_connection(server: Served) -> None:
    """The run is another's then."""
    run = delay(server, "a")
    with worker(server, "a") as connection:
        take(connection)
        connection.send('{"type":"what"}')
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4001
    with worker(server, "a") as connection:
        assert take(connection)["id"] == run
