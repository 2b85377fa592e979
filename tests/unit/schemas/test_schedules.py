"""Schedules as they travel: their checks, their forms and their dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, rrule
from pydantic import ValidationError

from prefect.schedules import Cron, Interval, RRule, Schedule
from prefect.schemas.deployments import DeploymentScheduleCreate
from prefect.schemas.schedules import (
    MAX_ITERATIONS,
    CronSchedule,
    IntervalSchedule,
    NoSchedule,
    RRuleSchedule,
    construct_schedule,
    is_schedule_type,
    is_valid_timezone,
)
from prefect.testing.clock import hold_clock

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def test_dates_are_given_from_now_on() -> None:
    """Without more words it is the next date; with an end it is all of them until then."""
    daily = CronSchedule(cron="0 0 * * *")
    with hold_clock(NEW_YEAR + timedelta(hours=1)):
        assert daily.get_dates() == [NEW_YEAR + timedelta(days=1)]
    assert len(daily.get_dates(5, NEW_YEAR)) == 5
    assert daily.get_dates(start=NEW_YEAR, end=NEW_YEAR + timedelta(days=1)) == [
        NEW_YEAR,
        NEW_YEAR + timedelta(days=1),
    ]
    assert daily.get_dates(5, datetime(2026, 1, 1), NEW_YEAR) == [NEW_YEAR]  # noqa: DTZ001 - local time
    minutely = CronSchedule(cron="* * * * *")
    assert len(minutely.get_dates(10**6, NEW_YEAR)) == MAX_ITERATIONS
    assert len(minutely.get_dates(start=NEW_YEAR, end=NEW_YEAR + timedelta(days=9))) == MAX_ITERATIONS
    assert NoSchedule().get_dates(5, NEW_YEAR) == []


@pytest.mark.parametrize("start", [datetime.min, datetime.max, datetime.max.replace(tzinfo=UTC)])  # noqa: DTZ901 - local time
def test_times_at_the_ends_of_the_calendar_are_no_mistake(start: datetime) -> None:
    """Dates are computed for some centuries; beyond them there are none, and no error."""
    for schedule in (
        CronSchedule(cron="0 0 * * *", timezone="Pacific/Apia"),
        IntervalSchedule(interval=timedelta(days=1), timezone="America/New_York"),
        IntervalSchedule(interval=timedelta(hours=1)),
        RRuleSchedule(rrule="FREQ=DAILY"),
        RRuleSchedule(rrule="FREQ=DAILY\nEXDATE:20260101T000000"),
    ):
        assert len(schedule.get_dates(2, start)) <= 2


def test_an_interval_has_a_zone_and_an_anchor() -> None:
    """The zone is that of the anchor if it has a name, and an anchor without a zone is in UTC."""
    with hold_clock(NEW_YEAR):
        assert IntervalSchedule(interval=60).anchor_date == NEW_YEAR
    berlin = datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert IntervalSchedule(interval=60, anchor_date=berlin).timezone == "Europe/Berlin"
    from_text = IntervalSchedule(interval=60, anchor_date="2026-01-01T00:00:00-05:00")
    assert (from_text.timezone, from_text.anchor_date.utcoffset()) == ("UTC", timedelta(hours=-5))
    naive = IntervalSchedule(interval=60, anchor_date="2026-01-01T00:00:00")
    assert naive.model_dump(mode="json") == {
        "interval": 60.0,
        "anchor_date": "2026-01-01T00:00:00Z",
        "timezone": "UTC",
    }


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        (IntervalSchedule, {"interval": 0}, "positive"),
        (IntervalSchedule, {"interval": -1}, "positive"),
        (IntervalSchedule, {"interval": 60, "timezone": "Mars/X"}, 'Invalid timezone: "Mars/X"'),
        (CronSchedule, {"cron": "x"}, 'Invalid cron string: "x"'),
        (CronSchedule, {"cron": "0 0 * * *", "timezone": "utc"}, 'Invalid timezone: "utc"'),
        (CronSchedule, {"cron": "0 0 * * *", "more": 1}, "more"),
        (RRuleSchedule, {"rrule": "x"}, 'Invalid RRule string "x"'),
        (RRuleSchedule, {"rrule": "FREQ=DAILY", "timezone": "x"}, 'Invalid timezone: "x"'),
    ],
)
def test_what_is_no_schedule_is_refused(kind: Any, fields: dict[str, Any], why: str) -> None:
    """The reason is told."""
    with pytest.raises(ValidationError, match=why):
        kind(**fields)


def test_a_schedule_is_constructed_from_one_of_its_words() -> None:
    """One word describes a schedule; two of them, or none, do not."""
    assert construct_schedule(cron="0 0 * * *", timezone="UTC") == CronSchedule(
        cron="0 0 * * *", timezone="UTC"
    )
    assert construct_schedule(interval=60, anchor_date=NEW_YEAR) == IntervalSchedule(
        interval=60, anchor_date=NEW_YEAR
    )
    assert construct_schedule(rrule="FREQ=DAILY") == RRuleSchedule(rrule="FREQ=DAILY", timezone=None)
    for wrong in (
        {},
        {"interval": 60, "cron": "x"},
        {"cron": "0 0 * * *", "anchor_date": "2026-01-01"},
        {"timezone": "UTC"},
    ):
        with pytest.raises(ValueError, match=r"can|must"):
            construct_schedule(**wrong)


def test_schedules_in_code_become_schedules_that_travel() -> None:
    """Each kind becomes its own, with what belongs to it."""
    made = DeploymentScheduleCreate.from_schedule(
        Cron("0 9 * * *", timezone="UTC", slug="s", parameters={"a": 1})
    )
    assert (made.schedule, made.slug, made.parameters) == (
        CronSchedule(cron="0 9 * * *", timezone="UTC"),
        "s",
        {"a": 1},
    )
    interval = DeploymentScheduleCreate.from_schedule(Interval(60, anchor_date=NEW_YEAR))
    assert interval.schedule == IntervalSchedule(interval=60, anchor_date=NEW_YEAR)
    rule = DeploymentScheduleCreate.from_schedule(RRule("FREQ=DAILY", timezone="Asia/Tokyo", active=False))
    assert (rule.schedule.timezone, rule.active) == ("Asia/Tokyo", False)
    assert isinstance(DeploymentScheduleCreate.from_schedule(Schedule()).schedule, NoSchedule)


def test_kinds_of_schedules_are_told_apart() -> None:
    """Zones and schedules are recognised."""
    assert is_schedule_type(NoSchedule())
    assert not is_schedule_type(Cron("0 0 * * *"))
    assert is_valid_timezone("Europe/Berlin")
    assert not is_valid_timezone("Berlin")
    rule = RRuleSchedule.from_rrule(rrule(DAILY, dtstart=datetime(2025, 1, 1)))  # noqa: DTZ001 - local time
    assert (rule.rrule, rule.timezone) == ("DTSTART:20250101T000000\nRRULE:FREQ=DAILY", "UTC")
    assert RRuleSchedule(rrule="FREQ=DAILY", timezone="Asia/Tokyo").to_rrule()[0].tzinfo == ZoneInfo(
        "Asia/Tokyo"
    )
