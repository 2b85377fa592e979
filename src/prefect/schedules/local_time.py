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
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

LocalDay: TypeAlias = tuple[datetime, Sequence[timedelta]]
"""A local time, mostly a midnight, and when the dates are from then on, in order and within a day."""

AT_ONCE = (timedelta(0),)
"""The one date of a `LocalDay` that is its local time."""

_DAY = timedelta(days=1)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(9900, 1, 1, tzinfo=UTC)

_NEVER = datetime(1, 1, 2)  # noqa: DTZ001 - local time

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
    offsets = _Offsets(zone)
    placing = _Placing(zone, repeated)
    try:
        for day, times in days:
            offset = None if placing.later else offsets.steady(day + times[0], day + times[-1])
            if offset is None:
                yield from placing.place(day, times)
            else:
                start = (day - offset).replace(tzinfo=UTC)
                yield from map(start.__add__, times)
                placing.last = start + times[-1]
    except OverflowError:
        return  # there are no dates after the year 9999
    yield from placing.rest()


class _Offsets:
    """The offset of a zone, looked up some days at a time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._since, self._until = _NEVER, _NEVER - _DAY
        self._offset: timedelta | None = None

    def steady(self, first: datetime, last: datetime) -> timedelta | None:
        """Return the offset that holds from a local time to another, None if it changes around then."""
        if self._since <= first and last <= self._until:
            return self._offset
        before = (first - _MARGIN).replace(tzinfo=self._zone).utcoffset()
        for end in (first + _AHEAD, last):
            if end >= last and (end + _MARGIN).replace(tzinfo=self._zone).utcoffset() == before:
                self._since, self._until, self._offset = first, end, before
                return before
        return None


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
