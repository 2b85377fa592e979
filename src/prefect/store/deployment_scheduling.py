"""Runs that are made ahead of time, as the schedules of deployments say; `scheduled_dates` says for which dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.schemas.deployments import DeploymentSchedule
from prefect.schemas.flow_runs import CreatedBy, FlowRun
from prefect.schemas.names import random_name
from prefect.schemas.states import State, StateDetails, StateType
from prefect.store.columns import json_value
from prefect.store.flow_run_writing import enter_first_states
from prefect.store.operations import operation
from prefect.store.scheduled_dates import Horizon, lacking_dates
from prefect.store.statements import Row, Statement, Transaction

AUTO_SCHEDULED_TAG = "auto-scheduled"
"""A tag that such runs have."""


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
        catches_up=start_time is None,
    )
    yield from schedule_runs([str(id)], horizon)


def schedule_runs(deployment_ids: Sequence[str], horizon: Horizon) -> Transaction[list[str]]:
    """Make the runs of deployments ahead of time. Return those that lack more, for dates that have passed.

    Each slot, a date of a schedule, gets one run, however often and by whomever this is asked for.
    """
    unfinished: list[str] = []
    for lacking in (yield from lacking_dates(deployment_ids, horizon)):
        deployment, schedule = lacking.deployment, lacking.schedule
        moment = now()
        pattern = FlowRun.model_construct(None, **_values_of_runs(deployment, schedule, moment))
        yield from enter_first_states(
            _new_run(pattern, key, date, moment) for key, date in lacking.dates.items()
        )
        if lacking.made_until is not None:
            yield Statement(
                "UPDATE deployment_schedule SET made_until = ? WHERE id = ?",
                (lacking.made_until, str(schedule.id)),
            )
        if not lacking.is_all and deployment["id"] not in unfinished:
            unfinished.append(deployment["id"])
    return unfinished


def lacking_runs(deployment_ids: Sequence[str], horizon: Horizon) -> Transaction[list[str]]:
    """Return those of some deployments that lack runs which `schedule_runs` would make; nothing is written."""
    found = yield from lacking_dates(deployment_ids, horizon)
    return list(dict.fromkeys(lacking.deployment["id"] for lacking in found))


def _values_of_runs(deployment: Row, schedule: DeploymentSchedule, moment: datetime) -> dict[str, Any]:
    common = run_values_of(deployment)
    return {
        **common,
        "created": moment,
        "updated": moment,
        "parameters": {**common["parameters"], **schedule.parameters},
        "tags": [*common["tags"], AUTO_SCHEDULED_TAG],
        "auto_scheduled": True,
        "created_by": CreatedBy(
            id=schedule.id,
            type="SCHEDULE",
            display_value=schedule.slug or type(schedule.schedule).__name__,
        ),
    }


def _new_run(pattern: FlowRun, key: str, date: datetime, moment: datetime) -> tuple[FlowRun, State[Any]]:
    own = {"id": uuid7(), "name": random_name(), "idempotency_key": key}
    state: State[Any] = State(
        type=StateType.SCHEDULED,
        timestamp=moment,
        message="Flow run scheduled",
        state_details=StateDetails(scheduled_time=date),
    )
    return pattern.model_copy(update=own), state


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
