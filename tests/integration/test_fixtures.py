"""The fixtures for users' tests: a server of the API, a server of events, time that passes at once."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import anyio
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from prefect import _clock, flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter
from prefect.schemas.events import Event
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings
from prefect.testing.fixtures import (
    WS_1008_POLICY_VIOLATION,
    Puppeteer,
    Recorder,
    disable_hosted_api_server,
    enable_ephemeral_server,
    events_api_url,
    events_cloud_api_url,
    events_server,
    hosted_api_server,
    mock_anyio_sleep,
    puppeteer,
    recorder,
    use_hosted_api_server,
)
from prefect.testing.hosted_server import hosted_server

__all__ = [
    "disable_hosted_api_server",
    "enable_ephemeral_server",
    "events_api_url",
    "events_cloud_api_url",
    "events_server",
    "hosted_api_server",
    "mock_anyio_sleep",
    "puppeteer",
    "recorder",
    "use_hosted_api_server",
]


@pytest.fixture(scope="session")
def test_database_connection_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the hosted server a database of its own."""
    return f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('hosted')}/prefect.db"


def test_a_hosted_server_is_asked(use_hosted_api_server: str) -> None:
    """A test that uses the hosted server asks it, through the settings."""
    assert get_current_settings().api_url == use_hosted_api_server
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow_from_name("from a test")
        wanted = FlowFilter.model_validate({"name": {"any_": ["from a test"]}})
        assert [each.id for each in client.read_flows(flow_filter=wanted)] == [flow_id]


def test_a_server_that_does_not_start_is_told(unused_tcp_port: int) -> None:
    """A server that cannot begin is an error with what it wrote."""
    with (
        pytest.raises(
            RuntimeError, match=r"did not begin to answer.*(.|\n)*'nonsense', which is no database"
        ),
        hosted_server(unused_tcp_port, "nonsense://"),
    ):
        pass


@pytest.fixture
def another_url() -> Any:
    """Let another server be set around the fixtures."""
    with temporary_settings({PREFECT_API_URL: "http://elsewhere:1/api"}):
        yield


def test_no_server_is_asked(another_url: None, enable_ephemeral_server: None) -> None:
    """A test that disables the hosted server records in its own process."""
    assert get_current_settings().api_url is None

    @flow
    def here() -> int:
        return 1

    assert here() == 1


async def test_sleeps_pass_at_once(mock_anyio_sleep: Any) -> None:
    """A sleep returns at once, moves the clock, and its length can be checked."""
    began = _clock.now()
    with mock_anyio_sleep.assert_sleeps_for(60):
        await anyio.sleep(20)
        await anyio.sleep(40.5)
    assert (_clock.now() - began).total_seconds() >= 60
    for slept in (59, 62):
        with (
            pytest.raises(AssertionError, match=f"slept for {slept}"),
            mock_anyio_sleep.assert_sleeps_for(60),
        ):
            await anyio.sleep(slept)
    with mock_anyio_sleep.assert_sleeps_for(60, extra_tolerance=1):
        await anyio.sleep(62)
    mock_anyio_sleep.assert_awaited_with(62)


TOKEN = str(uuid4())


def an_event(name: str) -> Event:
    """Return an event."""
    return Event(event=name, resource={"prefect.resource.id": "test"}, id=uuid4())  # type: ignore[arg-type]


async def say(connection: ClientConnection, message: Any) -> Any:
    """Send a message and return the answer."""
    await connection.send(json.dumps(message))
    return json.loads(await connection.recv())


def socket_of(url: str, way: str) -> str:
    """Return the address of a websocket of events."""
    return url.replace("http://", "ws://") + f"/events/{way}"


async def test_events_that_are_sent_are_noted(
    events_cloud_api_url: str, recorder: Recorder, puppeteer: Puppeteer
) -> None:
    """The server notes what is sent to it, and breaks the connection off after the event that the test names."""
    one, two = an_event("one"), an_event("two")
    puppeteer.hard_disconnect_after = two.id
    async with connect(socket_of(events_cloud_api_url, "in")) as connection:
        assert await say(connection, {"type": "auth", "token": "mine"}) == {"type": "auth_success"}
        await connection.send(one.model_dump_json())
        await connection.send(two.model_dump_json())
        with pytest.raises(ConnectionClosed):
            await connection.recv()
    assert [event.id for event in recorder.events] == [one.id, two.id]
    assert (recorder.token, recorder.connections) == ("mine", 1)
    assert recorder.path == "/accounts/A/workspaces/W/events/in"
    assert puppeteer.hard_disconnect_after is None


async def test_events_are_given(events_api_url: str, recorder: Recorder, puppeteer: Puppeteer) -> None:
    """A client that has the token is given the events of the test."""
    puppeteer.token = TOKEN
    puppeteer.outgoing_events = [an_event("one")]
    async with connect(socket_of(events_api_url, "out")) as connection:
        assert await say(connection, {"type": "auth", "token": TOKEN}) == {"type": "auth_success"}
        told = await say(connection, {"type": "filter", "filter": {"event": {"name": ["one"]}}})
        assert told["event"]["id"] == str(puppeteer.outgoing_events[0].id)
    assert recorder.filter is not None
    assert recorder.filter.event is not None
    assert recorder.filter.event.name == ["one"]


async def test_clients_are_refused(events_api_url: str, puppeteer: Puppeteer) -> None:
    """A client without the token is told so, or its connection is closed; or no connection is taken at all."""
    puppeteer.token = TOKEN
    async with connect(socket_of(events_api_url, "out")) as connection:
        assert (await say(connection, {"type": "auth", "token": "other"}))["type"] == "auth_failure"
    puppeteer.hard_auth_failure = True
    async with connect(socket_of(events_api_url, "out")) as connection:
        with pytest.raises(ConnectionClosed) as closed:
            await say(connection, {"type": "auth", "token": "other"})
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == WS_1008_POLICY_VIOLATION
    puppeteer.refuse_any_further_connections = True
    async with connect(socket_of(events_api_url, "out")) as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
