"""Schedules in the words of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.cli.durations import duration_text

if TYPE_CHECKING:
    from prefect.schemas.schedules import SCHEDULE_TYPES


def schedule_text(schedule: SCHEDULE_TYPES) -> str:
    """Return when a schedule is due, in one line."""
    from prefect.schemas.schedules import (  # loads pydantic: not for the help pages
        CronSchedule,
        IntervalSchedule,
        RRuleSchedule,
    )

    if isinstance(schedule, CronSchedule):
        return f"cron {schedule.cron}{_zone(schedule.timezone)}"
    if isinstance(schedule, IntervalSchedule):
        return f"every {duration_text(schedule.interval)}{_zone(schedule.timezone)}"
    if isinstance(schedule, RRuleSchedule):
        rule = " ".join(line for line in schedule.rrule.split("\n") if not line.upper().startswith("DTSTART"))
        return f"rule {rule}{_zone(schedule.timezone)}"
    return "never"


def _zone(timezone: str | None) -> str:
    return f" ({timezone})" if timezone and timezone != "UTC" else ""
