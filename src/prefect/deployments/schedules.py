"""The schedules of a deployment, in all the ways in which they are written in code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from prefect.schedules import Schedule
from prefect.schemas.deployments import DeploymentScheduleCreate, DeploymentScheduleUpdate
from prefect.schemas.schedules import (
    SCHEDULE_TYPES,
    CronSchedule,
    IntervalSchedule,
    RRuleSchedule,
    is_schedule_type,
)

__all__ = ["FlexibleScheduleList", "create_deployment_schedule_create", "normalize_to_deployment_schedule"]

AnySchedule: TypeAlias = DeploymentScheduleCreate | DeploymentScheduleUpdate
FlexibleScheduleList: TypeAlias = Sequence[
    DeploymentScheduleCreate | Schedule | SCHEDULE_TYPES | dict[str, Any]
]
"""Schedules as they may be written: objects of `prefect.schedules`, or dictionaries of their words."""

_KINDS: dict[str, type[SCHEDULE_TYPES]] = {
    "interval": IntervalSchedule,
    "cron": CronSchedule,
    "rrule": RRuleSchedule,
}
_WORDS = frozenset({*_KINDS, "timezone", "anchor_date", "day_or"})
"""The words of a schedule itself; the others are those of the deployment's schedule."""


def create_deployment_schedule_create(
    schedule: SCHEDULE_TYPES | Schedule, active: bool | None = True
) -> DeploymentScheduleCreate:
    """Return what adds a schedule to a deployment.

    Args:
        schedule: When its runs are due.
        active: Runs are made of it; a `Schedule` says that itself.
    """
    if isinstance(schedule, Schedule):
        return DeploymentScheduleCreate.from_schedule(schedule)
    return DeploymentScheduleCreate(schedule=schedule, active=active is not False)


def normalize_to_deployment_schedule(schedules: FlexibleScheduleList | None) -> list[AnySchedule]:
    """Return schedules in the form in which a deployment has them.

    Raises:
        ValueError: One of them is no schedule.

    Example:
        >>> normalize_to_deployment_schedule([{"cron": "0 9 * * *", "slug": "daily"}])[0].slug
        'daily'
    """
    return [_normal(schedule) for schedule in schedules or ()]


def _normal(schedule: Any) -> AnySchedule:
    if isinstance(schedule, (DeploymentScheduleCreate, DeploymentScheduleUpdate)):
        return schedule
    if isinstance(schedule, Schedule) or is_schedule_type(schedule):
        return create_deployment_schedule_create(schedule)
    if not isinstance(schedule, Mapping):
        raise ValueError(  # noqa: TRY004 - pydantic tells values and types alike
            f"Invalid schedule provided: {schedule!r}. Must be a schedule object, a dict, or a "
            "`DeploymentScheduleCreate` object."
        )
    given: dict[str, Any] = dict(schedule)  # pyright: ignore[reportUnknownArgumentType] - words of anything, checked below
    if "schedule" not in given:
        words = {name: given.pop(name) for name in tuple(given) if name in _WORDS}
        kinds = [kind for name, kind in _KINDS.items() if words.get(name) is not None]
        if len(kinds) != 1:
            raise ValueError(
                f"A schedule has one of interval, cron and rrule; these words have {len(kinds)}: {schedule!r}."
            )
        given["schedule"] = kinds[0].model_validate(
            {name: value for name, value in words.items() if value is not None}
        )
    if isinstance(given["schedule"], Schedule):
        made = DeploymentScheduleCreate.from_schedule(given.pop("schedule"))
        given = {name: getattr(made, name) for name in made.model_fields_set} | given
    return DeploymentScheduleCreate.model_validate(given)


def schedules_in_words(
    interval: Iterable[float | timedelta] | float | timedelta | None = None,
    cron: Iterable[str] | str | None = None,
    rrule: Iterable[str] | str | None = None,
    schedule: Schedule | None = None,
    schedules: FlexibleScheduleList | None = None,
) -> list[AnySchedule]:
    """Return the schedules that one of these words tells; `interval` is in seconds.

    Raises:
        ValueError: Several of them are given, or one is no schedule.
    """
    given = [word for word in (interval, cron, rrule, schedule, schedules) if word is not None]
    if len(given) > 1:
        raise ValueError("Only one of interval, cron, rrule, schedule, or schedules can be provided.")
    if interval is not None:
        each = [interval] if isinstance(interval, (int, float, timedelta)) else interval
        return [_normal(IntervalSchedule.model_validate({"interval": one})) for one in each]
    if cron is not None:
        return [_normal(CronSchedule(cron=one)) for one in _several(cron)]
    if rrule is not None:
        return [_normal(RRuleSchedule(rrule=one)) for one in _several(rrule)]
    if schedule is not None:
        return [_normal(schedule)]
    return normalize_to_deployment_schedule(schedules)


def _several(texts: Iterable[str] | str) -> Iterable[str]:
    return [texts] if isinstance(texts, str) else texts
