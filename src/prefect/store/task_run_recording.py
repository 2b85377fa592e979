"""Task runs as the process that runs them tells of them: written behind, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from prefect.schemas.states import State
from prefect.store.statements import Batch, Transaction
from prefect.store.states import state_row
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
