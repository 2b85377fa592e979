"""Which dates of the schedules of deployments lack a run: those ahead of time, and those that are made up for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile

from prefect.schemas.deployments import DeploymentSchedule
from prefect.schemas.schedules import MAX_ITERATIONS, SCHEDULE_TYPES
from prefect.settings import get_current_settings
from prefect.store.columns import timestamp_text
from prefect.store.deployment_rows import WITH_POOL, schedule_of
from prefect.store.scheduled_runs import key_of_slots
from prefect.store.statements import Row, Statement, Transaction

MADE_UP_AT_ONCE = 200
"""For how many dates of a schedule that have passed runs are made in one transaction: others want to write too."""

_KEYS_AT_ONCE = 500
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Horizon:
    """How far ahead runs are made.

    Attributes:
        start: From when on.
        end: Until when at most.
        enough: The time until which there are always runs, more than `fewest` of them if need be.
        fewest: How many at least, if there are dates until `end`.
        most: How many at most.
        catches_up: Dates before `start` are made up for, as far as their schedule wants that.
    """

    start: datetime
    end: datetime
    enough: datetime
    fewest: int
    most: int
    catches_up: bool = True

    @classmethod
    def of_settings(cls, start: datetime) -> Horizon:
        """Return how far ahead of a moment the settings of the scheduler say."""
        settings = get_current_settings().server.services.scheduler
        return cls(
            start,
            start + settings.max_scheduled_time,
            start + settings.min_scheduled_time,
            settings.min_runs,
            settings.max_runs,
        )


@dataclass(frozen=True)
class Lacking:
    """What a schedule lacks.

    Attributes:
        deployment: The row of its deployment, with the name of its pool.
        schedule: The schedule.
        dates: The dates that lack a run, each with the key of the run.
        made_until: All dates before it have been looked at once these have their runs; None: as before.
        is_all: There are no more of them than these.
    """

    deployment: Row
    schedule: DeploymentSchedule
    dates: dict[str, datetime]
    made_until: str | None
    is_all: bool


def slots(schedule: SCHEDULE_TYPES, horizon: Horizon, most: int | None = None) -> Iterator[datetime]:
    """Yield the dates of a schedule for which there are to be runs.

    Args:
        schedule: The schedule.
        horizon: How far ahead.
        most: How many runs of the schedule there may be, if that is limited.
    """
    most = horizon.most if most is None else min(horizon.most, most)
    for number, date in enumerate(islice(schedule.dates_from(horizon.start), min(most, MAX_ITERATIONS))):
        if date > horizon.end or (number >= horizon.fewest and date > horizon.enough):
            return
        yield date


def lacking_dates(deployment_ids: Sequence[str], horizon: Horizon) -> Transaction[list[Lacking]]:
    """Return what the schedules of deployments lack; nothing is written."""
    found: list[Lacking] = []
    if not deployment_ids:
        return found
    marks = ", ".join("?" * len(deployment_ids))
    deployments = yield Statement(f"{WITH_POOL} WHERE deployment.id IN ({marks})", deployment_ids)
    by_id = {row["id"]: row for row in deployments}
    schedules = yield Statement(
        f"SELECT * FROM deployment_schedule WHERE deployment_id IN ({marks}) AND active = 1 "
        "ORDER BY deployment_id, created DESC, id DESC",
        deployment_ids,
    )
    for row in schedules:
        one = yield from _lacking(by_id[row["deployment_id"]], row, horizon)
        if one is not None:
            found.append(one)
    return found


def _lacking(deployment: Row, row: Row, horizon: Horizon) -> Transaction[Lacking | None]:
    schedule = schedule_of(row)
    passed, is_all = _made_up_for(schedule, row["made_until"], horizon)
    ahead = list(slots(schedule.schedule, horizon, schedule.max_scheduled_runs)) if is_all else []
    keys = yield from _without_run(deployment, schedule, [*passed, *ahead])
    last = ahead[-1] if ahead else passed[-1] if passed else None
    made_until = None
    if schedule.catch_up is not None and horizon.catches_up and last is not None:
        made_until = timestamp_text(last + _MICROSECOND)
        if made_until == row["made_until"]:
            made_until = None
    if not keys and made_until is None:
        return None
    return Lacking(deployment, schedule, keys, made_until, is_all)


def _made_up_for(
    schedule: DeploymentSchedule, made_until: str | None, horizon: Horizon
) -> tuple[list[datetime], bool]:
    """Return the first dates that have passed and still get a run, and whether these are all."""
    if schedule.catch_up is None or made_until is None or not horizon.catches_up:
        return [], True
    since = datetime.fromisoformat(made_until)
    if since >= horizon.start:
        return [], True
    dates = schedule.schedule.dates_from
    begin = schedule.catching_up().earliest(dates, since, horizon.start)
    passed = takewhile(lambda date: date < horizon.start, dates(begin))
    some = list(islice(passed, MADE_UP_AT_ONCE))
    return some, len(some) < MADE_UP_AT_ONCE


def _without_run(
    deployment: Row, schedule: DeploymentSchedule, dates: Iterable[datetime]
) -> Transaction[dict[str, datetime]]:
    """Return those dates of a schedule that have no run, each with the key of its run."""
    begin = key_of_slots(deployment["id"], str(schedule.id))
    by_key = {f"{begin} {date}": date for date in dates}
    keys, there = list(by_key), set[str]()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        some = keys[start : start + _KEYS_AT_ONCE]
        rows = yield Statement(
            "SELECT idempotency_key FROM flow_run WHERE flow_id = ? "
            f"AND idempotency_key IN ({', '.join('?' * len(some))})",
            (deployment["flow_id"], *some),
        )
        there.update(row["idempotency_key"] for row in rows)
    return {key: date for key, date in by_key.items() if key not in there}
