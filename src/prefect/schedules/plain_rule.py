"""Common recurrence rules, walked quickly: days of a calendar, and the same times on each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import takewhile

from prefect.schedules.days import Days, by_month
from prefect.schedules.local_time import LocalDay
from prefect.schedules.rrule_text import read_date

_KNOWN = frozenset(
    {
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYMONTH",
        "BYMONTHDAY",
        "BYDAY",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
    }
)
_WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_DAY_WORD = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)\Z")
_STEPS = {"HOURLY": timedelta(hours=1), "MINUTELY": timedelta(minutes=1), "SECONDLY": timedelta(seconds=1)}
_DAY = timedelta(days=1)

_FRUITLESS_DAYS = 4000
"""After how many days on which no step falls the search is given up."""

_MOST_STEPS = 1440
"""How many dates are made at once."""

_UNITS = ("hour", "minute", "second")
_UNIT_OF = {"HOURLY": "hour", "MINUTELY": "minute", "SECONDLY": "second"}

_EVERY_MONTH = frozenset(range(1, 13))


def plain_rule(words: Mapping[str, str], start: datetime, after: datetime) -> Iterator[LocalDay] | None:
    """Return the local dates of a rule from a time on, in order; None if it is not plain.

    Args:
        words: The words of the rule.
        start: From when it counts.
        after: From when on its dates are wanted.
    """
    if not _KNOWN.issuperset(words) or start.microsecond:
        return None
    try:
        groups = _groups(words, start, start if "COUNT" in words else max(start, after))
    except (KeyError, ValueError):
        return None  # what is wrong with it is told by who walks the others
    if groups is None:
        return None
    if "UNTIL" in words:
        end = read_date(words["UNTIL"], None)
        groups = _until(groups, end)
    if "COUNT" in words:
        return _counted(groups, int(words["COUNT"]), after)
    return groups


def _until(groups: Iterator[LocalDay], end: datetime) -> Iterator[LocalDay]:
    for day, times in takewhile(lambda group: group[0] + group[1][0] <= end, groups):
        yield day, times if day + times[-1] <= end else [time for time in times if day + time <= end]


def _counted(groups: Iterator[LocalDay], most: int, after: datetime) -> Iterator[LocalDay]:
    for day, times in groups:
        if most <= 0:
            return
        meant = times[:most]
        most -= len(meant)
        if day + meant[-1] >= after:
            yield day, meant


def _groups(words: Mapping[str, str], start: datetime, after: datetime) -> Iterator[LocalDay] | None:
    frequency, interval = words["FREQ"], int(words.get("INTERVAL", "1"))
    if interval < 1:
        return None
    if frequency in _STEPS and (interval > 1 or frequency == "SECONDLY"):
        step = _STEPS[frequency] * interval
        if not any(name.startswith("BY") for name in words):
            return _steps(step, start, after)
        return _steps_on_days(frequency, step, words, start, after)
    days = _days(frequency, words, start)
    if days is None:
        return None
    times = _times(frequency, words, start)
    met = _rhythm(frequency, interval, words.get("WKST", "MO"), start)
    return _on_days(days, times, met, start, after)


def _steps(step: timedelta, start: datetime, after: datetime) -> Iterator[LocalDay]:
    several = max(1, min(_DAY // step, _MOST_STEPS))
    times = [number * step for number in range(several)]
    date = start - (start - after) // step * step
    while True:
        yield date, times
        date += several * step


def _steps_on_days(
    frequency: str, step: timedelta, words: Mapping[str, str], start: datetime, after: datetime
) -> Iterator[LocalDay]:
    """Yield those steps that fall on the days, hours, minutes and seconds that are meant."""
    days = _days("DAILY", words, start)
    assert days is not None  # by day it can always be told
    units = _UNITS[: _UNITS.index(_UNIT_OF[frequency]) + 1]
    meant = {unit: _set(f"BY{unit.upper()}", words, range(60), 59) for unit in units}
    parts = _parts(frequency, words, start)
    begin = start - timedelta(**{f"{unit}s": getattr(start, unit) for unit in _UNITS[len(units) :]})
    fruitless = 0
    for midnight in by_month(days, after):
        times: list[timedelta] = []
        for number in range(-(-_DAY // step) + 1):
            time = (begin - midnight) % step + number * step
            date = midnight + time
            if time < _DAY and all(getattr(date, unit) in numbers for unit, numbers in meant.items()):
                times += [time + part for part in parts if date + part >= start]
        fruitless = 0 if times or midnight < start else fruitless + 1
        if times:
            yield midnight, times
        elif fruitless > _FRUITLESS_DAYS:
            return


def _parts(frequency: str, words: Mapping[str, str], start: datetime) -> list[timedelta]:
    """Return when the dates of an hour, a minute or a second are, since its beginning."""
    minutes = _set("BYMINUTE", words, [start.minute], 59) if frequency == "HOURLY" else [0]
    seconds = _set("BYSECOND", words, [start.second], 59) if frequency != "SECONDLY" else [0]
    return [timedelta(minutes=minute, seconds=second) for minute in minutes for second in seconds]


def _on_days(
    days: Days, times: list[timedelta], met: _Rhythm, start: datetime, after: datetime
) -> Iterator[LocalDay]:
    midnights = by_month(days, after)
    if met.interval > 1:
        midnights = filter(met.is_on, midnights)
    whole_from = start - times[0]
    for midnight in midnights:
        if midnight >= whole_from:
            yield midnight, times
        elif midnight + times[-1] >= start:
            yield midnight, [time for time in times if midnight + time >= start]


class _Rhythm:
    """Which days are met by a rule that repeats every so many years, months, weeks or days."""

    def __init__(self, unit: str, interval: int, first: int) -> None:
        self.unit = unit
        self.interval = interval
        self.first = first

    def is_on(self, day: datetime) -> bool:
        """Whether a day is met."""
        return (self.number(day) - self.first) % self.interval == 0

    def number(self, day: datetime) -> int:
        """Return the number of the year, month, week or day in which a day is."""
        if self.unit == "YEARLY":
            return day.year
        if self.unit == "MONTHLY":
            return day.year * 12 + day.month
        return day.toordinal()


class _Weeks(_Rhythm):
    """Weeks that begin on a day of the week, Monday being 0."""

    def __init__(self, interval: int, begin: int, start: datetime) -> None:
        super().__init__("WEEKLY", interval, 0)
        self.begin = begin
        self.first = self.number(start)

    def number(self, day: datetime) -> int:
        """Return the number of the week in which a day is. The first of January of the year 1 was a Monday."""
        return (day.toordinal() - 1 - self.begin) // 7


def _rhythm(frequency: str, interval: int, week_begin: str, start: datetime) -> _Rhythm:
    if frequency == "WEEKLY":
        return _Weeks(interval, _WEEKDAYS[week_begin], start)
    rhythm = _Rhythm(frequency, interval, 0)
    rhythm.first = rhythm.number(start)
    return rhythm


def _days(frequency: str, words: Mapping[str, str], start: datetime) -> Days | None:
    """Return the days that a rule means, not yet its rhythm; None where they cannot be told month by month."""
    months = frozenset(_numbers(words["BYMONTH"], 1, 12)) if "BYMONTH" in words else None
    monthdays = frozenset(_numbers(words["BYMONTHDAY"], -31, 31)) if "BYMONTHDAY" in words else None
    weekdays, ordinals = _weekdays(words.get("BYDAY", ""))
    if ordinals and frequency not in {"MONTHLY", "YEARLY"}:
        weekdays |= {weekday for weekday, _ in ordinals}
        ordinals = set[tuple[int, int]]()
    if frequency == "YEARLY" and months is None and ordinals:
        return None  # the second Monday of the year
    if any(not -5 <= which <= 5 for _, which in ordinals):
        return None
    if monthdays is None and not weekdays and not ordinals:
        if frequency == "YEARLY":
            months = months or frozenset({start.month})
        if frequency in {"YEARLY", "MONTHLY"}:
            monthdays = frozenset({start.day})
        if frequency == "WEEKLY":
            weekdays = {start.weekday()}
    if monthdays is not None and 0 in monthdays:
        return None
    on_weekdays = frozenset(weekdays) if weekdays or ordinals else None
    return Days(months or _EVERY_MONTH, monthdays, on_weekdays, frozenset(ordinals), either=False)


def _weekdays(text: str) -> tuple[set[int], set[tuple[int, int]]]:
    plain: set[int] = set()
    ordinals: set[tuple[int, int]] = set()
    for word in text.split(",") if text else ():
        match = _DAY_WORD.match(word)
        if match is None or match[1] in {"0", "+0", "-0"}:
            raise ValueError(word)
        if match[1]:
            ordinals.add((_WEEKDAYS[match[2]], int(match[1])))
        else:
            plain.add(_WEEKDAYS[match[2]])
    return plain, ordinals


def _times(frequency: str, words: Mapping[str, str], start: datetime) -> list[timedelta]:
    hours = _set("BYHOUR", words, range(24) if frequency in _STEPS else [start.hour], 23)
    minutes = _set("BYMINUTE", words, range(60) if frequency == "MINUTELY" else [start.minute], 59)
    seconds = _set("BYSECOND", words, [start.second], 59)
    return [
        timedelta(hours=hour, minutes=minute, seconds=second)
        for hour in hours
        for minute in minutes
        for second in seconds
    ]


def _set(name: str, words: Mapping[str, str], otherwise: range | list[int], high: int) -> list[int]:
    return sorted(set(_numbers(words[name], 0, high))) if name in words else list(otherwise)


def _numbers(text: str, low: int, high: int) -> list[int]:
    numbers = [int(word) for word in text.split(",")]
    if any(not low <= number <= high for number in numbers):
        raise ValueError(text)
    return numbers
