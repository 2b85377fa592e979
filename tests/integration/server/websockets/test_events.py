"""Events sent and followed over websockets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.integration.server.serving import Served, on_both, serving


def event(name: str, *, ago: float = 0, resource: str = "a.thing", **more: Any) -> dict[str, Any]:
    """Return an event as a client sends it, that happened so many seconds ago."""
    return {
        "id": str(uuid4()),
        "occurred": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(),
        "event": name,
        "resource": {"prefect.resource.id": resource},
        "related": [],
        "payload": {},
        **more,
    }


@contextmanager
def follow(
    server: Served, wanted: dict[str, Any] | None = None, *, follows: bool = True, **more: Any
) -> Iterator[ClientConnection]:
    """Follow the events that a filter means; returns when the server knows of it."""
    with server.connect("/events/out") as connection:
        before = server.application._websockets.followers
        connection.send(json.dumps({"type": "filter", "filter": wanted or {}, **more}))
        if follows:
            server.wait_for_followers(before + 1)
        yield connection


def names(connection: ClientConnection, count: int) -> list[str]:
    """Return the names of the next events that a follower is sent."""
    found: list[str] = []
    for _ in range(count):
        message = json.loads(connection.recv(10))
        assert message["type"] == "event"
        found.append(message["event"]["event"])
    return found


def total(server: Served) -> int:
    """Return how many events are stored."""
    return server.ask("POST", "/events/filter", json={})["total"]


def wait_for(server: Served, count: int) -> None:
    """Wait until so many events are stored."""
    deadline = time.monotonic() + 20
    while total(server) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_event_is_there_soon_after_it_was_sent(server: Served) -> None:
    """What comes in over the websocket can be asked for within half a second."""
    with server.connect("/events/in") as sending:
        sending.send(json.dumps(event("first")))
        wait_for(server, 1)
        begun = time.monotonic()
        sending.send(json.dumps(event("second")))
        wait_for(server, 2)
        assert time.monotonic() - begun < 0.5


@on_both
def test_all_is_stored_that_was_sent_before_the_end(server: Served) -> None:
    """A client may send many events and end the connection at once."""
    with server.connect("/events/in") as sending:
        for number in range(2000):
            sending.send(json.dumps(event(f"number {number}")))
    wait_for(server, 2000)


def test_all_is_stored_when_the_server_ends(tmp_path: Any) -> None:
    """A server that is asked to end stores what it has taken; a restart finds it."""
    with serving() as server, server.connect("/events/in") as sending:
        for number in range(2000):
            sending.send(json.dumps(event(f"number {number}")))
        sending.ping().wait(20)
    with serving() as server:
        assert total(server) == 2000


@on_both
def test_the_same_event_is_stored_once(server: Served) -> None:
    """A client that is not sure sends an event again, over the websocket or in a request."""
    one = event("once")
    with server.connect("/events/in") as sending:
        sending.send(json.dumps(one))
        sending.send(json.dumps(one))
        wait_for(server, 1)
    server.ask("POST", "/events", json=[one, one])
    assert total(server) == 1


NAMELESS = '{"event": "x", "resource": {"prefect.resource.id": "a"}}'


@pytest.mark.parametrize("text", ["no JSON", "{}", "[]", '{"event": "x"}', NAMELESS])
def test_what_is_no_event_ends_the_connection(server: Served, text: str) -> None:
    """The events before it are stored."""
    with server.connect("/events/in") as sending:
        sending.send(json.dumps(event("good")))
        sending.send(text)
        with pytest.raises(ConnectionClosed) as closed:
            sending.recv(10)
        assert closed.value.rcvd
        assert closed.value.rcvd.code == 1007
    wait_for(server, 1)


def test_old_clients_send_events_without_a_word(server: Served) -> None:
    """A client of 3.4.0 begins with an event."""
    with connect(server.websocket_url + "/events/in") as sending:
        sending.send(json.dumps(event("old")))
        wait_for(server, 1)


@on_both
def test_followers_are_sent_what_they_asked_for(server: Served) -> None:
    """New events that a filter means come in their order; the others do not come."""
    with follow(server, {"event": {"prefix": ["wanted."]}}) as following:
        server.ask("POST", "/events", json=[event("wanted.1"), event("other"), event("wanted.2")])
        with server.connect("/events/in") as sending:
            sending.send(json.dumps(event("other")))
            sending.send(json.dumps(event("wanted.3")))
        assert names(following, 3) == ["wanted.1", "wanted.2", "wanted.3"]


def test_who_sends_an_event_gives_it_its_id(server: Served) -> None:
    """Without an id and a time an event would be another one each time that it is sent."""
    answer = server.client.post("/events", content=f"[{NAMELESS}]")
    assert answer.status_code == 422
    assert "Field required: id, occurred" in answer.text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"resource": {"id": ["run.1"]}}, ["a"]),
        ({"resource": {"id_prefix": ["run."]}}, ["a", "b"]),
        ({"resource": {"labels": {"colour": ["red", "gr*"]}}}, ["a", "b"]),
        ({"resource": {"labels": {"colour": "!red"}}}, ["b"]),
        ({"related": {"id": ["tag.x"]}}, ["b"]),
        ({"related": {"role": ["tag"], "labels": {"size": "big"}}}, ["c"]),
        ({"related": {"resources_in_roles": [["tag.x", "tag"]]}}, ["b"]),
        ({"related": [{"id": ["tag.x"]}, {"id": ["tag.y"]}]}, []),
        ({"any_resource": {"id": ["tag.x", "run.1"]}}, ["a", "b"]),
        ({"any_resource": {"labels": {"size": "big"}}}, ["c"]),
        ({"event": {"name": ["a"]}}, ["a"]),
        ({"event": {"exclude_name": ["a"], "exclude_prefix": ["c"]}}, ["b"]),
        ({"text": {"query": "NEEDLE"}}, ["c"]),
        ({"id": {"id": ["00000000-0000-0000-0000-00000000000a"]}}, ["a"]),
    ],
)
def test_a_filter_means_the_same_now_and_later(server: Served, wanted: Any, found: list[str]) -> None:
    """Who follows is sent the events that a search with the same filter finds."""

    def related(id_: str, **labels: str) -> dict[str, str]:
        return {"prefect.resource.id": id_, "prefect.resource.role": "tag", **labels}

    events = [
        event("a", id="00000000-0000-0000-0000-00000000000a"),
        event("b", related=[related("tag.x")]),
        event(
            "c", resource="pool.1", related=[related("tag.y", size="big")], payload={"a": ["a needle in it"]}
        ),
    ]
    events[0]["resource"] = {"prefect.resource.id": "run.1", "colour": "red"}
    events[1]["resource"] = {"prefect.resource.id": "run.2", "colour": "green"}
    with follow(server, wanted) as following:
        server.ask("POST", "/events", json=events)
        assert names(following, len(found)) == found
        with pytest.raises(TimeoutError):
            following.recv(0.1)
    page = server.ask("POST", "/events/filter", json={"filter": {**wanted, "order": "ASC"}})
    assert sorted(each["event"] for each in page["events"]) == found


@on_both
def test_followers_are_told_what_happened_lately(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The events of the last quarter of an hour come first, in the order in which they happened, each once."""
    server.ask(
        "POST", "/events", json=[event("new", ago=1), event("old", ago=600), event("too old", ago=1000)]
    )
    with follow(server) as following:
        server.ask("POST", "/events", json=[event("now")])
        assert names(following, 3) == ["old", "new", "now"]
        with pytest.raises(TimeoutError):
            following.recv(0.1)
    server.wait_for_followers(0)
    with follow(server, backfill=False) as following:
        server.ask("POST", "/events", json=[event("next")])
        assert names(following, 1) == ["next"]


