"""States of runs: the same statements for flow runs and task runs, whose tables differ only in name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect.exceptions import ObjectNotFound
from prefect.schemas.results import ResultRecord, ResultRecordMetadata
from prefect.schemas.states import State
from prefect.store.operations import operation
from prefect.store.row_json import state_json, states_json
from prefect.store.run_records import states_of
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import FLOW_RUN_STATE, TASK_RUN_STATE, Table


def state_row(table: Table, run_id: UUID, state: State[Any]) -> list[Any]:
    """Return the parameters of a state's row. A result that was not persisted is not stored."""
    return table.encode({**state.__dict__, table.primary_key[0]: run_id, "data": _kept(state.data)})


def _kept(data: Any) -> Any:
    """Return what is stored of a state's result: where it is, as this process or another one told it."""
    if isinstance(data, ResultRecord):
        return data.metadata
    told = isinstance(data, ResultRecordMetadata) or (
        isinstance(data, Mapping) and not data.keys().isdisjoint(_TELLING)
    )  # pyright: ignore[reportUnknownMemberType] - JSON
    return data if told else None  # pyright: ignore[reportUnknownVariableType] - JSON


_TELLING = frozenset({"storage_key", "type"})
"""What the metadata of a result have, those of older clients too."""


def insert_state(table: Table, run_id: UUID, state: State[Any]) -> Statement:
    """Return the statement that stores a state of a run."""
    return Statement(table.insert, state_row(table, run_id, state))


def read_states(table: Table, run_id: UUID) -> Transaction[list[State[Any]]]:
    """Return all states of a run, the oldest first."""
    owner = table.primary_key[0]
    rows = yield Statement(
        f"SELECT * FROM {table.name} WHERE {owner} = ? ORDER BY timestamp, id", (str(run_id),)
    )
    return states_of(rows)


@operation("GET", "/flow_run_states/{id}", reads=True, json=state_json)
def read_flow_run_state(id: UUID) -> Transaction[State[Any]]:
    """Return a state of a flow run by its own id.

    Raises:
        ObjectNotFound: There is no such state.
    """
    return (yield from _read_state(FLOW_RUN_STATE, id))


@operation("GET", "/flow_run_states/", reads=True, json=states_json)
def read_flow_run_states(flow_run_id: UUID) -> Transaction[list[State[Any]]]:
    """Return all states that a flow run has been in, the oldest first."""
    return (yield from read_states(FLOW_RUN_STATE, flow_run_id))


@operation("GET", "/task_run_states/{id}", reads=True, json=state_json)
def read_task_run_state(id: UUID) -> Transaction[State[Any]]:
    """Return a state of a task run by its own id.

    Raises:
        ObjectNotFound: There is no such state.
    """
    return (yield from _read_state(TASK_RUN_STATE, id))


@operation("GET", "/task_run_states/", reads=True, json=states_json)
def read_task_run_states(task_run_id: UUID) -> Transaction[list[State[Any]]]:
    """Return all states that a task run has been in, the oldest first."""
    return (yield from read_states(TASK_RUN_STATE, task_run_id))


def _read_state(table: Table, id: UUID) -> Transaction[State[Any]]:
    rows = yield Statement(f"SELECT * FROM {table.name} WHERE id = ?", (str(id),))
    if not rows:
        raise ObjectNotFound(
            KeyError(id), f"There is no state {id}: its run was deleted, or recorded elsewhere."
        )
    return states_of(rows)[0]
