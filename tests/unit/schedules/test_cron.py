"""Cron: which dates an expression means, and when they are where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from prefect.schedules.cron import cron_dates, parse_cron

NEW_YORK = "America/New_York"


def found(expression: str, zone: str, start: datetime, n: int, *, day_or: bool = True) -> list[str]:
    """Return the first dates, as clocks of the zone show them."""
    place = ZoneInfo(zone)
    some = islice(cron_dates(expression, zone, start, day_or=day_or), n)
    return [f"{date.astimezone(place):%m-%d %H:%M%z}" for date in some]


def days(expression: str, n: int = 5, *, day_or: bool = True) -> list[str]:
    """Return the first dates from the first of January 2025 on, as month, day, hour and minute."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return [text.removesuffix("+0000") for text in found(expression, "UTC", start, n, day_or=day_or)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 9 * * *", ["01-01 09:00", "01-02 09:00"]),
        ("1,2,3-5/2 * * * *", ["01-01 00:01", "01-01 00:02", "01-01 00:03", "01-01 00:05", "01-01 01:01"]),
        ("*/70 * * * *", ["01-01 00:00", "01-01 01:00"]),
        ("10/20 3 * * *", ["01-01 03:10", "01-01 03:30", "01-01 03:50", "01-02 03:10"]),
        ("0 0 * JAN,FEB sun", ["01-05 00:00", "01-12 00:00", "01-19 00:00", "01-26 00:00", "02-02 00:00"]),
        ("0 0 * * 7", ["01-05 00:00", "01-12 00:00"]),
        ("0 0 * * 5-1", ["01-03 00:00", "01-04 00:00", "01-05 00:00", "01-06 00:00", "01-10 00:00"]),
        ("0 0 ? * MON", ["01-06 00:00", "01-13 00:00"]),
        ("0 0 L * *", ["01-31 00:00", "02-28 00:00"]),
        ("0 0 1,l * *", ["01-01 00:00", "01-31 00:00", "02-01 00:00"]),
        ("0 0 * * 1#2", ["01-13 00:00", "02-10 00:00"]),
        ("0 0 * * L5", ["01-31 00:00", "02-28 00:00", "03-28 00:00"]),
        ("0 0 */5 * 1", ["01-01 00:00", "01-06 00:00", "01-11 00:00", "01-13 00:00", "01-16 00:00"]),
        ("0 0 13 * 5", ["01-03 00:00", "01-10 00:00", "01-13 00:00", "01-17 00:00"]),
        (" 0  0 * * * ", ["01-01 00:00", "01-02 00:00"]),
        ("@hourly", ["01-01 00:00", "01-01 01:00"]),
        ("@Weekly", ["01-05 00:00", "01-12 00:00"]),
        ("@monthly", ["01-01 00:00", "02-01 00:00"]),
    ],
)
def test_an_expression_means_these_dates(expression: str, expected: list[str]) -> None:
    """Lists, ranges, steps, names, ends of months and aliases mean what they mean elsewhere."""
    assert days(expression, len(expected)) == expected


def test_both_kinds_of_days_can_be_required() -> None:
    """With `day_or` off, Friday the 13th is meant and not every Friday and every 13th."""
    assert days("0 0 13 * 5", 2, day_or=False) == ["06-13 00:00", "02-13 00:00"]


def test_leap_days_come_and_impossible_days_never() -> None:
    """The 29th of February is found years ahead; for the 30th the search ends."""
    start = datetime(2097, 1, 1, tzinfo=UTC)
    assert next(cron_dates("0 0 29 2 *", "UTC", start)).year == 2104
    assert list(cron_dates("0 0 30 2 *", "UTC", start)) == []


@pytest.mark.parametrize(
    "expression",
    "|bad|* * * *|60 * * * *|0 24 * * *|0 0 0 * *|0 0 32 * *|0 0 * 13 *|0 0 * 0 *|0 0 * * 8|0 0 * * 5L|0 0 LW * *|"
    "*/0 * * * *|a * * * *|1- * * * *|0 0 * * 1#6|@reboot|@every_minute|R R * * *|H H * * *|²  * * * *".split(
        "|"
    ),
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    """The error holds the expression."""
    with pytest.raises(ValueError, match=r"Invalid cron string|unsupported"):
        parse_cron(expression)


def test_a_field_for_seconds_is_refused_with_the_reason() -> None:
    """Six fields are not guessed at."""
    with pytest.raises(ValueError, match="field for seconds is not supported"):
        parse_cron("0 0 9 * * *")


def test_a_start_on_a_date_is_meant_too() -> None:
    """A date at the very start is the first one, one just before it is not."""
    nine = datetime(2025, 1, 1, 9, tzinfo=UTC)
    assert next(cron_dates("0 9 * * *", "UTC", nine)) == nine
    assert next(cron_dates("0 9 * * *", "UTC", nine + timedelta(microseconds=1))) == nine + timedelta(days=1)


def test_a_time_that_is_left_out_comes_an_hour_later() -> None:
    """A daily run at half past two is not lost on the day on which clocks go forward."""
    start = datetime(2025, 3, 8, 12, tzinfo=UTC)
    assert found("30 2 * * *", NEW_YORK, start, 2) == ["03-09 03:30-0400", "03-10 02:30-0400"]
    assert found("0,30 * * * *", NEW_YORK, datetime(2025, 3, 9, 6, 30, tzinfo=UTC), 3) == [
        "03-09 01:30-0500",
        "03-09 03:00-0400",
        "03-09 03:30-0400",
    ]


def test_a_time_that_comes_twice_is_meant_once_unless_every_hour_is() -> None:
    """A daily run is not doubled when clocks go back, and an hourly one does not pause."""
    start = datetime(2025, 11, 2, 5, tzinfo=UTC)
    assert found("30 1 * * *", NEW_YORK, start, 2) == ["11-02 01:30-0400", "11-03 01:30-0500"]
    assert found("0 * * * *", NEW_YORK, start, 3) == [
        "11-02 01:00-0400",
        "11-02 01:00-0500",
        "11-02 02:00-0500",
    ]
