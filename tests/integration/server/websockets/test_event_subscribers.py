"""Clients of events with a real server: what one emits, another is given."""

from __future__ import annotations

from prefect.events.clients import PrefectEventsClient, PrefectEventSubscriber
from prefect.schemas.events import Event, EventFilter, EventNameFilter
from prefect.schemas.resources import Resource
from tests.integration.server.serving import serving


async def test_emitted_events_are_given_to_subscribers() -> None:
    """A subscriber is given the events that its filter means, those from before it came included, in their order."""
    wanted = EventFilter(event=EventNameFilter(name=["table.loaded"]))
    with serving() as server:
        async with PrefectEventsClient(server.url) as client:
            for table in ("first", "second"):
                await client.emit(
                    Event(event="table.loaded", resource=Resource({"prefect.resource.id": table}))
                )
            await client.emit(Event(event="other", resource=Resource({"prefect.resource.id": "x"})))
            async with PrefectEventSubscriber(server.url, wanted) as events:
                given = [(await anext(events)).resource.id for _ in range(2)]
                assert given == ["first", "second"]
                await client.emit(
                    Event(event="table.loaded", resource=Resource({"prefect.resource.id": "third"}))
                )
                assert (await anext(events)).resource.id == "third"
