"""Background task runs: scheduled by one process, claimed and run by a task worker in another.

A claim has an owner and an expiry. A worker renews its claims while it lives; the claims of one that has died lapse,
and another worker runs what they were for again. So a background task runs at least once, and never in two living
workers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import RequestRefused
from prefect.orchestration.advance import advance_task_run
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.store.columns import timestamp_text
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.background import BACKGROUND_TASK_RUN
from prefect.store.task_run_reading import find_task_run
from prefect.store.task_run_recording import record_task_runs

MOST_CLAIMS = 3
"""How often a run is given to a worker: one that ended all of them would end the next one too."""


@operation("POST", "/background_task_runs/", status=201)
def schedule_task_run(task_run: TaskRun) -> Transaction[TaskRun]:
    """Store a task run in the state Scheduled that it carries, for a task worker to find."""
    state = task_run.state
    if state is None:
        raise RequestRefused("A background task run is made in a state, for example Scheduled.")
    yield from record_task_runs([vars(task_run)], [], [(task_run.id, state)])
    yield Statement(
        BACKGROUND_TASK_RUN.insert,
        BACKGROUND_TASK_RUN.encode(
            {
                "task_run_id": task_run.id,
                "task_key": task_run.task_key,
                "parameters_id": state.state_details.task_parameters_id,
                "scheduled_time": state.state_details.scheduled_time or state.timestamp,
                "claims": 0,
            }
        ),
    )
    return task_run


@operation("POST", "/background_task_runs/count_due", reads=True)
def count_due_task_runs(task_keys: list[str]) -> Transaction[int]:
    """Return how many runs of some tasks wait for a worker."""
    condition, parameters = _due(task_keys)
    rows = yield Statement(f"SELECT count(*) AS runs FROM background_task_run WHERE {condition}", parameters)
    return rows[0]["runs"]


@operation("POST", "/background_task_runs/claim")
def claim_task_runs(
    owner: str, task_keys: list[str], limit: int, seconds: float
) -> Transaction[list[TaskRun]]:
    """Claim runs that wait for a worker, those that have waited longest first, and return them in the state Pending.

    Args:
        owner: Who claims them.
        task_keys: The keys of the tasks that the worker has.
        limit: How many at most.
        seconds: How long the claims hold unless they are renewed.
    """
    condition, parameters = _due(task_keys)
    rows = yield Statement(
        f"SELECT * FROM background_task_run WHERE {condition} ORDER BY scheduled_time, task_run_id LIMIT ?",
        [*parameters, limit],
    )
    claimed: list[TaskRun] = []
    for row in rows:
        task_run = yield from _claim(row, owner, seconds)
        if task_run is not None:
            claimed.append(task_run)
    return claimed


def _due(task_keys: list[str]) -> tuple[str, list[Any]]:
    moment = timestamp_text(now())
    keys = ", ".join("?" * len(task_keys))
    return (
        f"task_key IN ({keys}) AND scheduled_time <= ? AND (expires IS NULL OR expires < ?)",
        [*task_keys, moment, moment],
    )


def _claim(row: Row, owner: str, seconds: float) -> Transaction[TaskRun | None]:
    run_id = UUID(row["task_run_id"])
    task_run = yield from find_task_run(run_id)
    if task_run is None or task_run.state is None or task_run.state.is_final():
        # Deleted, cancelled, or ended by a worker that died before it could say so.
        yield _forget(run_id)
        return None
    if row["claims"] >= MOST_CLAIMS:
        message = f"{MOST_CLAIMS} task workers ended while they ran this task; it is not tried again."
        yield from _enter(task_run, State(type=StateType.CRASHED, message=message))
        yield _forget(run_id)
        return None
    yield Statement(
        "UPDATE background_task_run SET owner = ?, expires = ?, claims = claims + 1 WHERE task_run_id = ?",
        (owner, _expiry(seconds), row["task_run_id"]),
    )
    parameters_id = UUID(row["parameters_id"]) if row["parameters_id"] else None
    details = StateDetails(
        task_run_id=run_id,
        flow_run_id=task_run.flow_run_id,
        deferred=True,
        task_parameters_id=parameters_id,
    )
    return (yield from _enter(task_run, State(type=StateType.PENDING, state_details=details)))


def _enter(task_run: TaskRun, state: State[Any]) -> Transaction[TaskRun]:
    changes = advance_task_run(task_run, task_run.state, state)
    entered = task_run.model_copy(update={**changes, "state": state, "updated": state.timestamp})
    yield from record_task_runs([], [vars(entered)], [(entered.id, state)])
    return entered


@operation("POST", "/background_task_runs/renew")
def renew_claims(owner: str, task_run_ids: list[UUID], seconds: float) -> Transaction[None]:
    """Let claims hold for another while. Those that lapsed and were claimed by another owner are left alone."""
    for run_id in task_run_ids:
        yield Statement(
            "UPDATE background_task_run SET expires = ? WHERE task_run_id = ? AND owner = ?",
            (_expiry(seconds), str(run_id), owner),
        )


@operation("POST", "/background_task_runs/end")
def end_claims(owner: str, task_run_ids: list[UUID]) -> Transaction[None]:
    """Forget claims of runs that have ended."""
    for run_id in task_run_ids:
        yield Statement(
            "DELETE FROM background_task_run WHERE task_run_id = ? AND owner = ?", (str(run_id), owner)
        )


@operation("POST", "/background_task_runs/ended", reads=True)
def read_ended_task_runs(task_run_ids: list[UUID]) -> Transaction[list[UUID]]:
    """Return which of some task runs have ended, or are not there any more."""
    ids = [str(run_id) for run_id in task_run_ids]
    rows = yield Statement(
        f"SELECT id FROM task_run WHERE id IN ({', '.join('?' * len(ids))}) AND state_type NOT IN ({_FINAL})",
        ids,
    )
    going_on = {row["id"] for row in rows}
    return [run_id for run_id in task_run_ids if str(run_id) not in going_on]


_FINAL = ", ".join(
    f"'{kind.value}'"
    for kind in (StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED)
)


def _forget(run_id: UUID) -> Statement:
    return Statement("DELETE FROM background_task_run WHERE task_run_id = ?", (str(run_id),))


def _expiry(seconds: float) -> str:
    return timestamp_text(now() + timedelta(seconds=seconds))
