"""Days of a calendar: the months, days of the month and days of the week that a schedule means."""

from __future__ import annotations

import functools
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta

_LENGTHS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

FRUITLESS_YEARS = 50
"""After how many years without a day the search is given up, as for the 30th of February."""


@dataclass(frozen=True)
class Days:
    """The days of a calendar that are meant.

    Attributes:
        months: The months, 1 to 12.
        monthdays: The days of the month, from 1; 0 and negative numbers count from its end: 0 and -1 are the last
            day. None is every day.
        weekdays: The days of the week, Monday being 0. None is every day.
        ordinals: Days of the week that are meant only when they come so many times in the month; -1 is the last.
        either: Where there are days of the month and of the week, one of them is enough.
    """

    months: frozenset[int]
    monthdays: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None
    ordinals: frozenset[tuple[int, int]] = frozenset()
    either: bool = True


def by_month(days: Days, start: datetime) -> Iterator[datetime]:
    """Yield the days from that of `start` on, in order, as local midnights."""
    months = sorted(days.months)
    year, first = start.year, start.replace(hour=0, minute=0, second=0, microsecond=0)
    empty_since = year
    known: dict[tuple[int, int], tuple[timedelta, ...]] = {}  # quicker than the cache of all
    while year <= MAXYEAR and year - empty_since < FRUITLESS_YEARS:
        leap = isleap(year)
        for month in months if year > first.year else [month for month in months if month >= first.month]:
            begin = datetime(year, month, 1)  # noqa: DTZ001 - local time
            kind = (begin.weekday(), 29 if leap and month == 2 else _LENGTHS[month])
            found = known.get(kind)
            if found is None:
                found = known[kind] = _days_of_month(days, *kind)
            if found:
                empty_since = year
            if begin >= first:
                yield from map(begin.__add__, found)
            else:
                yield from (day for passed in found if (day := begin + passed) >= first)
        year += 1


@functools.lru_cache(maxsize=4096)
def _days_of_month(days: Days, first_weekday: int, length: int) -> tuple[timedelta, ...]:
    """Return how far into a month of this length, which begins on this day of the week, the days are that are meant."""
    return tuple(timedelta(days=day - 1) for day in _numbers(days, first_weekday, length))


def _numbers(days: Days, first_weekday: int, length: int) -> list[int]:
    by_date = None if days.monthdays is None else _by_date(days.monthdays, length)
    by_week = None if days.weekdays is None else _by_week(days, first_weekday, length)
    if by_date is None and by_week is None:
        return list(range(1, length + 1))
    if by_date is None or by_week is None:
        return sorted((by_week if by_date is None else by_date) or ())
    return sorted(by_date | by_week if days.either else by_date & by_week)


def _by_date(monthdays: frozenset[int], length: int) -> set[int]:
    numbers = {day if day > 0 else length + 1 + (day or -1) for day in monthdays}
    return {day for day in numbers if 1 <= day <= length}


def _by_week(days: Days, first_weekday: int, length: int) -> set[int]:
    assert days.weekdays is not None  # asked for
    found = {day for day in range(1, length + 1) if (first_weekday + day - 1) % 7 in days.weekdays}
    for weekday, which in days.ordinals:
        first = 1 + (weekday - first_weekday) % 7
        every = range(first, length + 1, 7)
        if which < 0:
            found.update(every[which : which + 1 or None])
        else:
            found.update(every[which - 1 : which])
    return found
