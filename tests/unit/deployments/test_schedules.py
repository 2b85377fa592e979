"""The schedules of a deployment, as they are written in code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from prefect.deployments.schedules import (
    create_deployment_schedule_create,
    normalize_to_deployment_schedule,
    schedules_in_words,
)
from prefect.schedules import Cron, Interval, RRule
from prefect.schemas.deployments import DeploymentScheduleCreate
from prefect.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule


def told(schedule: Any) -> Any:
    """Return what tells when, of a schedule of any kind."""
    dates = schedule.schedule
    return getattr(dates, "interval", None) or getattr(dates, "cron", None) or dates.rrule


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"interval": 60}, [timedelta(seconds=60)]),
        ({"interval": [60, timedelta(hours=1)]}, [timedelta(seconds=60), timedelta(hours=1)]),
        ({"cron": "0 9 * * *"}, ["0 9 * * *"]),
        ({"cron": ["0 9 * * *", "0 17 * * *"]}, ["0 9 * * *", "0 17 * * *"]),
        ({"rrule": "FREQ=DAILY"}, ["DTSTART:20200101T000000\nFREQ=DAILY"]),
        ({"schedule": Cron("1 * * * *")}, ["1 * * * *"]),
        (
            {"schedules": [Interval(5), RRule("DTSTART:20200101T000000\nFREQ=DAILY")]},
            [timedelta(seconds=5), ...],
        ),
        ({}, []),
    ],
)
def test_schedules_are_told_in_words(words: dict[str, Any], expected: list[Any]) -> None:
    """An interval, a cron expression, a rule, or several of them, become schedules of the deployment."""
    found = [told(schedule) for schedule in schedules_in_words(**words)]
    assert len(found) == len(expected)
    assert all(wanted in (one, ...) for one, wanted in zip(found, expected, strict=True))


def test_two_words_for_schedules_contradict_each_other() -> None:
    """Only one of the words may be given, so that nobody wonders which one counts."""
    with pytest.raises(ValueError, match="Only one of interval, cron, rrule, schedule, or schedules"):
        schedules_in_words(cron="0 9 * * *", schedules=[Cron("1 * * * *")])


def test_a_dictionary_of_words_is_a_schedule() -> None:
    """The words of a schedule and those about it may stand together, or the schedule in a field of its own."""
    flat, inner, made, plain = normalize_to_deployment_schedule(
        [
            {"cron": "0 9 * * *", "timezone": "Europe/Berlin", "slug": "daily", "parameters": {"n": 1}},
            {"schedule": {"interval": 30}, "active": False, "max_scheduled_runs": 3},
            {"schedule": Cron("1 * * * *", slug="own", parameters={"a": 1}), "active": False},
            CronSchedule(cron="2 * * * *"),
        ]
    )
    assert isinstance(flat, DeploymentScheduleCreate)
    assert flat.schedule == CronSchedule(cron="0 9 * * *", timezone="Europe/Berlin")
    assert (flat.slug, flat.parameters, flat.active) == ("daily", {"n": 1}, True)
    assert isinstance(inner.schedule, IntervalSchedule)
    assert (inner.active, inner.max_scheduled_runs) == (False, 3)
    assert (made.slug, made.parameters, made.active) == ("own", {"a": 1}, False)
    assert plain.schedule == CronSchedule(cron="2 * * * *")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("0 9 * * *", "Must be a schedule object"),
        ({"foo": 1}, "one of interval, cron and rrule"),
        ({"cron": "0 9 * * *", "interval": 5}, "one of interval, cron and rrule"),
        ({"cron": "0 9 * * *", "slog": "x"}, "slog"),
        ({"cron": "every day"}, "cron"),
    ],
)
def test_what_is_no_schedule_is_refused(given: Any, problem: str) -> None:
    """What is misspelt is told where it is written, not when the first run is missed."""
    with pytest.raises(ValueError, match=problem):
        normalize_to_deployment_schedule([given])


def test_a_schedule_is_made_for_a_deployment() -> None:
    """A schedule that is off stays off."""
    assert create_deployment_schedule_create(RRuleSchedule(rrule="FREQ=DAILY"), active=False).active is False
    assert create_deployment_schedule_create(Cron("0 9 * * *", active=False)).active is False
