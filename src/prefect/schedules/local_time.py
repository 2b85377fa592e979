"""Local times and when they are: what happens to a date when clocks are put forward or back.

Dates are computed in the local time of a zone, without its offset, and then placed in time:

- A time that is left out when clocks go forward is taken as if they had not: half past two becomes half past three.
- A time that comes twice when clocks go back is meant once, the first time; a schedule that has a date in every hour
  has them in the repeated hour too.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

LocalDay: TypeAlias = tuple[datetime, Sequence[timedelta]]
"""A local time, mostly a midnight, and when the dates are from then on, in order and within a day."""

AT_ONCE = (timedelta(0),)
"""The one date of a `LocalDay` that is its local time."""

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(9900, 1, 1, tzinfo=UTC)

_MARGIN = timedelta(hours=12)
"""How near to a change of the clocks times are placed one by one."""

_AHEAD = timedelta(days=5)
"""How far ahead offsets are looked up. Clocks were put forward and back again within a week, never within six days."""


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this IANA name."""
    return name in _zones()


def check_zone(name: str | None) -> str | None:
    """Return the name of a time zone, or None.

    Raises:
        ValueError: There is no such zone.
    """
    if name is not None and not is_zone(name):
        raise ValueError(
            f'Invalid timezone: "{name}" (specify in IANA tzdata format, for example, America/New_York)'
        )
    return name


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, within the centuries for which dates are computed."""
    try:
        return min(max(moment.astimezone(UTC), _EARLIEST), _LATEST)
    except OverflowError:
        return _EARLIEST if moment.year < _LATEST.year else _LATEST


def local_day_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time from which on all dates at or after a moment are found."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) - _DAY


def moments(days: Iterable[LocalDay], zone: ZoneInfo, *, repeated: bool = False) -> Iterator[datetime]:
    """Yield when local times are, in UTC, each moment once and in order.

    Args:
        days: The local times, in order.
        zone: The zone in which they are.
        repeated: Times that come twice are meant both times.
    """
    span: _Span | None = None
    placing = _Placing(zone, repeated)
    try:
        for day, times in days:
            first = day + times[0]
            last = first if len(times) == 1 else day + times[-1]
            if span is None or placing.later or first < span.first or last > span.last:
                span = None if placing.later else _steady_span(zone, first, last)
            if span is None:
                yield from placing.place(day, times)
                continue
            moment = span.moment + (first - span.first)
            yield moment
            if last is not first:
                start = moment - times[0]
                yield from map(start.__add__, times[1:])
                moment = start + times[-1]
            placing.last = moment
    except OverflowError:
        return  # there are no dates after the year 9999
    yield from placing.rest()


class _Span(NamedTuple):
    """A time in which clocks do not change: its first and last local time, and when the first one is."""

    first: datetime
    last: datetime
    moment: datetime


def _steady_span(zone: ZoneInfo, first: datetime, last: datetime) -> _Span | None:
    """Return a span that holds two local times; None if clocks change between them or near to them.

    That is the month, or some days if the clocks change in it.
    """
    span = _month(zone, first.year, first.month)
    if span is not None and last <= span.last:
        return span
    for end in (first + _AHEAD, last):
        if end >= last and (span := _span(zone, first, end)) is not None:
            return span
    return None


@functools.lru_cache(maxsize=2**15)
def _month(zone: ZoneInfo, year: int, month: int) -> _Span | None:
    """Return the span of a month, None if clocks change in it or near to it."""
    begin = datetime(year, month, 1)  # noqa: DTZ001 - local time
    end = (begin + 31 * _DAY).replace(day=1) - _MICROSECOND
    whole = _span(zone, begin, end)
    between = [begin + number * _AHEAD for number in range(1, 7)]
    return whole if all(_offset(zone, time) == _offset(zone, begin) for time in between) else None


def _span(zone: ZoneInfo, first: datetime, last: datetime) -> _Span | None:
    offset = _offset(zone, first - _MARGIN)
    if _offset(zone, last + _MARGIN) != offset:
        return None
    return _Span(first, last, (first - offset).replace(tzinfo=UTC))


def _offset(zone: ZoneInfo, local: datetime) -> timedelta:
    offset = local.replace(tzinfo=zone).utcoffset()
    assert offset is not None  # a zone has offsets
    return offset


class _Placing:
    """Places local times near to a change of the clocks.

    Attributes:
        later: Moments that come after those which were yielded.
        last: The last one that was yielded.
    """

    def __init__(self, zone: ZoneInfo, repeated: bool) -> None:
        self._zone = zone
        self._repeated = repeated
        self.later: set[datetime] = set()
        self.last = _EARLIEST

    def place(self, day: datetime, times: Sequence[timedelta]) -> Iterator[datetime]:
        """Yield the moments that are known to come next, with a day."""
        until: datetime | None = None
        for time in times:
            early = (day + time).replace(tzinfo=self._zone)
            first, second = early.utcoffset(), early.replace(fold=1).utcoffset()
            assert first is not None  # a zone has offsets
            assert second is not None  # the same
            moment = (early.replace(tzinfo=UTC)) - first
            self.later.add(moment)
            if first >= second:
                until = moment
            if first > second and self._repeated:
                self.later.add(early.replace(tzinfo=UTC) - second)
        if until is not None:
            yield from self._until(until)

    def _until(self, moment: datetime) -> Iterator[datetime]:
        ready = sorted(each for each in self.later if each <= moment)
        self.later.difference_update(ready)
        for each in ready:
            if each > self.last:
                self.last = each
                yield each

    def rest(self) -> Iterator[datetime]:
        """Yield what is left."""
        return self._until(max(self.later, default=self.last))
