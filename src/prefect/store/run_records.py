"""Rows of runs as records, without checking again what was checked when it was written.

A list of 200 runs is read in a few milliseconds that way. What no row holds is worked out: how long a run that has not
ended has been running, and how late one has started, or is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, get_args
from uuid import UUID, SafeUUID

from pydantic import TypeAdapter

from prefect.schemas._base import record_of
from prefect.schemas.flow_runs import CreatedBy, FlowRun, FlowRunPolicy
from prefect.schemas.logs import Log
from prefect.schemas.run_inputs import TaskInputs
from prefect.schemas.states import TERMINAL_STATES, State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy
from prefect.store.columns import (
    BOOLEAN_COLUMN,
    JSON_COLUMN,
    SECONDS_COLUMN,
    TIMESTAMP_COLUMN,
    UUID_COLUMN,
    json_value,
)
from prefect.store.statements import Row
from prefect.store.tables import FLOW_RUN, FLOW_RUN_STATE, LOG, TASK_RUN, TASK_RUN_STATE, Table

_ZERO = timedelta(0)
_STATE_TYPES = {kind.value: kind for kind in StateType}
_ANY_STATE = State[Any]
_FLOW_RUN_POLICY, _TASK_RUN_POLICY = vars(FlowRunPolicy()), vars(TaskRunPolicy())
_STATE_DETAILS = vars(StateDetails())
_inputs = TypeAdapter[TaskInputs](TaskInputs)


def _id(stored: str) -> UUID:
    """Return a stored id: as `UUID` does, which takes twice as long since it takes many more forms."""
    made = _new(UUID)
    _set(made, "int", int(stored.replace("-", ""), 16))
    _set(made, "is_safe", _UNKNOWN)
    return made


_new, _set, _UNKNOWN = object.__new__, object.__setattr__, SafeUUID.unknown


_OF_DETAILS: Mapping[str, Callable[[Any], Any]] = {
    name: read
    for name, field in StateDetails.model_fields.items()
    for kind, read in ((UUID, _id), (datetime, datetime.fromisoformat))
    if kind in get_args(field.annotation)
}
"""How those details of states are read that JSON has no type for."""


def _list(stored: str | None) -> list[Any]:
    return [] if not stored or stored == "[]" else json_value(stored)


def _object(stored: str | None) -> dict[str, Any]:
    return {} if not stored or stored == "{}" else json_value(stored)


def _flow_run_policy(stored: str | None) -> FlowRunPolicy:
    if stored and stored != "{}":
        return FlowRunPolicy.model_validate(json_value(stored))
    return record_of(FlowRunPolicy, {**_FLOW_RUN_POLICY, "pause_keys": set[str]()})


def _task_run_policy(stored: str | None) -> TaskRunPolicy:
    if stored and stored != "{}":
        return TaskRunPolicy.model_validate(json_value(stored))
    return record_of(TaskRunPolicy, {**_TASK_RUN_POLICY})


def _details(stored: str | None) -> StateDetails:
    values = dict(_STATE_DETAILS)
    for name, value in _object(stored).items():
        if value is not None and name in values:
            read = _OF_DETAILS.get(name)
            values[name] = value if read is None else read(value)
    return record_of(StateDetails, values)


def _task_inputs(stored: str | None) -> TaskInputs:
    return {} if not stored or stored == "{}" else _inputs.validate_python(json_value(stored))


def _state_type(stored: str | None) -> StateType | None:
    return None if stored is None else _STATE_TYPES[stored]


def _duration(stored: float | None) -> timedelta:
    return timedelta(seconds=stored) if stored else _ZERO


def _count(stored: int | None) -> int:
    return stored or 0


_ALWAYS: Mapping[str, Callable[[Any], Any]] = {
    "tags": _list,
    "labels": _object,
    "parameters": _object,
    "context": _object,
    "task_inputs": _task_inputs,
    "state_type": _state_type,
    "total_run_time": _duration,
    "run_count": _count,
    "flow_run_run_count": _count,
    "auto_scheduled": bool,
    "type": _state_type,
}
"""How columns are read that have a value even where the row has none."""

_WHERE_SET: Mapping[Any, Callable[[Any], Any]] = {
    UUID_COLUMN: _id,
    TIMESTAMP_COLUMN: datetime.fromisoformat,
    JSON_COLUMN: json_value,
    BOOLEAN_COLUMN: bool,
    SECONDS_COLUMN: lambda stored: timedelta(seconds=stored),
}


class _Reading(NamedTuple):
    """How the columns of a table become values: always, or where there is something to read."""

    always: tuple[tuple[str, Callable[[Any], Any]], ...]
    where_set: tuple[tuple[str, Callable[[Any], Any]], ...]


def _reading(table: Table, **particular: Callable[[Any], Any]) -> _Reading:
    always = {**_ALWAYS, **particular}
    return _Reading(
        tuple((name, always[name]) for name in table.columns if name in always),
        tuple(
            (name, _WHERE_SET[kind])
            for name, kind in table.columns.items()
            if name not in always and kind in _WHERE_SET
        ),
    )


_FLOW_RUN = _reading(
    FLOW_RUN,
    empirical_policy=_flow_run_policy,
    created_by=lambda stored: _created_by(stored) if stored else None,
)
_TASK_RUN = _reading(TASK_RUN, empirical_policy=_task_run_policy)
_LOG = _reading(LOG)


def _created_by(stored: str) -> CreatedBy:
    return CreatedBy.model_validate(json_value(stored))


OF_STATE = ("timestamp", "id", "type", "name", "message", "state_details", "data")
"""The columns of a state, without the run that it belongs to."""

_ALONG = tuple(f"the_state_{name}" for name in OF_STATE)
_STATE_COLUMNS = ", ".join(f"state.{name} AS {along}" for name, along in zip(OF_STATE, _ALONG, strict=True))


_RUN_COLUMNS = {
    runs.name: ", ".join(f"{runs.name}.{name}" for name in runs.columns) for runs in (FLOW_RUN, TASK_RUN)
}
"""All columns by name: what a newer release has added is not known here."""


def runs_with_states(runs: Table, where: str) -> str:
    """Return a SELECT of runs with their present states; `where` is all that follows FROM."""
    states = FLOW_RUN_STATE if runs is FLOW_RUN else TASK_RUN_STATE
    owner = states.primary_key[0]
    return (
        f"SELECT {_RUN_COLUMNS[runs.name]}, {_STATE_COLUMNS} FROM {runs.name} LEFT JOIN {states.name} AS state "
        f"ON state.{owner} = {runs.name}.id AND state.id = {runs.name}.state_id {where}"
    )


def first_runs(runs: Table, where: str, order: str) -> str:
    """Return a SELECT of the runs that fulfil a condition, with their states, in an order, with LIMIT and OFFSET."""
    return runs_with_states(runs, f"WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?")


def page_of_runs(runs: Table, where: str, order: str) -> str:
    """Return a SELECT that means the same as `first_runs`.

    Which runs these are is found first, by their ids, which an index often tells; only their rows are read.
    """
    found = f"SELECT {runs.name}.id FROM {runs.name} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    return runs_with_states(runs, f"WHERE {runs.name}.id IN ({found}) ORDER BY {order}")


def flow_runs_of(rows: Sequence[Row], now: datetime) -> list[FlowRun]:
    """Return flow runs with their states, of the rows of `runs_with_states`."""
    return [_flow_run(values, now) for values in as_dictionaries(rows)]


def task_runs_of(rows: Sequence[Row], now: datetime) -> list[TaskRun]:
    """Return task runs with their states, of the rows of `runs_with_states`."""
    return [_task_run(values, now) for values in as_dictionaries(rows)]


def states_of(rows: Sequence[Row]) -> list[State[Any]]:
    """Return states, of rows that hold all of their columns."""
    return [
        _state(
            row["timestamp"],
            row["id"],
            row["type"],
            row["name"],
            row["message"],
            row["state_details"],
            row["data"],
        )
        for row in rows
    ]


def logs_of(rows: Sequence[Row]) -> list[Log]:
    """Return log lines. A line is stored once and never changes, so its own time serves for all."""
    lines: list[Log] = []
    for values in as_dictionaries(rows):
        _read(values, _LOG)
        values["created"] = values["updated"] = values["timestamp"]
        lines.append(record_of(Log, values))
    return lines


def _flow_run(values: dict[str, Any], now: datetime) -> FlowRun:
    state = _state_along(values)
    _read(values, _FLOW_RUN)
    values["state"] = state
    _estimate(values, state, now)
    return record_of(FlowRun, values)


def _task_run(values: dict[str, Any], now: datetime) -> TaskRun:
    state = _state_along(values)
    _read(values, _TASK_RUN)
    values["state"] = state
    _estimate(values, state, now)
    return record_of(TaskRun, values)


def _read(values: dict[str, Any], reading: _Reading) -> None:
    for name, read in reading.always:
        values[name] = read(values[name])
    for name, read in reading.where_set:
        stored = values[name]
        if stored is not None:
            values[name] = read(stored)


def taken_state(values: dict[str, Any]) -> list[Any] | None:
    """Take the columns of the state out of the values of a row of `runs_with_states`; None if the run has no state."""
    take = values.pop
    parts = [take(name) for name in _ALONG]
    return None if parts[1] is None else parts


def _state_along(values: dict[str, Any]) -> State[Any] | None:
    parts = taken_state(values)
    return None if parts is None else _state(*parts)


def _state(
    timestamp: str, id: str, type: str, name: str, message: str | None, details: str | None, data: str | None
) -> State[Any]:
    moment = datetime.fromisoformat(timestamp)
    return record_of(
        _ANY_STATE,
        {
            "id": _id(id),
            "created": None,
            "updated": None,
            "type": _STATE_TYPES[type],
            "name": name,
            "timestamp": moment,
            "message": message,
            "state_details": _details(details),
            "data": None if data is None else json_value(data),
        },
    )


def estimated_run_time(
    kind: StateType | None, so_far: timedelta, since: datetime | None, now: datetime
) -> timedelta:
    """Return how long a run has been running: before its present state, and since then if that is RUNNING."""
    if kind is StateType.RUNNING and since is not None and now > since:
        return so_far + (now - since)
    return so_far


def estimated_lateness(
    kind: StateType | None, expected: datetime | None, started: datetime | None, now: datetime
) -> timedelta:
    """Return how much later than expected a run started or, while it has not and may, how late it is."""
    if expected is None:
        return _ZERO
    if started is not None:
        return max(started - expected, _ZERO)
    return now - expected if now > expected and kind not in TERMINAL_STATES else _ZERO


def _estimate(values: dict[str, Any], state: State[Any] | None, now: datetime) -> None:
    kind = values["state_type"]
    since = None if state is None else state.timestamp
    values["estimated_run_time"] = estimated_run_time(kind, values["total_run_time"], since, now)
    values["estimated_start_time_delta"] = estimated_lateness(
        kind, values["expected_start_time"], values["start_time"], now
    )


def as_dictionaries(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows as dictionaries. Asking rows for one value after the other costs several times as much."""
    if not rows:
        return []
    names = list(rows[0].keys())
    if isinstance(rows[0], dict):
        return [dict(row) for row in rows]
    return [dict(zip(names, row, strict=True)) for row in rows]
