"""Flow runs: create, find, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.states import insert_state, read_states, read_states_by_id
from prefect.store.tables import FLOW_RUN, FLOW_RUN_STATE


def create_flow_run(flow_run: FlowRun) -> Transaction[FlowRun]:
    """Insert a flow run in the state that it carries."""
    if flow_run.state is not None:
        state = flow_run.state
        named = {"state_id": state.id, "state_type": state.type, "state_name": state.name}
        flow_run = flow_run.model_copy(update=named)
    yield Statement(FLOW_RUN.insert, FLOW_RUN.encode(dict(flow_run)))
    if flow_run.state is not None:
        yield insert_state(FLOW_RUN_STATE, flow_run.id, flow_run.state)
    return flow_run


def read_flow_run(flow_run_id: UUID) -> Transaction[FlowRun | None]:
    """Return a flow run with its present state."""
    rows = yield Statement("SELECT * FROM flow_run WHERE id = ?", (str(flow_run_id),))
    if not rows:
        return None
    return (yield from _with_states(rows))[0]


def find_flow_runs(text: str, *, limit: int) -> Transaction[list[FlowRun]]:
    """Return flow runs whose id starts with `text` or whose name is `text`, newest first."""
    rows = yield Statement(
        "SELECT * FROM flow_run WHERE (id >= :id AND id < :id || '~') OR name = :text "
        "ORDER BY expected_start_time DESC, id DESC LIMIT :limit",
        {"text": text, "id": text.lower(), "limit": limit},
    )
    return (yield from _with_states(rows))


def list_flow_runs(
    *,
    flow_names: Sequence[str] = (),
    state_types: Sequence[str] = (),
    state_names: Sequence[str] = (),
    limit: int,
    offset: int = 0,
) -> Transaction[list[FlowRun]]:
    """Return flow runs, the one that started or should start last first.

    Args:
        flow_names: Only runs of these flows.
        state_types: Only runs in states of these types.
        state_names: Only runs in states of these names.
        limit: How many at most.
        offset: How many to pass over.
    """
    where, parameters = _filter(flow_names, state_types, state_names)
    rows = yield Statement(
        f"SELECT * FROM flow_run {where}ORDER BY expected_start_time DESC, id DESC LIMIT ? OFFSET ?",
        (*parameters, limit, offset),
    )
    return (yield from _with_states(rows))


def count_flow_runs(
    *, flow_names: Sequence[str] = (), state_types: Sequence[str] = (), state_names: Sequence[str] = ()
) -> Transaction[int]:
    """Return how many flow runs there are; the filters are those of `list_flow_runs`."""
    where, parameters = _filter(flow_names, state_types, state_names)
    rows = yield Statement(f"SELECT count(*) AS runs FROM flow_run {where}", parameters)
    return rows[0]["runs"]


def list_child_flow_runs(flow_run_id: UUID) -> Transaction[list[FlowRun]]:
    """Return the subflow runs that a flow run called, in the order in which they started."""
    rows = yield Statement(
        "SELECT flow_run.* FROM flow_run JOIN task_run ON task_run.id = flow_run.parent_task_run_id "
        "WHERE task_run.flow_run_id = ? ORDER BY flow_run.expected_start_time, flow_run.id",
        (str(flow_run_id),),
    )
    return (yield from _with_states(rows))


def read_flow_run_states(flow_run_id: UUID) -> Transaction[list[State[Any]]]:
    """Return all states that a flow run has been in, the oldest first."""
    return (yield from read_states(FLOW_RUN_STATE, flow_run_id))


def delete_flow_run(flow_run_id: UUID) -> Transaction[bool]:
    """Delete a flow run with its states, its task runs and its logs. Subflow runs stay. Return whether it existed."""
    key = (str(flow_run_id),)
    of_its_tasks = "(SELECT id FROM task_run WHERE flow_run_id = ?)"
    yield Statement(f"DELETE FROM task_run_state WHERE task_run_id IN {of_its_tasks}", key)
    yield Statement("DELETE FROM task_run WHERE flow_run_id = ?", key)
    yield Statement("DELETE FROM log WHERE flow_run_id = ?", key)
    yield Statement("DELETE FROM flow_run_input WHERE flow_run_id = ?", key)
    yield Statement("DELETE FROM flow_run_state WHERE flow_run_id = ?", key)
    rows = yield Statement("DELETE FROM flow_run WHERE id = ? RETURNING id", key)
    return bool(rows)


def _with_states(rows: Sequence[Row]) -> Transaction[list[FlowRun]]:
    states = yield from read_states_by_id(FLOW_RUN_STATE, [(row["id"], row["state_id"]) for row in rows])
    return [
        FlowRun.model_validate({**FLOW_RUN.decode(row), "state": states.get(row["state_id"])}) for row in rows
    ]


def _filter(
    flow_names: Sequence[str], state_types: Sequence[str], state_names: Sequence[str]
) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    if flow_names:
        conditions.append(f"flow_id IN (SELECT id FROM flow WHERE name IN ({_marks(flow_names)}))")
    if state_types:
        conditions.append(f"state_type IN ({_marks(state_types)})")
    if state_names:
        conditions.append(f"state_name IN ({_marks(state_names)})")
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    return where, [*flow_names, *state_types, *state_names]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
