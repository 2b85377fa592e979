"""What becomes of a run when a state is written: the changed fields, and what is filled in on the state.

The caller, for a decision that writes `state`:

    1. performs the instructions but `UpdateRun` and `UpdateRunPolicy`;
    2. fills in the state: `details_with(state, details_of_flow_run_state(run, state))`, and for a flow run lets it come
       after the state before: `after(state, run.state)`;
    3. writes the state, and on the run the fields that `advance_flow_run(run, current, state, decision.instructions)`
       returns (for a task run alike).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect._ids import uuid7
from prefect.orchestration.decisions import Instruction, UpdateRun, UpdateRunPolicy
from prefect.orchestration.policies import GLOBAL_FLOW_POLICY, GLOBAL_TASK_POLICY
from prefect.orchestration.writing import Change, Changes
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun

_Pair = tuple[StateType | None, StateType]
_flow_changes: dict[_Pair, tuple[Change[FlowRun], ...]] = {}
_task_changes: dict[_Pair, tuple[Change[TaskRun], ...]] = {}


def advance_flow_run(
    run: FlowRun, current: State[Any] | None, state: State[Any], instructions: Iterable[Instruction] = ()
) -> dict[str, Any]:
    """Return the fields of a flow run that change when `state` is written. The run itself is left as it is.

    Args:
        run: The flow run.
        current: The state it leaves, None for a new run.
        state: The state that is written.
        instructions: Those of the decision; `UpdateRun` and `UpdateRunPolicy` among them take effect here.
    """
    pair = (None if current is None else current.type, state.type)
    steps = _flow_changes.get(pair)
    if steps is None:
        rows = [row for row in GLOBAL_FLOW_POLICY if row.occasion(*pair)]
        steps = _flow_changes[pair] = tuple(row.change for row in rows if row.change)
    changes = _updates_of_run(instructions)
    for change in steps:
        change(run, current, state, changes)
    for instruction in instructions:
        if type(instruction) is UpdateRunPolicy:
            policy = changes.get("empirical_policy", run.empirical_policy)
            changes["empirical_policy"] = policy.model_copy(update=dict(instruction.changes))
    return changes


def advance_task_run(
    run: TaskRun, current: State[Any] | None, state: State[Any], instructions: Iterable[Instruction] = ()
) -> dict[str, Any]:
    """Return the fields of a task run that change when `state` is written. The run itself is left as it is.

    Args:
        run: The task run.
        current: The state it leaves, None for a new run.
        state: The state that is written.
        instructions: Those of the decision; `UpdateRun` among them takes effect here.
    """
    pair = (None if current is None else current.type, state.type)
    steps = _task_changes.get(pair)
    if steps is None:
        rows = [row for row in GLOBAL_TASK_POLICY if row.occasion(*pair)]
        steps = _task_changes[pair] = tuple(row.change for row in rows if row.change)
    changes = _updates_of_run(instructions)
    for change in steps:
        change(run, current, state, changes)
    return changes


def details_of_flow_run_state(run: FlowRun, state: State[Any]) -> dict[str, Any]:
    """Return the details to fill in on a state of this flow run; empty when they are all there."""
    details: Changes = {}
    for row in GLOBAL_FLOW_POLICY:
        if row.details:
            details |= row.details(run, state)
    return details


def details_of_task_run_state(run: TaskRun, state: State[Any]) -> dict[str, Any]:
    """Return the details to fill in on a state of this task run; empty when they are all there."""
    details: Changes = {}
    for row in GLOBAL_TASK_POLICY:
        if row.details:
            details |= row.details(run, state)
    return details


def after(state: State[Any], before: State[Any] | None) -> State[Any]:
    """Return the state at a time after that of the state before: clocks are set back, histories are not."""
    if before is None or state.timestamp > before.timestamp:
        return state
    return state.model_copy(update={"timestamp": before.timestamp + timedelta(microseconds=1)})


def parent_task_run_state(
    subflow_run_id: UUID, state: State[Any], parent_task_run_id: UUID, parent_flow_run_id: UUID | None
) -> State[Any]:
    """Return the state of the task run that stands for a subflow in its parent, for the state of the subflow.

    Args:
        subflow_run_id: The run of the subflow, which the state names as its child.
        state: The state written for it.
        parent_task_run_id: The task run that stands for it.
        parent_flow_run_id: The flow run that task run belongs to.
    """
    details = state.state_details.model_copy(
        update={
            "flow_run_id": parent_flow_run_id,
            "task_run_id": parent_task_run_id,
            "child_flow_run_id": subflow_run_id,
        }
    )
    return state.model_copy(update={"id": uuid7(), "state_details": details})


def _updates_of_run(instructions: Iterable[Instruction]) -> Changes:
    changes: Changes = {}
    for instruction in instructions:
        if type(instruction) is UpdateRun:
            changes.update(instruction.changes)
    return changes
