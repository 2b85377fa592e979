"""Who may connect, and how a connection begins."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.integration.server.serving import SUBPROTOCOL, Served, serving

PATHS = ["/events/in", "/events/out", "/logs/out", "/task_runs/subscriptions/scheduled"]
CHANNEL = "/work_pools/a/workers/connect"


def drain(connection: ClientConnection) -> None:
    """Read until the connection ends."""
    while True:
        connection.recv(10)


def closing(server: Served, path: str, *messages: object) -> tuple[int, str]:
    """Connect, send messages, and return with which code and reason the server ends the connection."""
    with connect(server.websocket_url + path, subprotocols=[SUBPROTOCOL]) as connection:
        for message in messages:
            connection.send(message if isinstance(message, str) else json.dumps(message))
        with pytest.raises(ConnectionClosed) as closed:
            drain(connection)
    assert closed.value.rcvd
    return closed.value.rcvd.code, closed.value.rcvd.reason


@pytest.mark.parametrize("path", [*PATHS, CHANNEL])
def test_a_connection_begins_with_auth(server: Served, path: str) -> None:
    """Without a password anybody who says `auth` is welcome; who says something else is not."""
    with server.connect(path):
        pass
    for message in ({"type": "filter"}, "no JSON", [1]):
        code, _ = closing(server, path, message)
        assert code in {1002, 1008}
    assert closing(server, path, {"type": "filter"}) == (1008, "Expected 'auth' message")


@pytest.mark.parametrize("path", PATHS)
def test_old_clients_are_welcome_without_a_password(server: Served, path: str) -> None:
    """A client of 3.4.0 offers no subprotocol and says nothing of itself."""
    with connect(server.websocket_url + path) as connection:
        assert connection.subprotocol is None
        connection.ping().wait(10)


def test_the_password_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a password set no websocket is open without it, neither to new clients nor to old ones."""
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "admin:pass")
    with serving() as server:
        for path in [*PATHS, CHANNEL]:
            with server.connect(path, token="admin:pass"):
                pass
            for token in (None, "", "admin:wrong", 7):
                assert closing(server, path, {"type": "auth", "token": token})[0] == 1008
            with pytest.raises(InvalidStatus) as refused, connect(server.websocket_url + path):
                pass
            assert refused.value.response.status_code == 403


def test_other_paths_are_refused(server: Served) -> None:
    """There is no websocket elsewhere; the channel of workers is only for those who know the subprotocol."""
    for path in ("/nothing", "/events/filter"):
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(server.websocket_url + path, subprotocols=[SUBPROTOCOL]),
        ):
            pass
        assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus), connect(server.websocket_url + CHANNEL):
        pass


@pytest.mark.parametrize("path", ["/events/out", "/logs/out"])
def test_a_filter_must_follow(server: Served, path: str) -> None:
    """Who follows events or logs says which; what is no filter ends the connection."""
    auth = {"type": "auth", "token": None}
    assert closing(server, path, auth, {"type": "x"}) == (1002, "Expected 'filter' message")
    for wrong in (
        {"type": "filter"},
        {"type": "filter", "filter": {"nothing": 1}},
        {"type": "filter", "filter": 3},
    ):
        code, reason = closing(server, path, auth, wrong)
        assert code == 1002
        assert reason.startswith("Invalid filter")