def test_what_happened_lately_comes_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many events there are, all of them come."""
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE", "7")
    with serving() as server:
        server.ask("POST", "/events", json=[event(str(number), ago=100 - number) for number in range(50)])
        with follow(server) as following:
            assert names(following, 50) == [str(number) for number in range(50)]


def test_nobody_is_told_when_the_setting_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without streaming the connection stays open and silent."""
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED", "false")
    with serving() as server, follow(server, follows=False) as following:
        server.ask("POST", "/events", json=[event("x")])
        with pytest.raises(TimeoutError):
            following.recv(0.2)


@on_both
def test_events_of_other_processes_are_told_too(server: Served) -> None:
    """What another server writes into the same database is told within a second or so."""
    with follow(server) as following, serving() as other:
        other.ask("POST", "/events", json=[event("elsewhere")])
        assert names(following, 1) == ["elsewhere"]


@on_both
def test_many_senders_and_followers(server: Served) -> None:
    """Each follower is sent every event once, in the same order, while several clients send."""
    count = 300

    def send(sender: int) -> None:
        with server.connect("/events/in") as sending:
            for number in range(count):
                sending.send(json.dumps(event(f"{sender} {number}")))

    with ExitStack() as stack:
        followers = [stack.enter_context(follow(server)) for _ in range(3)]
        threads = [threading.Thread(target=send, args=(sender,)) for sender in range(3)]
        for thread in threads:
            thread.start()
        orders = [names(following, 3 * count) for following in followers]
        for thread in threads:
            thread.join()
    assert orders[0] == orders[1] == orders[2]
    for sender in range(3):
        own = [name for name in orders[0] if name.startswith(f"{sender} ")]
        assert own == [f"{sender} {number}" for number in range(count)]
