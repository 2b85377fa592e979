"""Intervals: counted in elapsed time, or in days of a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from prefect.schedules.interval import interval_dates

NEW_YORK = "America/New_York"


def found(interval: timedelta, anchor: datetime, start: datetime, n: int, zone: str = NEW_YORK) -> list[str]:
    """Return the first dates, as clocks of the zone show them."""
    some = islice(interval_dates(interval, anchor, zone, start), n)
    return [f"{date.astimezone(ZoneInfo(zone)):%m-%d %H:%M%z}" for date in some]


def test_days_are_those_of_the_calendar() -> None:
    """A daily run at nine stays at nine when clocks change."""
    anchor = datetime(2025, 1, 1, 14, tzinfo=UTC)
    assert found(timedelta(days=1), anchor, datetime(2025, 3, 8, tzinfo=UTC), 3) == [
        "03-08 09:00-0500",
        "03-09 09:00-0400",
        "03-10 09:00-0400",
    ]


def test_a_day_on_which_the_time_is_left_out_does_not_move_the_others() -> None:
    """A run at half past two comes an hour later on one day only."""
    anchor = datetime(2025, 1, 1, 7, 30, tzinfo=UTC)
    assert found(timedelta(days=1), anchor, datetime(2025, 3, 8, tzinfo=UTC), 3) == [
        "03-08 02:30-0500",
        "03-09 03:30-0400",
        "03-10 02:30-0400",
    ]


def test_hours_are_those_that_pass() -> None:
    """An hourly run comes in the hour that is repeated, too."""
    anchor = datetime(2025, 1, 1, tzinfo=UTC)
    assert found(timedelta(hours=1), anchor, datetime(2025, 11, 2, 4, 30, tzinfo=UTC), 3) == [
        "11-02 01:00-0400",
        "11-02 01:00-0500",
        "11-02 02:00-0500",
    ]


@pytest.mark.parametrize(
    "interval", [timedelta(minutes=40), timedelta(days=1, hours=1), timedelta(seconds=1.5)]
)
def test_intervals_that_are_no_days_are_elapsed_time(interval: timedelta) -> None:
    """From one date to the next it is always as long."""
    anchor = datetime(2025, 1, 1, tzinfo=UTC)
    dates = list(islice(interval_dates(interval, anchor, NEW_YORK, datetime(2025, 3, 9, 5, tzinfo=UTC)), 50))
    assert {later - earlier for earlier, later in pairwise(dates)} == {interval}
    assert (dates[0] - anchor) % interval == timedelta(0)


def test_an_anchor_may_lie_ahead() -> None:
    """Dates before the anchor are in the same rhythm."""
    anchor = datetime(2030, 1, 1, 14, tzinfo=UTC)
    assert found(timedelta(days=7), anchor, datetime(2025, 3, 7, tzinfo=UTC), 2) == [
        "03-11 09:00-0400",
        "03-18 09:00-0400",
    ]


def test_a_start_on_a_date_is_meant_too() -> None:
    """A date at the very start is the first one."""
    anchor = datetime(2025, 1, 1, tzinfo=UTC)
    for interval in (timedelta(hours=1), timedelta(days=1)):
        assert next(interval_dates(interval, anchor, "UTC", anchor)) == anchor
        assert (
            next(interval_dates(interval, anchor, "UTC", anchor + timedelta(seconds=1))) == anchor + interval
        )


def test_dates_end_with_the_calendar() -> None:
    """An interval that leads past the year 9999 has no more dates."""
    anchor = datetime(2025, 1, 1, tzinfo=UTC)
    assert len(list(interval_dates(timedelta(days=2_000_000), anchor, "UTC", anchor))) == 2
    assert len(list(interval_dates(timedelta(days=2_000_000, hours=1), anchor, "UTC", anchor))) == 2
