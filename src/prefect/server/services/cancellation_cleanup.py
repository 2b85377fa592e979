"""Ends what a cancelled run has left behind, and runs that nobody ends although they are being cancelled."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.exceptions import ObjectNotFound
from prefect.schemas.states import State, StateCreate, StateType
from prefect.server.services.service import Service, Surveyor
from prefect.store.due_runs import cancelling_since, subflows_of_cancelled, task_runs_of_cancelled
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.statements import Row, Transaction
from prefect.store.task_run_states import set_task_run_state

RUNS_AT_ONCE = 200

LOOKED_BACK = timedelta(hours=6)
"""How long after its end a cancelled run is looked at: what it left behind is ended soon, or by hand."""


async def end_what_is_cancelled(surveyor: Surveyor) -> bool:
    """End a batch of each: task runs and subflow runs of cancelled runs, and runs that hang in cancelling."""
    since = surveyor.now - LOOKED_BACK
    timeout = surveyor.settings.server.services.cancellation_cleanup.cancelling_timeout_seconds
    before = surveyor.now - timedelta(seconds=timeout)
    more = False
    task_runs = await surveyor.read(lambda: task_runs_of_cancelled(since, RUNS_AT_ONCE))
    if task_runs:
        await surveyor.write(lambda: _cancel_task_runs(task_runs))
        more = len(task_runs) == RUNS_AT_ONCE
    subflows = await surveyor.read(lambda: subflows_of_cancelled(since, RUNS_AT_ONCE))
    if subflows:
        await surveyor.write(lambda: _cancel_subflows(subflows))
        more = more or len(subflows) == RUNS_AT_ONCE
    hanging = await surveyor.read(lambda: cancelling_since(before, RUNS_AT_ONCE))
    if hanging:
        await surveyor.write(lambda: _cancel_hanging(hanging))
        more = more or len(hanging) == RUNS_AT_ONCE
    return more


def _cancel_task_runs(ids: list[UUID]) -> Transaction[None]:
    for id_ in ids:
        cancelled = StateCreate(type=StateType.CANCELLED, message="The flow run was cancelled.")
        with suppress(ObjectNotFound):  # deleted since it was looked for
            yield from set_task_run_state(id_, cancelled, force=True)


def _cancel_subflows(rows: list[Row]) -> Transaction[None]:
    """A subflow of its own deployment runs elsewhere: its worker has to end it."""
    for row in rows:
        kind = StateType.CANCELLED if row["deployment_id"] is None else StateType.CANCELLING
        state: State[Any] = State(type=kind, message="The parent flow run was cancelled.")
        with suppress(ObjectNotFound):
            yield from propose_flow_run_state(UUID(row["id"]), state)


def _cancel_hanging(ids: list[UUID]) -> Transaction[None]:
    for id_ in ids:
        cancelled: State[Any] = State(
            type=StateType.CANCELLED,
            message="The flow run was being cancelled, and nobody has ended it in time.",
        )
        with suppress(ObjectNotFound):
            yield from propose_flow_run_state(id_, cancelled, force=True)


CANCELLATION_CLEANUP = Service(
    name="cancellation-cleanup",
    does="Ends what cancelled runs have left behind, and runs that hang in cancelling.",
    setting="server.services.cancellation_cleanup.enabled",
    is_enabled=lambda settings: settings.server.services.cancellation_cleanup.enabled,
    every=lambda settings: settings.server.services.cancellation_cleanup.loop_seconds,
    look=end_what_is_cancelled,
)
