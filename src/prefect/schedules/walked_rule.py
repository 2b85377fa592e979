"""Rare recurrence rules, walked by `dateutil`: from near to where their dates are wanted, and in long steps.

By itself it would walk through all dates since a rule began, and through a rule that never comes true to the year 9999,
if need be second by second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, cast

from prefect.schedules.rrule_text import RuleText, date_text, words_text

if TYPE_CHECKING:
    from dateutil.rrule import rrule

MOST_COUNTED = 100_000
"""How many dates a rare rule may have that says how many it has: they are counted from its beginning."""

_DAYS = {"DAILY": 1, "WEEKLY": 7}
_SECONDS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_MONTHS = {"YEARLY": 12, "MONTHLY": 1}
_DAY = timedelta(days=1)

_PARTS: dict[str, tuple[str, ...]] = {
    "DAILY": ("BYHOUR", "BYMINUTE", "BYSECOND"),
    "HOURLY": ("BYMINUTE", "BYSECOND"),
    "MINUTELY": ("BYSECOND",),
    "SECONDLY": (),
}
"""Of what the dates of one day, hour, minute or second are made."""

_DAY_WORDS = ("BYMONTH", "BYMONTHDAY", "BYDAY", "BYWEEKNO", "BYYEARDAY", "BYEASTER", "WKST")
_EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
_RARE = frozenset({"BYSETPOS", "BYWEEKNO", "BYYEARDAY", "BYEASTER"})

_FRUITLESS_DAYS = 4000
"""After how many days that are meant, and on which no step falls, the search is given up."""


def check_walk(words: Mapping[str, str]) -> None:
    """Refuse a rule that could not be walked in reasonable time.

    Raises:
        ValueError: It has too many dates that must be counted.
    """
    if not _RARE.isdisjoint(words) and int(words.get("COUNT", "0")) > MOST_COUNTED:
        raise ValueError(f"COUNT may be at most {MOST_COUNTED} together with {', '.join(sorted(_RARE))}")


def walked_dates(text: RuleText, after: datetime) -> Iterator[datetime]:
    """Yield the local dates of rules from a time on, as `dateutil` walks them."""
    # dateutil is loaded for the rare rules only
    from dateutil.rrule import rruleset

    together = rruleset()
    for words in text.rules:
        together.rrule(_moved(words, text.start, after))
    for words in text.exceptions:
        together.exrule(_moved(words, text.start, after))
    for date in text.dates:
        together.rdate(date)
    for date in text.excluded:
        together.exdate(date)
    return (date for date in together if date >= after)


def _moved(words: Mapping[str, str], start: datetime, after: datetime) -> rrule:
    """Return the dates of a rule, as if it began shortly before `after`, in the same rhythm."""
    words = dict(words)
    count = words.pop("COUNT", None)
    begin = start if count is not None else _start_near(words, start, after)
    dates = _ByDay(words, start, begin) if words["FREQ"] in _PARTS else _rule(words, begin)
    # A set of rules takes whatever has dates.
    return cast("rrule", dates if count is None else _First(dates, int(count)))


class _First:
    """The first dates of a rule: where they end is told by us, since a rule cannot have both an end and a count."""

    def __init__(self, rule: Iterable[datetime], count: int) -> None:
        self._rule = rule
        self._count = count

    def __iter__(self) -> Iterator[datetime]:
        return islice(self._rule, self._count)


class _ByDay:
    """The dates of a rule by days, hours, minutes or seconds, looked for on those days only that it means.

    Args:
        words: The words of the rule.
        start: From when it counts.
        begin: From when on its dates are wanted.
    """

    def __init__(self, words: Mapping[str, str], start: datetime, begin: datetime) -> None:
        self._words = words
        self._start = start
        self._begin = begin

    def __iter__(self) -> Iterator[datetime]:
        # dateutil looks at where a rule ends when it has found a date, so each step must have one.
        if not self._has_dates():
            return
        fruitless = 0
        for day in self._days():
            begin = max(day, self._begin)
            found = [date for date in self._on(day) if date >= begin]
            fruitless = 0 if found else fruitless + 1
            if fruitless > _FRUITLESS_DAYS:
                return
            yield from found

    def _has_dates(self) -> bool:
        """Whether the positions that are told are there: those of the dates of one step."""
        size = 1
        for name in _PARTS[self._words["FREQ"]]:
            size *= len(set(self._words.get(name, "0").split(",")))
        positions = self._words.get("BYSETPOS", "1").split(",")
        return any(abs(int(position)) <= size for position in positions)

    def _days(self) -> Iterator[datetime]:
        """Yield the midnights of the days that are meant."""
        meant = {name: self._words[name] for name in (*_DAY_WORDS, "UNTIL") if name in self._words}
        # By year, since that is walked as quickly as a day. The numbers in "the first Monday" count for nothing by day.
        meant["BYDAY"] = ",".join(day[-2:] for day in meant.get("BYDAY", _EVERY_DAY).split(","))
        midnight = self._begin.replace(hour=0, minute=0, second=0)
        return iter(_rule({"FREQ": "YEARLY", **meant}, midnight))

    def _on(self, day: datetime) -> Iterable[datetime]:
        """Return the dates on a day, and perhaps the last one before it."""
        left = {name: word for name, word in self._words.items() if name not in _DAY_WORDS}
        end = date_text(day + _DAY - timedelta(seconds=1))
        left["UNTIL"] = min(left.get("UNTIL", end), end)
        return _rule(left, _start_near(self._words, self._start, day))


def _rule(words: Mapping[str, str], start: datetime) -> rrule:
    from dateutil.rrule import rrulestr

    return cast("rrule", rrulestr(words_text(words), dtstart=start))


def _start_near(words: Mapping[str, str], start: datetime, after: datetime) -> datetime:
    """Return when a rule would have begun that has the same dates from `after` on."""
    frequency, interval = words["FREQ"], int(words.get("INTERVAL", "1"))
    if frequency in _MONTHS:
        step = _MONTHS[frequency] * interval
        months = (after.year - start.year) * 12 + after.month - start.month
        for number in range(months // step - 1, 0, -1):
            year, month = divmod(start.year * 12 + start.month - 1 + number * step, 12)
            try:
                return start.replace(year=year, month=month + 1)
            except ValueError:
                continue  # that month has no such day
        return start
    length = (
        timedelta(days=_DAYS[frequency] * interval)
        if frequency in _DAYS
        else timedelta(seconds=_SECONDS[frequency] * interval)
    )
    return start + max((after - start) // length - 1, 0) * length
