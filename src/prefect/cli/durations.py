"""Times and durations in the words of people."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def duration_text(duration: timedelta) -> str:
    """Return a duration with about three digits.

    Example:
        >>> duration_text(timedelta(seconds=83.4))
        '1m 23s'
    """
    seconds = max(duration.total_seconds(), 0.0)
    if seconds < 0.9995:
        return f"{seconds * 1000:.1f}ms" if seconds < 0.00995 else f"{seconds * 1000:.0f}ms"
    if seconds < 59.995:
        return f"{seconds:.2f}s" if seconds < 9.995 else f"{seconds:.1f}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02}s"
    minutes = whole // 60
    if minutes < 24 * 60:
        return f"{minutes // 60}h {minutes % 60:02}m"
    hours = minutes // 60
    return f"{hours // 24}d {hours % 24:02}h"


def relative_time(moment: datetime, now: datetime, *, short: bool = False) -> str:
    """Return how long ago a moment was, or how far ahead it is; with `short`, units are one letter.

    Example:
        >>> relative_time(now - timedelta(minutes=3), now)
        '3 minutes ago'
    """
    seconds = int(abs((now - moment).total_seconds()))
    if seconds == 0:
        return "now"
    unit, length = next((unit, length) for unit, length in _UNITS if seconds >= length)
    number = seconds // length
    amount = f"{number}{unit[0]}" if short else f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{amount} ago" if moment < now else f"in {amount}"


def local_time(moment: datetime, *, milliseconds: bool = False) -> str:
    """Return a moment as date and time in this machine's time zone."""
    local = moment.astimezone()
    return local.isoformat(sep=" ", timespec="milliseconds" if milliseconds else "seconds").partition("+")[0][
        :23
    ]


def local_time_with_zone(moment: datetime) -> str:
    """Return a moment as date, time and time zone of this machine."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S %Z}"
