"""Task runs: written behind in batches, found by flow run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store.statements import Batch, Row, Statement, Transaction
from prefect.store.states import read_states, read_states_by_id, state_row
from prefect.store.tables import TASK_RUN, TASK_RUN_STATE

_CHANGING = (
    "updated",
    "name",
    "state_id",
    "state_type",
    "state_name",
    "run_count",
    "flow_run_run_count",
    "expected_start_time",
    "next_scheduled_start_time",
    "start_time",
    "end_time",
    "total_run_time",
)
"""What of a task run changes while it lives."""

_UPSERT = TASK_RUN.upsert
_INSERT_STATE = TASK_RUN_STATE.insert
_UPDATE = TASK_RUN.update(_CHANGING)


def record_task_runs(
    created: Iterable[Mapping[str, Any]],
    changed: Iterable[Mapping[str, Any]],
    states: Iterable[tuple[UUID, State[Any]]],
) -> Transaction[None]:
    """Store task runs as they are now, and states they have been in. Storing the same again changes nothing.

    Args:
        created: The field values of each new task run.
        changed: The field values of each task run that was stored before; one that was deleted stays so.
        states: Pairs of a task run's id and a state.
    """
    yield Batch(_UPSERT, [TASK_RUN.encode(values) for values in created], TASK_RUN.group)
    yield Batch(_UPDATE, [TASK_RUN.encode(values, (*_CHANGING, "id")) for values in changed])
    rows = [state_row(TASK_RUN_STATE, run_id, state) for run_id, state in states]
    yield Batch(_INSERT_STATE, rows, TASK_RUN_STATE.group)


def read_task_run(task_run_id: UUID) -> Transaction[TaskRun | None]:
    """Return a task run with its present state."""
    rows = yield Statement("SELECT * FROM task_run WHERE id = ?", (str(task_run_id),))
    return (yield from _with_states(rows))[0] if rows else None


def find_task_runs(text: str, *, limit: int) -> Transaction[list[TaskRun]]:
    """Return task runs whose id starts with `text` or whose name is `text`, newest first."""
    rows = yield Statement(
        "SELECT * FROM task_run WHERE (id >= :id AND id < :id || '~') OR name = :text "
        "ORDER BY expected_start_time DESC, id DESC LIMIT :limit",
        {"text": text, "id": text.lower(), "limit": limit},
    )
    return (yield from _with_states(rows))


def list_task_runs(
    *,
    flow_run_id: UUID | None = None,
    task_names: Sequence[str] = (),
    state_types: Sequence[str] = (),
    state_names: Sequence[str] = (),
    oldest_first: bool = False,
    limit: int,
    offset: int = 0,
) -> Transaction[list[TaskRun]]:
    """Return task runs in the order in which they were expected to start, by default the last one first.

    Args:
        flow_run_id: Only those of this flow run.
        task_names: Only runs of these names.
        state_types: Only runs in states of these types.
        state_names: Only runs in states of these names.
        oldest_first: Begin with the one that was expected first.
        limit: How many at most.
        offset: How many to pass over.
    """
    where, parameters = _filter(flow_run_id, task_names, state_types, state_names)
    order = "ASC" if oldest_first else "DESC"
    rows = yield Statement(
        f"SELECT * FROM task_run {where}ORDER BY expected_start_time {order}, id {order} LIMIT ? OFFSET ?",
        (*parameters, limit, offset),
    )
    return (yield from _with_states(rows))


def count_task_runs(
    *,
    flow_run_id: UUID | None = None,
    task_names: Sequence[str] = (),
    state_types: Sequence[str] = (),
    state_names: Sequence[str] = (),
) -> Transaction[int]:
    """Return how many task runs there are; the filters are those of `list_task_runs`."""
    where, parameters = _filter(flow_run_id, task_names, state_types, state_names)
    rows = yield Statement(f"SELECT count(*) AS runs FROM task_run {where}", parameters)
    return rows[0]["runs"]


def counts_by_state(flow_run_id: UUID) -> Transaction[dict[str, int]]:
    """Return how many task runs of a flow run are in each type of state."""
    rows = yield Statement(
        "SELECT state_type, count(*) AS runs FROM task_run WHERE flow_run_id = ? GROUP BY state_type",
        (str(flow_run_id),),
    )
    return {row["state_type"]: row["runs"] for row in rows}


def read_task_run_states(task_run_id: UUID) -> Transaction[list[State[Any]]]:
    """Return all states that a task run has been in, the oldest first."""
    return (yield from read_states(TASK_RUN_STATE, task_run_id))


def _with_states(rows: Sequence[Row]) -> Transaction[list[TaskRun]]:
    states = yield from read_states_by_id(TASK_RUN_STATE, [(row["id"], row["state_id"]) for row in rows])
    return [
        TaskRun.model_validate({**TASK_RUN.decode(row), "state": states.get(row["state_id"])}) for row in rows
    ]


def _filter(
    flow_run_id: UUID | None,
    task_names: Sequence[str],
    state_types: Sequence[str],
    state_names: Sequence[str],
) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    if flow_run_id is not None:
        conditions.append("flow_run_id = ?")
        parameters.append(str(flow_run_id))
    for column, values in (("name", task_names), ("state_type", state_types), ("state_name", state_names)):
        if values:
            conditions.append(f"{column} IN ({', '.join('?' * len(values))})")
            parameters.extend(values)
    return (f"WHERE {' AND '.join(conditions)} " if conditions else ""), parameters
