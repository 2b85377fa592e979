from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from prefect._clock import now
from prefect.backend import get_backend
from prefect.schemas.events import (
    Event,
    EventAnyResourceFilter,
    EventFilter,
    EventIDFilter,
    EventNameFilter,
    EventOccurredFilter,
    EventOrder,
    EventRelatedFilter,
    EventResourceFilter,
    EventTextFilter,
    ReceivedEvent,
)
from prefect.schemas.resources import RelatedResource, Resource, ResourceSpecification
from prefect.store.events import create_events, read_events
from prefect.store.operations import route_of


def event(name: str, resource: str, *related: tuple[str, str], number: int = 0, **labels: str) -> Event:
    """Return an event; `related` are pairs of id and role."""
    return Event(
        id=UUID(int=number) if number else UUID(int=hash(name) % 2**64 + 1000),
        occurred=now() - timedelta(hours=10 - number),
        event=name,
        resource=Resource({"prefect.resource.id": resource, **labels}),
        related=[
            RelatedResource({"prefect.resource.id": id_, "prefect.resource.role": role})
            for id_, role in related
        ],
        payload={"number": number, "100%": "under_score"},
    )


def record(*events: Event) -> None:
    """Record events."""
    get_backend().perform(create_events, list(events)).result()


def found(wanted: EventFilter | None = None, limit: int = 50) -> list[int]:
    """Return the numbers of the events that a filter finds."""
    page = get_backend().perform(read_events, wanted, limit).result()
    assert page.total >= len(page.events)
    return [each.payload["number"] for each in page.events]


def some() -> None:
    """Record four events of two tables, in runs and with a tag."""
    record(
        event("table.loaded", "table.a", ("run.1", "flow-run"), ("tag.x", "tag"), number=1, colour="red"),
        event("table.loaded", "table.b", ("run.2", "flow-run"), number=2, colour="blue"),
        event("table.dropped", "table.a", ("run.2", "flow-run"), number=3),
        event("tables.counted", "database", ("table.b", "part"), number=4),
    )


def test_an_event_comes_back_as_it_was_given() -> None:
    """Every field is stored, and when the event was received."""
    given = Event(
        occurred=datetime(2024, 5, 6, 12, 0, 0, 123456, tzinfo=UTC),
        event="table.loaded",
        resource=Resource({"prefect.resource.id": "a", "l": "ü"}),
        related=[RelatedResource({"prefect.resource.id": "b", "prefect.resource.role": "r"})],
        payload={"deep": [{"er": None}]},
        follows=UUID(int=1),
    )
    before = now()
    record(given)
    since = EventOccurredFilter(since=given.occurred, until=given.occurred)
    stored = get_backend().perform(read_events, EventFilter(occurred=since)).result().events[0]
    assert isinstance(stored, ReceivedEvent)
    assert before <= stored.received <= now()
    assert stored.model_dump(exclude={"received"}) == given.model_dump()


def test_the_same_event_is_recorded_once() -> None:
    """Sending an event again, as a client does that is not sure, changes nothing."""
    one = event("table.loaded", "table.a", ("run.1", "flow-run"), number=1)
    record(one)
    record(one, one.model_copy(update={"event": "other"}))
    assert found() == [1]
    assert found(EventFilter(event=EventNameFilter(name=["other"]))) == []


def test_many_events_at_once() -> None:
    """Events that are sent together are recorded together, with all their resources."""
    record(*[event("many", "x", (f"r{n}", "part"), number=n) for n in range(1, 181)])
    page = get_backend().perform(read_events, EventFilter(event=EventNameFilter(name=["many"])), 5).result()
    assert page.total <= 180
    assert found(EventFilter(related=EventRelatedFilter(id=["r9"]))) == [9]


