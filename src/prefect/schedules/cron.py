"""Dates by a cron expression.

The dialect is that of the API: five fields (minute, hour, day of the month, month, day of the week), names of months
and days, lists, ranges, steps, `L` for the last day, `1#2` for the second Monday, `L5` for the last Friday, and
`@daily` and its like. Ranges may go over the end of the week or the year. A sixth field for seconds is refused: runs
are not started that precisely, and half of the world has it first, the other half last.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from prefect.schedules.days import Days, by_month
from prefect.schedules.local_time import in_utc, local_day_before, moments

_ALIASES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS: dict[str, int] = dict(
    zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True)
)
_WEEKDAYS: dict[str, int] = dict(zip("sun mon tue wed thu fri sat".split(), range(7), strict=True))


@dataclass(frozen=True)
class Cron:
    """A cron expression that was read.

    Attributes:
        times: The times of day, since midnight.
        every_hour: There is a date in each hour.
        months: The months.
        monthdays: The days of the month; 0 is the last one.
        weekdays: The days of the week, Monday being 0.
        ordinals: Days of the week that are meant only when they come so many times in the month; -1 is the last.
        any_monthday: The days of the month are not limited.
        any_weekday: The days of the week are not limited.
    """

    times: tuple[timedelta, ...]
    every_hour: bool
    months: frozenset[int]
    monthdays: frozenset[int]
    weekdays: frozenset[int]
    ordinals: frozenset[tuple[int, int]]
    any_monthday: bool
    any_weekday: bool


def cron_dates(expression: str, zone: str, start: datetime, *, day_or: bool = True) -> Iterator[datetime]:
    """Yield the dates at or after a moment, in UTC.

    Args:
        expression: The cron expression.
        zone: The zone, by its IANA name, in whose local time it is read.
        start: From when on.
        day_or: Where both kinds of days are given, one of them is enough; else both must hold.

    Example:
        >>> next(cron_dates("0 9 * * *", "America/New_York", datetime(2026, 1, 1, tzinfo=UTC))).hour
        14
    """
    cron = parse_cron(expression)
    place = ZoneInfo(zone)
    start = in_utc(start)
    days = Days(
        cron.months,
        None if cron.any_monthday else cron.monthdays,
        None if cron.any_weekday else cron.weekdays,
        cron.ordinals,
        either=day_or,
    )
    times = cron.times
    local_days = ((midnight, times) for midnight in by_month(days, local_day_before(start, place)))
    dates = moments(local_days, place, repeated=cron.every_hour)
    for date in dates:
        if date >= start:
            yield date
            break
    yield from dates


@functools.lru_cache(maxsize=4096)
def parse_cron(expression: str) -> Cron:
    """Read a cron expression.

    Raises:
        ValueError: It is none, or one that is not supported.
    """
    words = _ALIASES.get(expression.strip().lower(), expression).lower().split()
    if any(word.startswith(("r", "h")) for word in words):
        raise ValueError(f'Random and Hashed expressions are unsupported, received: "{expression}"')
    if len(words) == 6:
        raise ValueError(
            f'Invalid cron string: "{expression}" has six fields. A field for seconds is not supported; give five: '
            "minute, hour, day of the month, month, day of the week."
        )
    if len(words) != 5:
        raise _refusal(expression)
    try:
        minutes, hours = _numbers(words[0], 0, 59), _numbers(words[1], 0, 23)
        monthdays = _numbers(_any(words[2]), 1, 31, last=True)
        months = _numbers(words[3], 1, 12, _MONTHS)
        weekdays, ordinals = _weekdays(_any(words[4]))
    except ValueError:
        raise _refusal(expression) from None
    return Cron(
        times=tuple(
            timedelta(hours=hour, minutes=minute) for hour in sorted(hours) for minute in sorted(minutes)
        ),
        every_hour=len(hours) == 24,
        months=months,
        monthdays=monthdays,
        weekdays=weekdays,
        ordinals=ordinals,
        any_monthday=_any(words[2]) == "*",
        any_weekday=_any(words[4]) == "*",
    )


def _refusal(expression: str) -> ValueError:
    return ValueError(f'Invalid cron string: "{expression}"')


def _any(word: str) -> str:
    return "*" if word == "?" else word


def _numbers(
    word: str, low: int, high: int, names: dict[str, int] | None = None, *, last: bool = False
) -> frozenset[int]:
    """Return the numbers that a field means; 0 stands for the last day of the month."""
    found: set[int] = set()
    for part in word.split(","):
        if last and part == "l":
            found.add(0)
            continue
        span, slash, step_text = part.partition("/")
        step = int(step_text) if slash else 1
        if step < 1:
            raise ValueError(part)
        if span == "*":
            found.update(range(low, high + 1, step))
            continue
        first_text, dash, last_text = span.partition("-")
        first = _number(first_text, low, high, names)
        end = _number(last_text, low, high, names) if dash else (high if slash else first)
        if first <= end:
            found.update(range(first, end + 1, step))
        else:
            found.update([*range(first, high + 1), *range(low, end + 1)][::step])
    return frozenset(found)


def _number(text: str, low: int, high: int, names: dict[str, int] | None) -> int:
    if names and text in names:
        return names[text]
    if not (text.isascii() and text.isdecimal()) or not low <= int(text) <= high:
        raise ValueError(text)
    return int(text)


def _weekdays(word: str) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Return the days of the week that a field means, Monday being 0, and those that come so many times in a month."""
    plain: list[str] = []
    ordinals: set[tuple[int, int]] = set()
    for part in word.split(","):
        day, hash_mark, which = part.partition("#")
        if hash_mark:
            ordinals.add((_from_monday(_number(day, 0, 7, _WEEKDAYS)), _number(which, 1, 5, None)))
        elif len(part) > 1 and part[0] == "l":
            ordinals.add((_from_monday(_number(part[1:], 0, 7, _WEEKDAYS)), -1))
        else:
            plain.append(_with_seven(part))
    numbers = _numbers(",".join(plain), 0, 7, _WEEKDAYS) if plain else frozenset[int]()
    return frozenset(map(_from_monday, numbers)), frozenset(ordinals)


def _with_seven(part: str) -> str:
    """`*` means each day once, and a range that goes over the end of the week ends there."""
    span, slash, step = part.partition("/")
    if span == "*":
        return f"0-6{slash}{step}"
    return part


def _from_monday(day: int) -> int:
    return (day - 1) % 7
