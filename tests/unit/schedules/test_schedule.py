"""Schedules as they are written in code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prefect.schedules import Cron, Interval, RRule, Schedule


def test_a_schedule_is_written_in_one_of_three_ways() -> None:
    """Each way keeps what it was given."""
    cron = Cron(
        "0 9 * * *", timezone="Europe/Berlin", day_or=False, active=False, parameters={"a": 1}, slug="s"
    )
    assert (cron.cron, cron.timezone, cron.day_or, cron.active) == (
        "0 9 * * *",
        "Europe/Berlin",
        False,
        False,
    )
    assert (cron.parameters, cron.slug, cron.interval) == ({"a": 1}, "s", None)
    anchor = datetime(2026, 1, 1, tzinfo=UTC)
    assert Interval(90, anchor_date=anchor) == Schedule(interval=timedelta(seconds=90), anchor_date=anchor)
    assert Interval(timedelta(days=1)).interval == timedelta(days=1)
    assert RRule("FREQ=DAILY").rrule == "FREQ=DAILY"
    assert Schedule().cron is None


def test_what_cannot_be_read_is_refused() -> None:
    """A mistake is told where it is written."""
    for make in (lambda: Cron("bad"), lambda: RRule("bad"), lambda: Schedule(cron="bad")):
        with pytest.raises(ValueError, match='"bad"'):
            make()
    with pytest.raises(ValueError, match="Only one of"):
        Schedule(cron="0 0 * * *", interval=timedelta(1))
