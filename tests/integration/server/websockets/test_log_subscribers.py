"""Subscribers of log lines: given as they are recorded, once each, over breaks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.server import ServerConnection, serve

from prefect.client.following import _PAUSE
from prefect.client.log_subscribers import SEEN_LOGS_TTL
from prefect.client.schemas.filters import LogFilter, LogFilterLevel
from prefect.exceptions import ConfigurationError
from prefect.logging import clients
from prefect.logging.clients import (
    PrefectCloudLogsSubscriber,
    PrefectLogsSubscriber,
    get_logs_subscriber,
    http_to_ws,
    logs_out_socket_from_api_url,
)
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_KEY, PREFECT_API_URL, temporary_settings
from tests.integration.server.serving import serving


async def test_lines_are_given_as_they_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subscriber is given the lines that its filter means, when a server records them."""
    run_id = str(uuid4())

    def line(message: str, level: int) -> dict[str, Any]:
        return {
            "name": "mine",
            "level": level,
            "message": message,
            "timestamp": "2024-01-01T00:00:00Z",
            "flow_run_id": run_id,
        }

    monkeypatch.setenv("PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED", "true")
    wanted = LogFilter(level=LogFilterLevel(ge_=30))
    with serving() as server:
        async with PrefectLogsSubscriber(server.url, wanted) as lines:
            found = asyncio.ensure_future(anext(aiter(lines)))
            while not found.done():  # a line that comes before the filter has arrived is missed
                await asyncio.to_thread(
                    server.ask, "POST", "/logs/", json=[line("quiet", 20), line("loud", 30)]
                )
                await asyncio.wait([found], timeout=0.2)
            assert (await found).message == "loud"


Says = Callable[[ServerConnection, int], Any]


@asynccontextmanager
async def a_server(says: Says, *, lets_in: bool = True) -> AsyncGenerator[tuple[str, list[Any]]]:
    """Serve log lines by a function that gets each connection and its number, and note what clients send."""
    heard: list[Any] = []
    count = 0

    async def talk(connection: ServerConnection) -> None:
        nonlocal count
        count += 1
        heard.append(json.loads(await connection.recv()))
        if not lets_in:
            await connection.close(1008)
            return
        await connection.send('{"type": "auth_success"}')
        heard.append(json.loads(await connection.recv()))
        await says(connection, count)

    async with serve(talk, "127.0.0.1", 0, subprotocols=["prefect"]) as serving:  # type: ignore[list-item]
        port = next(iter(serving.sockets)).getsockname()[1]
        yield f"http://127.0.0.1:{port}/api", heard


def a_line(message: str) -> str:
    """Return a message of a line; equal texts are one line."""
    lines = _LINES.setdefault(message, str(uuid4()))
    document = {
        "id": lines,
        "name": "n",
        "level": 20,
        "message": message,
        "timestamp": "2024-01-01T00:00:00Z",
    }
    return json.dumps({"type": "log", "log": document})


_LINES: dict[str, str] = {}


async def test_a_break_is_mended_and_each_line_is_given_once() -> None:
    """After a break the subscriber connects again, says again what it wants, and passes over what it had."""

    async def says(connection: ServerConnection, number: int) -> None:
        await connection.send(a_line("one"))
        if number == 1:
            connection.transport.abort()
            return
        await connection.send(a_line("two"))
        await connection.close()

    async with a_server(says) as (url, heard), PrefectLogsSubscriber(url) as lines:
        assert [line.message async for line in lines] == ["one", "two"]
        assert [message["type"] for message in heard] == ["auth", "filter", "auth", "filter"]
        assert lines.client_name == "PrefectLogsSubscriber"


async def test_an_end_in_good_order_may_be_no_end() -> None:
    """With `reconnect_on_clean_close` the subscriber goes on until it cannot connect any more."""

    async def says(connection: ServerConnection, number: int) -> None:
        await connection.send(a_line(f"number {number}"))
        await connection.close()

    messages: list[str] = []
    async with a_server(says) as (url, _), PrefectLogsSubscriber(url, reconnect_on_clean_close=True) as lines:
        async for line in lines:
            messages.append(line.message)
            if len(messages) == 3:
                break
    assert messages == ["number 1", "number 2", "number 3"]


async def test_a_server_that_stays_away_is_told() -> None:
    """When a server does not come back, the error of the last attempt is raised."""

    async def says(connection: ServerConnection, number: int) -> None:
        connection.transport.abort()

    async with a_server(says) as (url, _):
        subscriber = PrefectLogsSubscriber(url, reconnection_attempts=0)
        async with subscriber as lines:
            with pytest.raises(Exception, match="close frame"):
                await anext(aiter(lines))


async def test_a_client_that_may_not_connect_is_told() -> None:
    """A server that does not let the client in is an error that names the settings."""

    async def says(connection: ServerConnection, number: int) -> None: ...

    async with a_server(says, lets_in=False) as (url, heard):
        with (
            temporary_settings({PREFECT_API_AUTH_STRING: "user:wrong"}),
            pytest.raises(ConfigurationError, match="PREFECT_API_AUTH_STRING"),
        ):
            await PrefectLogsSubscriber(url).__aenter__()
        assert heard == [{"type": "auth", "token": "user:wrong"}]


def test_the_settings_say_whom_to_ask() -> None:
    """The subscriber is of the server that is set; the hosted service needs a key; no server is an error."""
    with temporary_settings({PREFECT_API_URL: "http://here:1/api"}):
        assert type(get_logs_subscriber()) is PrefectLogsSubscriber
        with pytest.raises(ValueError, match="a key"):
            PrefectCloudLogsSubscriber()
    hosted = "https://api.prefect.cloud/api/accounts/a/workspaces/b"
    with temporary_settings({PREFECT_API_URL: hosted, PREFECT_API_KEY: "key"}):
        assert type(get_logs_subscriber()) is PrefectCloudLogsSubscriber
    with pytest.raises(ConfigurationError, match="PREFECT_API_URL"):
        get_logs_subscriber()


def test_addresses() -> None:
    """The address of the lines follows from that of the API."""
    assert http_to_ws("https://a/api/") == "wss://a/api"
    assert http_to_ws("ws://a") == "ws://a"
    assert logs_out_socket_from_api_url("http://a:1/api") == "ws://a:1/api/logs/out"
    assert clients.SEEN_LOGS_TTL == SEEN_LOGS_TTL
    assert _PAUSE > 0
