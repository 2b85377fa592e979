"""Inputs of flow runs: what is sent to them while they run or are paused."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.flow_run_inputs import FlowRunInput
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.inputs import FLOW_RUN_INPUT

_ONE = "FROM flow_run_input WHERE flow_run_id = ? AND key = ?"


@operation("POST", "/flow_runs/{id}/input", status=201)
def create_flow_run_input(id: UUID, key: str, value: str, sender: str | None = None) -> Transaction[None]:
    """Keep a value for a flow run under a new key.

    Args:
        id: The flow run.
        key: Small letters, digits and dashes; one input of the run has it.
        value: The value as JSON.
        sender: Who sends it.

    Raises:
        ObjectNotFound: There is no such flow run.
        ObjectAlreadyExists: The run has an input of this key already.
        ValidationError: The key has other characters.
    """
    moment = now()
    sent = FlowRunInput(flow_run_id=id, key=key, value=value, sender=sender, created=moment, updated=moment)
    runs = yield Statement("SELECT 1 FROM flow_run WHERE id = ?", (str(id),))
    if not runs:
        raise ObjectNotFound(
            KeyError(id),
            f"There is no flow run {id} that the input {key!r} could be sent to.",
        )
    if (yield Statement(f"SELECT 1 {_ONE}", (str(id), key))):
        raise ObjectAlreadyExists(
            KeyError(key),
            f"Flow run {id} has an input {key!r} already. Delete that one, or use another key.",
        )
    yield Statement(FLOW_RUN_INPUT.insert, FLOW_RUN_INPUT.encode(dict(sent)))


@operation("GET", "/flow_runs/{id}/input/{key}", reads=True)
def read_flow_run_input(id: UUID, key: str) -> Transaction[str]:
    """Return the value of an input, as JSON.

    Raises:
        ObjectNotFound: The run has no input of this key.
    """
    rows = yield Statement(f"SELECT value {_ONE}", (str(id), key))
    if not rows:
        raise _missing(id, key)
    return rows[0]["value"]


@operation("POST", "/flow_runs/{id}/input/filter", reads=True)
def filter_flow_run_input(
    id: UUID, prefix: str, limit: int = 1, exclude_keys: Sequence[str] = ()
) -> Transaction[list[FlowRunInput]]:
    """Return the inputs of a flow run whose keys begin with `prefix`, the oldest first.

    Args:
        id: The flow run.
        prefix: The beginning of the keys.
        limit: How many at most.
        exclude_keys: Keys to pass over.
    """
    excluded = list(exclude_keys)
    marks = ", ".join("?" * len(excluded))
    passed_over = f"AND key NOT IN ({marks}) " if excluded else ""
    rows = yield Statement(
        "SELECT * FROM flow_run_input WHERE flow_run_id = ? AND substr(key, 1, ?) = ? "
        f"{passed_over}ORDER BY created, id LIMIT ?",
        (str(id), len(prefix), prefix, *excluded, limit),
    )
    return [FlowRunInput.model_validate(FLOW_RUN_INPUT.decode(row)) for row in rows]


@operation("DELETE", "/flow_runs/{id}/input/{key}", status=204)
def delete_flow_run_input(id: UUID, key: str) -> Transaction[None]:
    """Delete an input.

    Raises:
        ObjectNotFound: The run has no input of this key.
    """
    if not (yield Statement(f"DELETE {_ONE} RETURNING id", (str(id), key))):
        raise _missing(id, key)


def _missing(id: UUID, key: str) -> ObjectNotFound:
    return ObjectNotFound(KeyError(key), f"Flow run {id} has no input {key!r}.")
