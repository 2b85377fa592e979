"""Task runs that a server makes, changes and deletes when it is asked to.

Task runs of flows are told of by the process that runs them: see `task_run_recording` and `task_run_events`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ReferenceNotFound
from prefect.orchestration.decide import decide
from prefect.orchestration.facts import TaskRunFacts
from prefect.orchestration.policies import policy_for_task_run
from prefect.schemas.states import StateCreate, StateType
from prefect.schemas.task_runs import TaskRun, TaskRunCreate, TaskRunUpdate
from prefect.store.columns import json_value
from prefect.store.flow_run_creation import state_created
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables import TASK_RUN
from prefect.store.task_run_reading import find_task_run, task_run_not_found
from prefect.store.task_run_states import enter_first_state


@operation("POST", "/task_runs/", status=201, dated=lambda run: run.created)
def create_task_run(task_run: TaskRunCreate) -> Transaction[TaskRun]:
    """Store a new task run, in the state that is given or else in Pending.

    One that is known by its id, or stands at the same place of the flow run, is returned as it is.

    Raises:
        ReferenceNotFound: There is no such flow run.
    """
    earlier = yield from _earlier(task_run)
    if earlier is not None:
        return earlier
    labels = yield from _labels(task_run.flow_run_id)
    given = dict(task_run)
    state = given.pop("state") or StateCreate(type=StateType.PENDING)
    moment = now()
    run = TaskRun.model_construct(
        None,
        **given
        | {
            "id": task_run.id or uuid7(),
            "created": moment,
            "updated": moment,
            "labels": {**labels, **(task_run.labels or {})},
        },
    )
    proposed = state_created(state)
    policy = policy_for_task_run(force=True, deferred=bool(proposed.state_details.deferred))
    decision = decide(policy, None, proposed, TaskRunFacts.of(run, proposed.timestamp))
    instructions = getattr(decision, "instructions", ())
    return (yield from enter_first_state(run, getattr(decision, "state", None) or proposed, instructions))


@operation("PATCH", "/task_runs/{id}", status=204)
def update_task_run(id: UUID, task_run: TaskRunUpdate) -> Transaction[None]:
    """Change the name of a task run, if it is set in `task_run`.

    Raises:
        ObjectNotFound: There is no such task run.
    """
    changes: dict[str, Any] = {"updated": now(), **task_run.model_dump(exclude_unset=True)}
    names = tuple(changes)
    rows = yield Statement(
        f"{TASK_RUN.update(names)} RETURNING id", [*TASK_RUN.encode(changes, names), str(id)]
    )
    if not rows:
        raise task_run_not_found(id)


@operation("DELETE", "/task_runs/{id}", status=204)
def delete_task_run(id: UUID) -> Transaction[None]:
    """Delete a task run with its states and its logs.

    Raises:
        ObjectNotFound: There is no such task run.
    """
    for table in ("background_task_run", "task_run_state", "log"):
        yield Statement(f"DELETE FROM {table} WHERE task_run_id = ?", (str(id),))
    if not (yield Statement("DELETE FROM task_run WHERE id = ? RETURNING id", (str(id),))):
        raise task_run_not_found(id)


def _earlier(task_run: TaskRunCreate) -> Transaction[TaskRun | None]:
    """Return the task run that a request to create one means already."""
    if task_run.id is not None:
        known = yield from find_task_run(task_run.id)
        if known is not None:
            return known
    place = (task_run.task_key, task_run.dynamic_key)
    if task_run.flow_run_id is None:
        rows = yield Statement(
            "SELECT id FROM task_run WHERE task_key = ? AND dynamic_key = ? AND flow_run_id IS NULL LIMIT 1",
            place,
        )
    else:
        rows = yield Statement(
            "SELECT id FROM task_run WHERE flow_run_id = ? AND task_key = ? AND dynamic_key = ? LIMIT 1",
            (str(task_run.flow_run_id), *place),
        )
    return (yield from find_task_run(rows[0]["id"])) if rows else None


def _labels(flow_run_id: UUID | None) -> Transaction[dict[str, Any]]:
    """Return the labels that a task run has from its flow run."""
    if flow_run_id is None:
        return {}
    rows = yield Statement("SELECT labels FROM flow_run WHERE id = ?", (str(flow_run_id),))
    if not rows:
        raise ReferenceNotFound(f"There is no flow run {flow_run_id} that the task run could belong to.")
    inherited: dict[str, Any] = json_value(rows[0]["labels"] or "{}")
    return {**inherited, "prefect.flow-run.id": str(flow_run_id)}
