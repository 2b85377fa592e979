"""Ends runs that were paused and not resumed in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.schemas.states import State, StateType
from prefect.server.services.service import Service, Surveyor
from prefect.store.due_runs import paused_runs
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import find_flow_run
from prefect.store.statements import Row, Transaction

RUNS_AT_ONCE = 200


async def end_expired_pauses(surveyor: Surveyor) -> bool:
    """Look at all paused runs, and fail those whose pause is over."""
    moment = surveyor.now
    rows = await surveyor.read(paused_runs)
    expired = [UUID(row["id"]) for row in rows if _is_over(row, moment)]
    for start in range(0, len(expired), RUNS_AT_ONCE):
        some = expired[start : start + RUNS_AT_ONCE]
        await surveyor.write(lambda some=some: _fail(some, moment))
    return False


def _is_over(row: Row, moment: datetime) -> bool:
    return row["ends"] is not None and datetime.fromisoformat(row["ends"]) <= moment


def _fail(ids: list[UUID], moment: datetime) -> Transaction[None]:
    for id_ in ids:
        run = yield from find_flow_run(id_)
        if run is None or run.state is None or not run.state.is_paused():
            continue  # it was resumed, or deleted, since it was looked for
        ends = run.state.state_details.pause_timeout
        if ends is None or ends > moment:
            continue
        failed: State[Any] = State(
            type=StateType.FAILED, message="The flow run was paused and not resumed in time."
        )
        yield from propose_flow_run_state(id_, failed, force=True)


PAUSE_EXPIRATIONS = Service(
    name="pause-expirations",
    does="Ends runs that were paused and not resumed in time.",
    setting="server.services.pause_expirations.enabled",
    is_enabled=lambda settings: settings.server.services.pause_expirations.enabled,
    every=lambda settings: settings.server.services.pause_expirations.loop_seconds,
    look=end_expired_pauses,
)
