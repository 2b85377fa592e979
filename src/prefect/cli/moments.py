"""Times and durations as people write them: `90s`, `1h 30m`, `2026-07-01 09:00`, `tomorrow at 9:00`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from prefect._clock import now
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.schedules.local_time import is_zone

_UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hr": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
    "w": 604800,
    "week": 604800,
}
_PART = re.compile(r"\s*(?:and\s+|,\s*)?(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_DAYS = {"today": 0, "tomorrow": 1}


def duration_in(text: str) -> timedelta:
    """Return the duration that a text tells: numbers with units, or seconds.

    Raises:
        CommandFailed: It tells none.

    Example:
        >>> duration_in("1 hour 30 minutes").total_seconds()
        5400.0
    """
    words = text.strip().lower().removeprefix("in ").strip()
    try:
        return timedelta(seconds=float(words))
    except (ValueError, OverflowError):
        pass
    place, seconds = 0, 0.0
    while part := _PART.match(words, place):
        unit = part[2].lower()
        length = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
        if length is None:
            break
        seconds += float(part[1]) * length
        place = part.end()
    if not place or words[place:].strip():
        raise CommandFailed(
            f"{text!r} is no duration. Write it as `90s`, `10 minutes` or `1h 30m`.", exit_code=WRONG_USAGE
        )
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise CommandFailed(f"{text!r} is too long.", exit_code=WRONG_USAGE) from None


def moment_in(text: str, timezone: str | None = None) -> datetime:
    """Return the moment that a text tells, in UTC.

    Args:
        text: The time; the day may be left out, or be `today` or `tomorrow`.
        timezone: The time zone of a time that names none; by default that of this machine.

    Raises:
        CommandFailed: It tells none.

    Example:
        >>> moment_in("2026-07-01T09:00+00:00").isoformat()
        '2026-07-01T09:00:00+00:00'
    """
    words = text.strip().removeprefix("at ")
    if words.lower() == "now":
        return now()
    from dateutil import parser  # only where a person writes a time

    first, _, rest = words.partition(" ")
    days = _DAYS.get(first.lower())
    if days is not None:
        words = rest.strip().removeprefix("at ") or "00:00"
    zone = ZoneInfo(timezone) if timezone is not None and is_zone(timezone) else None
    today = now().astimezone(zone)
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    try:
        moment = parser.parse(words, default=midnight + timedelta(days=days or 0))
        return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandFailed(
            f"{text!r} is no time. Write it as `2026-07-01 09:00`, `17:30` or `tomorrow 9am`.",
            exit_code=WRONG_USAGE,
        ) from None
