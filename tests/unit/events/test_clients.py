"""Clients of events: they emit whole events, to wherever runs are recorded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prefect.backend import get_backend
from prefect.events.clients import (
    AssertingEventsClient,
    AssertingPassthroughEventsClient,
    EventsClient,
    NullEventsClient,
    PrefectCloudEventsClient,
    PrefectEventsClient,
    PrefectEventSubscriber,
    events_in_socket_from_api_url,
    events_out_socket_from_api_url,
    get_events_client,
    get_events_subscriber,
)
from prefect.exceptions import ConfigurationError
from prefect.schemas.events import Event
from prefect.schemas.resources import Resource
from prefect.store.events import read_events


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """No client of another test is remembered."""
    AssertingEventsClient.reset()
    AssertingPassthroughEventsClient.reset()
    yield
    AssertingEventsClient.reset()
    AssertingPassthroughEventsClient.reset()


def loaded(table: str = "orders") -> Event:
    """Something that has happened."""
    return Event(event="table.loaded", resource=Resource({"prefect.resource.id": table}))


def recorded() -> list[str]:
    """The resources of the events that are recorded."""
    page = get_backend().perform(read_events).result()
    return [event.resource.id for event in page.events]


async def test_events_are_recorded_when_the_block_ends() -> None:
    """What a client emits is recorded where runs are, also without a server."""
    async with get_events_client() as client:
        assert isinstance(client, PrefectEventsClient)
        for table in ("orders", "lines"):
            await client.emit(loaded(table))
    assert sorted(recorded()) == ["lines", "orders"]


@pytest.mark.parametrize("kind", [NullEventsClient, AssertingEventsClient, PrefectEventsClient])
async def test_a_client_is_used_in_a_block(kind: type[EventsClient]) -> None:
    """Emitting outside of the block is a mistake, and said to be one."""
    with pytest.raises(TypeError, match=f"async with {kind.__name__}"):
        await kind().emit(loaded())


async def test_a_null_client_emits_nothing() -> None:
    """Code that wants a client can be given one that does nothing."""
    async with NullEventsClient() as client:
        await client.emit(loaded())
    assert recorded() == []


async def test_events_can_be_asserted() -> None:
    """A test sees what was emitted and how the client was made."""
    async with AssertingEventsClient("anything", some="thing") as client:
        await client.emit(event := loaded())
        assert (client.args, client.kwargs) == (("anything",), {"some": "thing"})
        assert AssertingEventsClient.last is client
        assert AssertingEventsClient.all == [client]
        assert client.pop_events() == [event]
        assert client.events == []
    assert recorded() == []


async def test_events_can_be_asserted_and_recorded() -> None:
    """A client for tests may emit, too."""
    async with AssertingPassthroughEventsClient() as client:
        await client.emit(loaded())
    assert [event.event for event in client.pop_events()] == ["table.loaded"]
    assert recorded() == ["orders"]


def test_the_hosted_service_needs_a_key() -> None:
    """A client of the hosted service says what it lacks."""
    with pytest.raises(ValueError, match="PREFECT_API_KEY"):
        PrefectCloudEventsClient()


def test_following_needs_a_server() -> None:
    """Who follows events without a server is told that there is none."""
    with pytest.raises(ConfigurationError, match="PREFECT_API_URL"):
        get_events_subscriber()


def test_addresses() -> None:
    """The addresses of websockets follow from that of the API."""
    assert events_in_socket_from_api_url("http://host/api/") == "ws://host/api/events/in"
    assert events_out_socket_from_api_url("https://host/api") == "wss://host/api/events/out"
    assert PrefectEventSubscriber("http://host/api").client_name == "PrefectEventSubscriber"
