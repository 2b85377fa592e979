"""Dates at regular intervals.

Intervals of whole days are counted by the calendar of a zone, so that the hour stays when clocks change. All others are
counted in elapsed time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from prefect.schedules.local_time import AT_ONCE, LocalDay, in_utc, local_day_before, moments

_DAY = timedelta(days=1)


def interval_dates(interval: timedelta, anchor: datetime, zone: str, start: datetime) -> Iterator[datetime]:
    """Yield the dates at or after a moment, in UTC.

    Args:
        interval: How long from one to the next.
        anchor: One of them, with its offset.
        zone: The zone, by its IANA name, whose calendar counts the days.
        start: From when on.

    Example:
        >>> new_year = datetime(2026, 1, 1, tzinfo=UTC)
        >>> next(interval_dates(timedelta(hours=1), new_year, "UTC", new_year.replace(hour=8, minute=30))).hour
        9
    """
    start, anchor = in_utc(start), in_utc(anchor)
    if interval % _DAY:
        yield from _by_clock(interval, anchor, start)
        return
    place = ZoneInfo(zone)
    local_anchor = anchor.astimezone(place).replace(tzinfo=None, fold=0)
    first = local_anchor - (local_anchor - local_day_before(start, place)) // interval * interval
    for date in moments(_days(first, interval), place):
        if date >= start:
            yield date


def _by_clock(interval: timedelta, anchor: datetime, start: datetime) -> Iterator[datetime]:
    date = anchor - (anchor - start) // interval * interval
    while True:
        if date >= start:
            yield date
        try:
            date += interval
        except OverflowError:
            return  # there are no dates after the year 9999


def _days(first: datetime, interval: timedelta) -> Iterator[LocalDay]:
    for number in count():
        yield first + number * interval, AT_ONCE
