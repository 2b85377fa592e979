"""When runs of deployments are due."""

from __future__ import annotations

from prefect.schemas.deployments import SCHEDULE_TYPES
from prefect.schemas.schedules import (
    DEFAULT_ANCHOR_DATE,
    MAX_ITERATIONS,
    MAX_RRULE_LENGTH,
    CronSchedule,
    IntervalSchedule,
    NoSchedule,
    RRuleSchedule,
    construct_schedule,
    is_schedule_type,
    is_valid_timezone,
)

__all__ = [
    "CronSchedule",
    "DEFAULT_ANCHOR_DATE",
    "IntervalSchedule",
    "MAX_ITERATIONS",
    "MAX_RRULE_LENGTH",
    "NoSchedule",
    "RRuleSchedule",
    "SCHEDULE_TYPES",
    "construct_schedule",
    "is_schedule_type",
    "is_valid_timezone",
]