FILTERS: list[Any] = [
    (EventFilter(), [4, 3, 2, 1]),
    (EventFilter(order=EventOrder.ASC), [1, 2, 3, 4]),
    (EventFilter(event=EventNameFilter(name=["table.loaded", "nothing"])), [2, 1]),
    (EventFilter(event=EventNameFilter(prefix=["table."])), [3, 2, 1]),
    (EventFilter(event=EventNameFilter(prefix=["tables", "table.d"])), [4, 3]),
    (EventFilter(event=EventNameFilter(prefix=["table"], exclude_prefix=["tables."])), [3, 2, 1]),
    (EventFilter(event=EventNameFilter(prefix=["table"], exclude_name=["table.loaded"])), [4, 3]),
    (EventFilter(resource=EventResourceFilter(id=["table.a"])), [3, 1]),
    (EventFilter(resource=EventResourceFilter(id_prefix=["table."])), [3, 2, 1]),
    (EventFilter(resource=EventResourceFilter(id_prefix=["table_"])), []),
    (EventFilter(resource=EventResourceFilter(labels=ResourceSpecification({"colour": "red"}))), [1]),
    (EventFilter(resource=EventResourceFilter(labels=ResourceSpecification({"colour": ["!red"]}))), [2]),
    (EventFilter(resource=EventResourceFilter(labels=ResourceSpecification({"colour": "b*"}))), [2]),
    (
        EventFilter(resource=EventResourceFilter(labels=ResourceSpecification({"colour": ["red", "*"]}))),
        [2, 1],
    ),
    (EventFilter(resource=EventResourceFilter(labels=ResourceSpecification({"colour": []}))), []),
    (EventFilter(resource=EventResourceFilter(distinct=True)), [4, 3, 2]),
    (EventFilter(related=EventRelatedFilter(id=["run.2"])), [3, 2]),
    (EventFilter(related=EventRelatedFilter(role=["tag", "part"])), [4, 1]),
    (EventFilter(related=EventRelatedFilter(id=["table.b"])), [4]),
    (
        EventFilter(related=EventRelatedFilter(resources_in_roles=[("run.1", "flow-run"), ("run.2", "tag")])),
        [1],
    ),
    (
        EventFilter(
            related=EventRelatedFilter(labels=ResourceSpecification({"prefect.resource.id": "run.*"}))
        ),
        [3, 2, 1],
    ),
    (EventFilter(related=[EventRelatedFilter(id=["run.1"]), EventRelatedFilter(id=["tag.x"])]), [1]),
    (EventFilter(related=[EventRelatedFilter(id=["run.2"]), EventRelatedFilter(id=["tag.x"])]), []),
    (EventFilter(any_resource=EventAnyResourceFilter(id=["table.b"])), [4, 2]),
    (EventFilter(any_resource=EventAnyResourceFilter(id_prefix=["tag.", "data"])), [4, 1]),
    (
        EventFilter(any_resource=EventAnyResourceFilter(labels=ResourceSpecification({"colour": "*"}))),
        [2, 1],
    ),
    (
        EventFilter(
            any_resource=[EventAnyResourceFilter(id=["table.b"]), EventAnyResourceFilter(id=["run.2"])]
        ),
        [2],
    ),
    (EventFilter(id=EventIDFilter(id=[UUID(int=2), UUID(int=9)])), [2]),
    (EventFilter(text=EventTextFilter(query="DROPPED")), [3]),
    (EventFilter(text=EventTextFilter(query="tag.x")), [1]),
    (EventFilter(text=EventTextFilter(query="100%")), [4, 3, 2, 1]),
    (EventFilter(text=EventTextFilter(query="table_loaded")), []),
]


@pytest.mark.parametrize(("wanted", "numbers"), FILTERS)
def test_filters(wanted: EventFilter, numbers: list[int]) -> None:
    """A filter finds what it says, in the order it says."""
    some()
    wanted = wanted.model_copy(update={"occurred": EventOccurredFilter()})
    assert found(wanted) == numbers
    assert get_backend().perform(read_events, wanted).result().total == len(numbers)


def test_when() -> None:
    """Events are found by when they occurred, both ends included; only so many as asked for."""
    some()
    third = (
        get_backend().perform(read_events, EventFilter(id=EventIDFilter(id=[UUID(int=3)]))).result().events[0]
    )
    until = EventOccurredFilter(until=third.occurred)
    assert found(EventFilter(occurred=until)) == [3, 2, 1]
    assert found(EventFilter(occurred=EventOccurredFilter(since=third.occurred, until=now()))) == [4, 3]
    assert found(limit=2) == [4, 3]


def test_routes_are_those_of_the_rest_api() -> None:
    """A server will offer each operation where clients look for it."""
    assert (route_of(create_events).method, route_of(create_events).path) == ("POST", "/events")
    assert (route_of(create_events).status, route_of(read_events).status) == (204, 200)
    assert (route_of(read_events).method, route_of(read_events).path) == ("POST", "/events/filter")
