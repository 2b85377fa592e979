"""Runs that are made ahead of time: which dates of the schedules of a deployment get one, and the runs themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.schemas.deployments import DeploymentSchedule
from prefect.schemas.flow_runs import CreatedBy, FlowRun
from prefect.schemas.names import random_name
from prefect.schemas.schedules import MAX_ITERATIONS, SCHEDULE_TYPES
from prefect.schemas.states import State, StateDetails, StateType
from prefect.settings import get_current_settings
from prefect.store.columns import json_value
from prefect.store.deployment_rows import WITH_POOL, schedules_by_deployment
from prefect.store.flow_run_creation import add_flow_run
from prefect.store.operations import operation
from prefect.store.scheduled_runs import key_of_slots
from prefect.store.statements import Row, Statement, Transaction

AUTO_SCHEDULED_TAG = "auto-scheduled"
"""A tag that such runs have."""


@dataclass(frozen=True)
class Horizon:
    """How far ahead runs are made.

    Attributes:
        start: From when on.
        end: Until when at most.
        enough: The time until which there are always runs, more than `fewest` of them if need be.
        fewest: How many at least, if there are dates until `end`.
        most: How many at most.
    """

    start: datetime
    end: datetime
    enough: datetime
    fewest: int
    most: int

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


@operation("POST", "/deployments/{id}/schedule")
def schedule_deployment(
    id: UUID,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    min_time: float | None = None,
    min_runs: int | None = None,
    max_runs: int | None = None,
) -> Transaction[None]:
    """Make the runs of a deployment ahead of time. Making them again changes nothing.

    Args:
        id: The deployment; if there is none, nothing is done.
        start_time: From when on; by default from now on.
        end_time: Until when at most.
        min_time: How long ahead of `start_time` there are always runs, in seconds.
        min_runs: How many runs of each schedule at least.
        max_runs: How many runs of each schedule at most.
    """
    usual = Horizon.of_settings(start_time or now())
    horizon = Horizon(
        usual.start,
        end_time or usual.end,
        usual.enough if min_time is None else usual.start + timedelta(seconds=min_time),
        usual.fewest if min_runs is None else min_runs,
        usual.most if max_runs is None else max_runs,
    )
    yield from schedule_runs([str(id)], horizon)


def schedule_runs(deployment_ids: Sequence[str], horizon: Horizon) -> Transaction[int]:
    """Make the runs of deployments ahead of time, and return how many were made.

    Each slot, a date of a schedule, gets one run, however often and by whomever this is asked for.
    """
    if not deployment_ids:
        return 0
    marks = ", ".join("?" * len(deployment_ids))
    deployments = yield Statement(f"{WITH_POOL} WHERE deployment.id IN ({marks})", deployment_ids)
    schedules = yield from schedules_by_deployment([row["id"] for row in deployments])
    made = 0
    for deployment in deployments:
        for schedule in schedules.get(deployment["id"], ()):
            if schedule.active:
                made += yield from _schedule_runs(deployment, schedule, horizon)
    return made


def lacking_runs(deployment_ids: Sequence[str], horizon: Horizon) -> Transaction[list[str]]:
    """Return those of some deployments that lack runs which `schedule_runs` would make; nothing is written."""
    if not deployment_ids:
        return []
    marks = ", ".join("?" * len(deployment_ids))
    deployments = yield Statement(
        f"SELECT id, flow_id FROM deployment WHERE id IN ({marks}) ORDER BY id", deployment_ids
    )
    schedules = yield from schedules_by_deployment([row["id"] for row in deployments])
    lacking: list[str] = []
    for deployment in deployments:
        for schedule in schedules.get(deployment["id"], ()):
            if schedule.active and (yield from _missing(deployment, schedule, horizon)):
                lacking.append(deployment["id"])
                break
    return lacking


def _missing(
    deployment: Row, schedule: DeploymentSchedule, horizon: Horizon
) -> Transaction[dict[str, datetime]]:
    """Return the dates of a schedule that lack a run, each with the key of its run."""
    begin = key_of_slots(deployment["id"], str(schedule.id))
    dates = {
        f"{begin} {date}": date for date in slots(schedule.schedule, horizon, schedule.max_scheduled_runs)
    }
    there: set[str] = set()
    keys = list(dates)
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        rows = yield Statement(
            "SELECT idempotency_key FROM flow_run WHERE flow_id = ? "
            f"AND idempotency_key IN ({', '.join('?' * len(some))})",
            (deployment["flow_id"], *some),
        )
        there.update(row["idempotency_key"] for row in rows)
    return {key: date for key, date in dates.items() if key not in there}


def _schedule_runs(deployment: Row, schedule: DeploymentSchedule, horizon: Horizon) -> Transaction[int]:
    missing = yield from _missing(deployment, schedule, horizon)
    if missing:
        common = run_values_of(deployment)
        for key, date in missing.items():
            yield from _add_run(common, schedule, key, date)
    return len(missing)


def _add_run(
    common: dict[str, Any], schedule: DeploymentSchedule, key: str, date: datetime
) -> Transaction[FlowRun]:
    moment = now()
    values: dict[str, Any] = {
        **common,
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "name": random_name(),
        "parameters": {**common["parameters"], **schedule.parameters},
        "idempotency_key": key,
        "tags": [*common["tags"], AUTO_SCHEDULED_TAG],
        "auto_scheduled": True,
        "created_by": CreatedBy(
            id=schedule.id, type="SCHEDULE", display_value=schedule.slug or _words(schedule)
        ),
    }
    run = FlowRun.model_construct(None, **values)
    state: State[Any] = State(
        type=StateType.SCHEDULED,
        timestamp=moment,
        message="Flow run scheduled",
        state_details=StateDetails(scheduled_time=date),
    )
    return (yield from add_flow_run(run, state))


def _words(schedule: DeploymentSchedule) -> str:
    return type(schedule.schedule).__name__


def run_values_of(deployment: Row) -> dict[str, Any]:
    """Return the values that every run of a deployment has from it, of its row with the name of its pool."""
    labels: dict[str, Any] = json_value(deployment["labels"]) if deployment["labels"] else {}
    return {
        "flow_id": UUID(deployment["flow_id"]),
        "deployment_id": UUID(deployment["id"]),
        "deployment_version": deployment["version"],
        "parameters": json_value(deployment["parameters"]) if deployment["parameters"] else {},
        "tags": json_value(deployment["tags"]) if deployment["tags"] else [],
        "labels": {**labels, "prefect.deployment.id": deployment["id"]},
        "infrastructure_document_id": _uuid(deployment["infrastructure_document_id"]),
        "work_queue_id": _uuid(deployment["work_queue_id"]),
        "work_queue_name": deployment["work_queue_name"],
        "work_pool_id": _uuid(deployment["work_pool_id"]),
        "work_pool_name": deployment["work_pool_name"],
        "job_variables": {},
    }


def _uuid(stored: str | None) -> UUID | None:
    return None if stored is None else UUID(stored)
