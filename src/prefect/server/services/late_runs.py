"""Marks runs that have not begun in time as late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect.orchestration.policies import MARK_LATE_POLICY
from prefect.schemas.states import State, StateDetails, StateType
from prefect.server.services.service import Service, Surveyor
from prefect.store.due_runs import scheduled_before
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import find_flow_run
from prefect.store.statements import Transaction

RUNS_AT_ONCE = 100


async def mark_late_runs(surveyor: Surveyor) -> bool:
    """Mark a batch of runs whose time has come and gone."""
    latest = surveyor.now - surveyor.settings.server.services.late_runs.after_seconds
    ids = await surveyor.read(lambda: scheduled_before(latest, RUNS_AT_ONCE))
    if ids:
        await surveyor.write(lambda: _mark(ids, latest))
    return len(ids) == RUNS_AT_ONCE


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
    does="Marks runs that have not begun in time as late.",
    setting="server.services.late_runs.enabled",
    is_enabled=lambda settings: settings.server.services.late_runs.enabled,
    every=lambda settings: settings.server.services.late_runs.loop_seconds,
    look=mark_late_runs,
)
