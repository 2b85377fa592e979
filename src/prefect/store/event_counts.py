"""Events counted: by an interval of time, by their name, by what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from prefect._clock import now
from prefect.exceptions import RequestRefused
from prefect.schemas.events import Countable, EventCount, EventFilter, TimeUnit
from prefect.schemas.resources import NAME
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition
from prefect.store.event_conditions import events_meant
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction

MOST_INTERVALS = 1000
"""Into how many intervals a time may be divided."""

_ANCHOR = datetime(2024, 4, 1, tzinfo=UTC)
"""From here intervals are counted, so that those of different questions agree; weeks begin on this day, a Monday."""

_UNITS = {
    TimeUnit.week: timedelta(weeks=1),
    TimeUnit.day: timedelta(days=1),
    TimeUnit.hour: timedelta(hours=1),
    TimeUnit.minute: timedelta(minutes=1),
    TimeUnit.second: timedelta(seconds=1),
}

_STEPS = (
    (timedelta(days=1), len("2026-01-31")),
    (timedelta(hours=1), len("2026-01-31T12")),
    (timedelta(minutes=1), len("2026-01-31T12:00")),
    (timedelta(seconds=1), len("2026-01-31T12:00:00")),
)
"""How much of the text of a time tells the day, the hour and so on."""


@operation("POST", "/events/count-by/{countable}", reads=True)
def count_account_events(
    countable: Countable,
    filter: EventFilter,
    time_unit: TimeUnit = TimeUnit.day,
    time_interval: Annotated[float, Field(ge=0.01)] = 1.0,
) -> Transaction[list[EventCount]]:
    """Count the events that a filter means.

    Args:
        countable: By what: `day`, `time`, `event` or `resource`.
        filter: Which ones.
        time_unit: The unit of the intervals for `time`.
        time_interval: How many of these units an interval has.

    Raises:
        RequestRefused: There would be more than a thousand intervals.
    """
    where = events_meant(filter)
    match countable:
        case Countable.event:
            return (yield from _by_name(where))
        case Countable.resource:
            return (yield from _by_resource(where))
        case Countable.day:
            return (yield from _by_time(filter, where, timedelta(days=1)))
        case Countable.time:
            return (yield from _by_time(filter, where, _UNITS[time_unit] * time_interval))


def _by_name(where: Condition) -> Transaction[list[EventCount]]:
    rows = yield Statement(
        "SELECT event.event AS value, count(*) AS n, min(event.occurred) AS first, max(event.occurred) AS last "
        f"FROM event WHERE {where.sql} GROUP BY event.event ORDER BY count(*) DESC, event.event",
        where.parameters,
    )
    return [
        EventCount(
            value=row["value"],
            label=row["value"],
            count=row["n"],
            start_time=row["first"],
            end_time=row["last"],
        )
        for row in rows
    ]


def _by_resource(where: Condition) -> Transaction[list[EventCount]]:
    rows = yield Statement(
        f"SELECT event.resource_id AS value, max({{json_text(event.resource, {NAME})}}) AS label, count(*) AS n, "
        "min(event.occurred) AS first, max(event.occurred) AS last "
        f"FROM event WHERE {where.sql} GROUP BY event.resource_id ORDER BY count(*) DESC, event.resource_id",
        where.parameters,
    )
    return [
        EventCount(
            value=row["value"],
            label=row["label"] or row["value"],
            count=row["n"],
            start_time=row["first"],
            end_time=row["last"],
        )
        for row in rows
    ]


def _by_time(wanted: EventFilter, where: Condition, interval: timedelta) -> Transaction[list[EventCount]]:
    first, last = _place(wanted.occurred.since, interval), _place(_end(wanted), interval)
    if last - first + 1 > MOST_INTERVALS:
        raise RequestRefused(
            f"The given interval would create {last - first + 1} buckets, which is too many. Please increase the "
            f"interval or reduce the time range to produce {MOST_INTERVALS} buckets or fewer."
        )
    # The database counts by the largest part of the text of a time that no interval divides.
    length = next((length for step, length in _STEPS if not interval % step), len(timestamp_text(_ANCHOR)))
    part = f"substr(event.occurred, 1, {length})"
    rows = yield Statement(
        f"SELECT {part} AS moment, count(*) AS n FROM event WHERE {where.sql} GROUP BY {part}",
        where.parameters,
    )
    counted = Counter[int]()
    for row in rows:
        counted[_place(_whole(row["moment"]), interval)] += row["n"]
    return list(_intervals(first, max(first, last), interval, counted))


def _intervals(first: int, last: int, interval: timedelta, counted: Counter[int]) -> Iterator[EventCount]:
    for place in range(first, last + 1):
        start = _ANCHOR + place * interval
        yield EventCount(
            value=str(place - first),
            label=start.isoformat(),
            count=counted[place],
            start_time=start,
            end_time=start + interval - timedelta(microseconds=1),
        )


def _end(wanted: EventFilter) -> datetime:
    return max(wanted.occurred.since, min(wanted.occurred.until, now()))


def _place(moment: datetime, interval: timedelta) -> int:
    return (moment - _ANCHOR) // interval


def _whole(moment: str) -> datetime:
    """Return the time of which this text is the beginning."""
    return datetime.fromisoformat(moment + "0001-01-01T00:00:00.000000Z"[len(moment) :])
