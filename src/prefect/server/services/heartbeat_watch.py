"""Tells that a run has crashed whose process sent heartbeats and then fell silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.schemas.states import State, StateType
from prefect.server.services.service import Service, Surveyor
from prefect.store.due_runs import last_heartbeats, running_runs
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import find_flow_run
from prefect.store.statements import Transaction

RUNS_AT_ONCE = 200


async def look_for_silent_runs(surveyor: Surveyor) -> bool:
    """Look at all running flow runs that have sent heartbeats."""
    settings = surveyor.settings
    usual = timedelta(seconds=settings.flows.heartbeat_frequency or 0)
    missed = settings.server.services.foreman.inactivity_heartbeat_multiple
    silent: list[UUID] = []
    moment = surveyor.now
    for id_ in await surveyor.read(running_runs):
        heard = await surveyor.read(lambda id_=id_: last_heartbeats(id_))
        if _is_silent(heard, moment, usual, missed):
            silent.append(UUID(id_))
    for start in range(0, len(silent), RUNS_AT_ONCE):
        some = silent[start : start + RUNS_AT_ONCE]
        await surveyor.write(lambda some=some: _crash(some, moment, usual, missed))
    return False


def _is_silent(heard: list[datetime], moment: datetime, usual: timedelta, missed: int) -> bool:
    """Whether a run that was heard of at these times should have been heard of again."""
    if not heard:
        return False  # its process sends none
    apart = heard[0] - heard[-1]
    return moment - heard[0] > missed * max(usual, apart)


def _crash(ids: list[UUID], moment: datetime, usual: timedelta, missed: int) -> Transaction[None]:
    for id_ in ids:
        run = yield from find_flow_run(id_)
        if run is None or run.state is None or run.state_type is not StateType.RUNNING:
            continue  # it ended since it was looked at
        heard = yield from last_heartbeats(str(id_))
        if not _is_silent(heard, moment, usual, missed) or not _is_silent(
            [run.state.timestamp], moment, usual, missed
        ):
            continue
        crashed: State[Any] = State(
            type=StateType.CRASHED,
            message=f"The process of the flow run sent its last heartbeat at {heard[0]:%Y-%m-%d %H:%M:%S} UTC.",
        )
        yield from propose_flow_run_state(id_, crashed)


HEARTBEAT_WATCH = Service(
    name="heartbeat-watch",
    does="Tells that a run has crashed whose process fell silent.",
    setting="flows.heartbeat_frequency",
    is_enabled=lambda settings: settings.flows.heartbeat_frequency is not None,
    every=lambda settings: settings.server.services.foreman.loop_seconds,
    look=look_for_silent_runs,
)
