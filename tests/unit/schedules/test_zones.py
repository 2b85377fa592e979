"""Schedules in all zones from 2000 to 2040: at each change of the clocks the dates are those that the clocks show.

`ALL_ZONES=1` tests every zone at every change, for an hour or so. Otherwise some zones with peculiar clocks are tested,
and some more by chance: `ZONE_SEED` chooses the same ones again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest

from prefect.schedules.cron import cron_dates
from prefect.schedules.interval import interval_dates
from prefect.schedules.rrule import rrule_dates
from tests.unit.schedules.oracle import changes_of, dates

THOROUGH = bool(os.environ.get("ALL_ZONES"))
FIRST, LAST = 2000, 2040
PECULIAR = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour
    "Asia/Beirut",  # at midnight
    "America/Asuncion",
    "Africa/Casablanca",  # back and forth within a few weeks
    "Africa/Cairo",
    "Pacific/Apia",  # jumped over a day
    "Asia/Kathmandu",
    "Antarctica/Troll",  # two hours
    "America/St_Johns",
    "UTC",
]


@pytest.fixture
def some_zones() -> list[str]:
    """Choose zones by chance."""
    seed = int(os.environ.get("ZONE_SEED") or random.SystemRandom().randrange(10**6))
    print(f"ZONE_SEED={seed} chooses these zones again.")
    return random.Random(seed).sample(sorted(available_timezones()), 6)


def around_a_change(zone: str, change: datetime) -> None:
    """Check random expressions against the oracle in the days around a change of the clocks."""
    chance = random.Random(f"{zone} {change}")
    start, end = change - timedelta(days=1), change + timedelta(days=2)
    for _ in range(3):
        minutes = sorted(chance.sample(range(60), chance.randint(1, 4)))
        every = chance.random() < 0.3
        hours = list(range(24)) if every else sorted(chance.sample(range(24), chance.randint(1, 6)))
        expression = f"{','.join(map(str, minutes))} {'*' if every else ','.join(map(str, hours))} * * *"
        mine = list(takewhile(lambda found: found <= end, cron_dates(expression, zone, start)))

        def wanted(local: datetime, minutes: list[int] = minutes, hours: list[int] = hours) -> bool:
            return local.minute in minutes and local.hour in hours

        theirs = dates(zone, start, end, wanted, repeated=len(hours) == 24)
        assert mine == theirs, f"{expression} in {zone} around {change}"


def at_changes(zone: str, most: int | None) -> None:
    """Check so many changes of the clocks of a zone, or all."""
    changes = changes_of(zone, FIRST, LAST)
    chosen = changes if most is None else random.Random(zone).sample(changes, min(most, len(changes)))
    for change in chosen:
        around_a_change(zone, change)


def daily_runs(zone: str, time: str) -> None:
    """Check that there is one run in each local day, by whichever kind of schedule."""
    place = ZoneInfo(zone)
    start, end = datetime(FIRST, 1, 3, tzinfo=UTC), datetime(LAST + 1, 1, 1, tzinfo=UTC)
    hour, minute = map(int, time.split(":"))
    anchor = datetime(FIRST - 1, 2, 3, hour, minute, tzinfo=place)
    kinds: dict[str, Iterator[datetime]] = {
        "cron": cron_dates(f"{minute} {hour} * * *", zone, start),
        "rule": rrule_dates(f"DTSTART:{anchor:%Y%m%dT%H%M%S}\nFREQ=DAILY", zone, start),
        "interval": interval_dates(timedelta(days=1), anchor, zone, start),
    }
    steps = int((end - start) / timedelta(hours=6))
    lived = {(start + number * timedelta(hours=6)).astimezone(place).date() for number in range(1, steps)}
    first, *between, last = sorted(lived)
    for kind, found in kinds.items():
        instants = list(takewhile(lambda instant: instant < end, found))
        assert instants == sorted(set(instants)), f"{kind} in {zone}"
        days = [instant.astimezone(place).date() for instant in instants]
        # The first and the last day belong to the span only in part.
        assert [day for day in days if first < day < last] == between, f"{kind} at {time} in {zone}"


@pytest.mark.timeout(1200 if THOROUGH else 120)
@pytest.mark.parametrize("zone", sorted(available_timezones()) if THOROUGH else PECULIAR)
def test_dates_around_changes_of_clocks_are_those_that_clocks_show(zone: str) -> None:
    """An oracle that watches the clocks minute by minute finds the same dates."""
    at_changes(zone, None if THOROUGH else 3)


def test_so_they_are_in_zones_chosen_by_chance(some_zones: list[str]) -> None:
    """No zone is left untested for ever because nobody thought of it."""
    for zone in some_zones:
        at_changes(zone, 2)


@pytest.mark.parametrize("zone", sorted(available_timezones()) if THOROUGH else PECULIAR[:4])
def test_a_daily_run_comes_once_a_day(zone: str) -> None:
    """From 2000 to 2040 each local day has one run, none is lost or doubled; a day that was jumped over has none."""
    daily_runs(zone, "02:30")


def test_so_it_does_in_zones_chosen_by_chance(some_zones: list[str]) -> None:
    """At midnight too, where some clocks change."""
    for zone in some_zones[:2]:
        daily_runs(zone, "00:00")


def test_clocks_may_change_again_within_a_week() -> None:
    """In 2000 they were put forward in Noronha for seven days."""
    for change in changes_of("America/Noronha", 2000, 2000):
        around_a_change("America/Noronha", change)
