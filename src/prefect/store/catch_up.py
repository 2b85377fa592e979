"""Runs of schedules that may not begin any more: a later one is due as well, or it is too late for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect._clock import now
from prefect.schemas.deployments import DeploymentSchedule
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.store.columns import timestamp_text
from prefect.store.deployment_rows import schedule_of
from prefect.store.statements import Row, Statement, Transaction

_SKIPS = (
    "(deployment_schedule.catch_up IN ('latest', 'none') OR deployment_schedule.max_lateness IS NOT NULL)"
)
_NOT_BEGUN = ("Scheduled", "Late", "AwaitingConcurrencySlot")
"""The states of runs that wait for their first start."""


def reason_to_skip(run: FlowRun) -> Transaction[str | None]:
    """Return why a run may not begin any more, or None if it may."""
    by = run.created_by
    waits = run.state_type is StateType.SCHEDULED and run.state_name in _NOT_BEGUN
    if not waits or by is None or by.type != "SCHEDULE":
        return None
    rows = yield Statement(f"SELECT * FROM deployment_schedule WHERE id = ? AND {_SKIPS}", (str(by.id),))
    date = (
        run.expected_start_time
        if run.state_name == "AwaitingConcurrencySlot"
        else run.next_scheduled_start_time
    )
    if not rows or date is None:
        return None
    schedule = schedule_of(rows[0])
    return schedule.catching_up().refusal(schedule.schedule.dates_from, date, now())


def runs_to_skip(moment: datetime) -> Transaction[list[UUID]]:
    """Return the runs that are due and may not begin any more."""
    # CROSS JOIN: SQLite begins with the few such schedules, and finds the runs of each by index.
    rows = yield Statement(
        "SELECT flow_run.id AS id, deployment_schedule.id AS schedule_id, "
        "CASE WHEN flow_run.state_name = 'AwaitingConcurrencySlot' THEN flow_run.expected_start_time "
        "ELSE flow_run.next_scheduled_start_time END AS due FROM deployment_schedule CROSS JOIN flow_run "
        f"WHERE {_SKIPS} AND flow_run.deployment_id = deployment_schedule.deployment_id "
        "AND flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_start_time <= ? "
        f"AND flow_run.state_name IN ({', '.join('?' * len(_NOT_BEGUN))}) AND substr(flow_run.idempotency_key, 1, 83) "
        "= 'scheduled ' || deployment_schedule.deployment_id || ' ' || deployment_schedule.id",
        (timestamp_text(moment), *_NOT_BEGUN),
    )
    due: dict[str, list[Row]] = {}
    for row in rows:
        due.setdefault(row["schedule_id"], []).append(row)
    ids = list(due)
    skipped: list[UUID] = []
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        marks = ", ".join("?" * len(some))
        for row in (yield Statement(f"SELECT * FROM deployment_schedule WHERE id IN ({marks})", some)):
            skipped += _skipped_of(schedule_of(row), due[row["id"]], moment)
    return skipped


def _skipped_of(schedule: DeploymentSchedule, due: list[Row], moment: datetime) -> list[UUID]:
    since = datetime.fromisoformat(min(row["due"] for row in due))
    earliest = schedule.catching_up().earliest(schedule.schedule.dates_from, since, moment)
    wanted_from = timestamp_text(earliest)
    return [UUID(row["id"]) for row in due if row["due"] < wanted_from]
