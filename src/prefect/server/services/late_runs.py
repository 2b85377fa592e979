"""Marks runs that have not begun in time as late, or as skipped where their schedules do not want them any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect._clock import now
from prefect.orchestration.catching_up import skipped as skipped_state
from prefect.orchestration.policies import MARK_LATE_POLICY
from prefect.schemas.states import State, StateDetails, StateType
from prefect.server.services.service import Service, Surveyor
from prefect.store.catch_up import reason_to_skip, runs_to_skip
from prefect.store.due_runs import scheduled_before
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import find_flow_run
from prefect.store.statements import Transaction

RUNS_AT_ONCE = 100


async def mark_late_runs(surveyor: Surveyor) -> bool:
    """Mark runs that are to be skipped, and a batch of others whose time has come and gone."""
    skipped = await surveyor.read(lambda: runs_to_skip(surveyor.now))
    for start in range(0, len(skipped), RUNS_AT_ONCE):
        some = skipped[start : start + RUNS_AT_ONCE]
        await surveyor.write(lambda some=some: _skip(some))
    latest = surveyor.now - surveyor.settings.server.services.late_runs.after_seconds
    ids = await surveyor.read(lambda: scheduled_before(latest, RUNS_AT_ONCE))
    if ids:
        await surveyor.write(lambda: _mark(ids, latest))
    return len(ids) == RUNS_AT_ONCE


def _skip(ids: list[UUID]) -> Transaction[None]:
    for id_ in ids:
        run = yield from find_flow_run(id_)
        # It may have begun since it was looked for.
        reason = (yield from reason_to_skip(run)) if run else None
        if reason is not None:
            yield from propose_flow_run_state(id_, skipped_state(reason, now()), force=True)


def _mark(ids: list[UUID], latest: datetime) -> Transaction[None]:
    for id_ in ids:
        run = yield from find_flow_run(id_)
        if run is None or (run.state_type, run.state_name) != (StateType.SCHEDULED, "Scheduled"):
            continue  # it began, or was deleted, since it was looked for
        due = run.next_scheduled_start_time
        if due is None or due > latest:
            continue
        late = State(type=StateType.SCHEDULED, name="Late", state_details=StateDetails(scheduled_time=due))
        yield from propose_flow_run_state(id_, late, policy=MARK_LATE_POLICY)


LATE_RUNS = Service(
    name="late-runs",
    does="Marks runs that have not begun in time as late, or as skipped.",
    setting="server.services.late_runs.enabled",
    is_enabled=lambda settings: settings.server.services.late_runs.enabled,
    every=lambda settings: settings.server.services.late_runs.loop_seconds,
    look=mark_late_runs,
)
