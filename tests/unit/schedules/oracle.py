"""When local times are, found out by looking at every minute: slow, and written without the code that it checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def minutes_of(zone: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return each minute from start to end with the local time that clocks show then, without its offset."""
    place = ZoneInfo(zone)
    count = int((end - start) / MINUTE)
    moments = [start + number * MINUTE for number in range(count + 1)]
    return [(moment, moment.astimezone(place).replace(tzinfo=None, fold=0)) for moment in moments]


def dates(
    zone: str, start: datetime, end: datetime, wanted: Callable[[datetime], bool], *, repeated: bool
) -> list[datetime]:
    """Return when the wanted local times are.

    Clocks are watched minute by minute. A local time is meant when it is shown for the first time, or each time. Local
    times that are never shown, since clocks jumped over them, are meant as long after the jump as they are behind its
    beginning.
    """
    found: set[datetime] = set()
    shown: set[datetime] = set()
    before: datetime | None = None
    for moment, local in minutes_of(zone, start - timedelta(days=2), end):
        if before is not None and local > before + MINUTE:
            skipped = before + MINUTE
            while skipped < local:
                if wanted(skipped):
                    found.add(moment + (skipped - before - MINUTE))
                skipped += MINUTE
        if wanted(local) and (repeated or local not in shown):
            found.add(moment)
        shown.add(local)
        before = local
    return sorted(moment for moment in found if start <= moment <= end)


def changes_of(zone: str, first_year: int, last_year: int) -> list[datetime]:
    """Return the moments, to the minute, at which the offset of a zone changes."""
    place = ZoneInfo(zone)
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found: list[datetime] = []
    step = timedelta(hours=6)
    while moment < end:
        if moment.astimezone(place).utcoffset() != (moment + step).astimezone(place).utcoffset():
            low, high = 0, step // MINUTE
            while high - low > 1:
                middle = (low + high) // 2
                same = (moment + middle * MINUTE).astimezone(place).utcoffset() == moment.astimezone(
                    place
                ).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(moment + high * MINUTE)
        moment += step
    return found
