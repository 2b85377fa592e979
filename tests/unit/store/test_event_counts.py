"""Events counted, and read page by page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from prefect._ids import uuid7
from prefect.backend import get_backend
from prefect.exceptions import RequestRefused
from prefect.schemas.events import (
    Countable,
    Event,
    EventFilter,
    EventNameFilter,
    EventOccurredFilter,
    EventOrder,
    EventPage,
    TimeUnit,
)
from prefect.schemas.resources import Resource
from prefect.store.event_counts import count_account_events
from prefect.store.events import create_events, read_account_events_page, read_events
from prefect.testing.clock import hold_clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def twelve_events() -> Iterator[None]:
    """Record an event every five hours until noon, about three things in turn."""
    with hold_clock(NOON + timedelta(hours=4)):
        events = [
            Event(
                id=UUID(int=number + 1),
                occurred=NOON - timedelta(hours=5 * number),
                event="even" if number % 2 == 0 else "odd",
                resource=Resource(
                    {"prefect.resource.id": f"thing.{number % 3}"}
                    | ({"prefect.resource.name": "Nought"} if number % 3 == 0 else {})
                ),
            )
            for number in range(12)
        ]
        get_backend().perform(create_events, events).result()
        yield


def filter_of(days: float = 4, **more: object) -> EventFilter:
    """Return a filter of the last days."""
    until = NOON + timedelta(hours=3)
    return EventFilter(occurred=EventOccurredFilter(since=NOON - timedelta(days=days), until=until), **more)  # type: ignore[arg-type]


def counted(countable: Countable, wanted: EventFilter, *how: object) -> list[tuple[str, str, int]]:
    """Return value, label and count of what is counted."""
    counts = get_backend().perform(count_account_events, countable, wanted, *how).result()  # type: ignore[arg-type]
    return [(count.value, count.label, count.count) for count in counts]


def test_by_day_and_by_time() -> None:
    """Each day of the filter is there, also those without an event; by time with a day it is the same."""
    days = [
        ("0", "2026-11-17T00:00:00+00:00", 0),
        ("1", "2026-11-18T00:00:00+00:00", 0),
        ("2", "2026-11-19T00:00:00+00:00", 4),
        ("3", "2026-11-20T00:00:00+00:00", 5),
        ("4", "2026-11-21T00:00:00+00:00", 3),
    ]
    assert counted(Countable.day, filter_of()) == days
    assert counted(Countable.time, filter_of(), TimeUnit.day, 1.0) == days


@pytest.mark.parametrize(
    ("unit", "number", "first", "length", "count"),
    [
        # As the original answers: intervals are counted from one Monday, whatever the filter says.
        (TimeUnit.hour, 7, "2026-11-01T10:00:00+00:00", timedelta(hours=7), 70),
        (TimeUnit.day, 3, "2026-10-30T00:00:00+00:00", timedelta(days=3), 8),
        (TimeUnit.week, 2, "2026-10-26T00:00:00+00:00", timedelta(weeks=2), 2),
        (TimeUnit.week, 0.5, "2026-10-29T12:00:00+00:00", timedelta(days=3.5), 7),
        (TimeUnit.minute, 70, "2026-11-01T15:50:00+00:00", timedelta(minutes=70), 412),
        (TimeUnit.minute, 421, "2026-11-01T14:51:00+00:00", timedelta(minutes=421), 69),
        (TimeUnit.hour, 0.75, "2026-11-01T15:45:00+00:00", timedelta(minutes=45), 641),
        (TimeUnit.day, 0.5, "2026-11-01T12:00:00+00:00", timedelta(hours=12), 41),
    ],
)
def test_intervals_of_any_length(
    unit: TimeUnit, number: float, first: str, length: timedelta, count: int
) -> None:
    """Every event is in one interval, and the intervals follow one another without a gap."""
    wanted = EventFilter(
        occurred=EventOccurredFilter(
            since=datetime(2026, 11, 1, 16, 15, tzinfo=UTC), until=NOON + timedelta(hours=20)
        )
    )
    counts = get_backend().perform(count_account_events, Countable.time, wanted, unit, number).result()
    assert counts[0].label == first
    assert sum(each.count for each in counts) == 12
    assert len(counts) == count
    for before, after in pairwise(counts):
        assert after.start_time == before.start_time + length
        assert before.end_time == after.start_time - timedelta(microseconds=1)


def test_too_many_intervals_are_refused() -> None:
    """Who asks for a hundred thousand intervals is told how many there may be."""
    with pytest.raises(RequestRefused, match=r"would create 356\d\d\d buckets, which is too many"):
        counted(Countable.time, filter_of(), TimeUnit.second, 1.0)


def test_by_name_and_by_resource() -> None:
    """The most frequent come first; a thing is called by its name, or by its id."""
    assert counted(Countable.event, filter_of(days=1)) == [("even", "even", 3), ("odd", "odd", 2)]
    assert counted(Countable.resource, filter_of(days=1)) == [
        ("thing.0", "Nought", 2),
        ("thing.1", "thing.1", 2),
        ("thing.2", "thing.2", 1),
    ]
    counts = get_backend().perform(count_account_events, Countable.event, filter_of()).result()
    assert (counts[0].start_time, counts[0].end_time) == (NOON - timedelta(hours=50), NOON)


def following(page: EventPage) -> EventPage:
    """Return the page after a page."""
    assert page.next_page
    parts = urlsplit(page.next_page)
    assert parts.path == "/events/filter/next"
    (token,) = parse_qs(parts.query)["page-token"]
    return get_backend().perform(read_account_events_page, token).result()


@pytest.mark.parametrize("order", EventOrder)
def test_pages_hold_every_event_once(order: EventOrder) -> None:
    """Pages follow one another to the end, also when new events come in between."""
    page = get_backend().perform(read_events, filter_of(order=order), 5).result()
    found = [event.id.int for event in page.events]
    get_backend().perform(
        create_events,
        [
            Event(
                id=uuid7(),
                occurred=NOON - timedelta(days=9),
                event="x",
                resource=Resource({"prefect.resource.id": "x"}),
            )
        ],
    ).result()
    while page.next_page:
        page = following(page)
        assert page.total == 12
        found += [event.id.int for event in page.events]
    expected = list(range(1, 13))
    assert found == (expected if order is EventOrder.DESC else expected[::-1])


def test_events_of_one_moment_are_not_lost_between_pages() -> None:
    """Many events may occur in the same microsecond."""
    same = [
        Event(occurred=NOON, event="same", resource=Resource({"prefect.resource.id": "x"})) for _ in range(10)
    ]
    get_backend().perform(create_events, same).result()
    page = get_backend().perform(read_events, filter_of(event=EventNameFilter(name=["same"])), 3).result()
    found = [event.id for event in page.events]
    while page.next_page:
        page = following(page)
        found += [event.id for event in page.events]
    assert sorted(found) == sorted(event.id for event in same)


def test_an_empty_page_tells_whether_there_is_more() -> None:
    """A page may have no event at all; the next one has none either, but the number of all is told."""
    page = get_backend().perform(read_events, filter_of(), 0).result()
    assert (page.events, page.total) == ([], 12)
    assert following(page).events == []


@pytest.mark.parametrize("token", ["", "nonsense", "e30=", "!", "eyJmaWx0ZXIiOjF9"])
def test_a_token_of_somebody_else_is_refused(token: str) -> None:
    """What is no token is refused as forbidden, as the original does."""
    with pytest.raises(RequestRefused, match="Forbidden") as refused:
        get_backend().perform(read_account_events_page, token).result()
    assert refused.value.status == 403
