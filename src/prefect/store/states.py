"""States of runs: the same statements for flow runs and task runs, whose tables differ only in name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables import Table


def state_row(table: Table, run_id: UUID, state: State[Any]) -> list[Any]:
    """Return the parameters of a state's row. A result that was not persisted is not stored."""
    data = state.data
    kept = data.metadata if isinstance(data, ResultRecord) else None
    return table.encode({**state.__dict__, table.primary_key[0]: run_id, "data": kept})


def insert_state(table: Table, run_id: UUID, state: State[Any]) -> Statement:
    """Return the statement that stores a state of a run."""
    return Statement(table.insert, state_row(table, run_id, state))


def read_states(table: Table, run_id: UUID) -> Transaction[list[State[Any]]]:
    """Return all states of a run, the oldest first."""
    owner = table.primary_key[0]
    rows = yield Statement(
        f"SELECT * FROM {table.name} WHERE {owner} = ? ORDER BY timestamp, id", (str(run_id),)
    )
    return [_state(table, row) for row in rows]


def read_states_by_id(
    table: Table, wanted: Sequence[tuple[str, str | None]]
) -> Transaction[dict[str, State[Any]]]:
    """Return states by their id, for pairs of a run's id and the id of its present state."""
    found: dict[str, State[Any]] = {}
    owner = table.primary_key[0]
    for start in range(0, len(wanted), 200):
        pairs = [pair for pair in wanted[start : start + 200] if pair[1] is not None]
        if not pairs:
            continue
        marks = ", ".join(["(?, ?)"] * len(pairs))
        rows = yield Statement(
            f"SELECT * FROM {table.name} WHERE ({owner}, id) IN (VALUES {marks})",
            [value for pair in pairs for value in pair],
        )
        found.update({row["id"]: _state(table, row) for row in rows})
    return found


def _state(table: Table, row: Row) -> State[Any]:
    return State.model_validate(table.decode(row))
