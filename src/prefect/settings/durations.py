"""Durations as settings write them: seconds, `HH:MM:SS`, or the ISO 8601 form `P1DT2H`."""

from __future__ import annotations

import re
from datetime import timedelta

# Patterns are compiled when a duration is first read, not at start.
_ISO = (
    r"(?P<sign>[-+])?P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_CLOCK = (
    r"(?P<sign>[-+])?(?:(?P<days>\d+)\s*(?:d|days?)?,?\s+)?"
    r"(?P<hours>\d+):(?P<minutes>\d+)(?::(?P<seconds>\d+(?:\.\d+)?))?"
)


def duration(text: str) -> timedelta:
    """Return the duration that a text tells.

    Raises:
        ValueError: It tells none.

    Example:
        >>> duration("90"), duration("00:01:30"), duration("PT1M30S")
        (datetime.timedelta(seconds=90), datetime.timedelta(seconds=90), datetime.timedelta(seconds=90))
    """
    text = text.strip()
    try:
        return timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        pass
    found = re.fullmatch(_ISO, text, re.IGNORECASE) or re.fullmatch(_CLOCK, text)
    parts = found.groupdict() if found else {}
    sign = -1 if parts.pop("sign", None) == "-" else 1
    amounts = {unit: float(amount) for unit, amount in parts.items() if amount is not None}
    if not amounts:
        raise ValueError("give seconds, HH:MM:SS or a duration such as PT15M.")
    return sign * timedelta(**amounts)


def duration_text(value: timedelta) -> str:
    """Return a duration in its ISO 8601 form.

    Example:
        >>> duration_text(timedelta(days=7)), duration_text(timedelta(seconds=90))
        ('P7D', 'PT1M30S')
    """
    if value < timedelta(0):
        return f"-{duration_text(-value)}"
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M")) if amount)
    if seconds or value.microseconds:
        clock += f"{seconds}.{value.microseconds:06}".rstrip("0").rstrip(".") + "S"
    days = f"{value.days}D" if value.days else ""
    return f"P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"
