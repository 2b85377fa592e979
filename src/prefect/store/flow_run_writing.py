"""What is done when the state of a flow run is written: the state, the run, and what the decision asks for besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect._ids import uuid7
from prefect.orchestration.advance import (
    advance_flow_run,
    advance_task_run,
    after,
    details_of_flow_run_state,
    parent_task_run_state,
)
from prefect.orchestration.decisions import (
    EmitStateEvent,
    Instruction,
    ReleaseDeploymentSlot,
    RetryFailedTaskRuns,
    RevokeLease,
    UpdateParentTaskRun,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType, details_with
from prefect.store.concurrency_slots import release_lease
from prefect.store.flow_run_events import tell_first_states, tell_flow_run_state
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.states import insert_state, state_row
from prefect.store.tables import FLOW_RUN, FLOW_RUN_STATE, TASK_RUN, TASK_RUN_STATE
from prefect.store.task_run_reading import find_task_run

_BY_NAME = frozenset(FLOW_RUN.columns)


def enter_first_state(
    run: FlowRun, state: State[Any], instructions: Iterable[Instruction] = (), *, told: bool = True
) -> Transaction[FlowRun]:
    """Store a new flow run in its first state, and return it; `told` says whether the event is stored too."""
    entered, state = _in_first_state(run, state, instructions)
    yield Statement(FLOW_RUN.insert, FLOW_RUN.encode(vars(entered)))
    yield insert_state(FLOW_RUN_STATE, run.id, state)
    yield from _perform(entered, None, state, instructions, told=told)
    return entered


def enter_first_states(runs: Iterable[tuple[FlowRun, State[Any]]]) -> Transaction[None]:
    """Store new flow runs in their first states, with the events of these: many that belong to the same."""
    entered = [_in_first_state(run, state) for run, state in runs]
    yield Batch(FLOW_RUN.insert, [FLOW_RUN.encode(vars(run)) for run, _ in entered], FLOW_RUN.group)
    states = [state_row(FLOW_RUN_STATE, run.id, state) for run, state in entered]
    yield Batch(FLOW_RUN_STATE.insert, states, FLOW_RUN_STATE.group)
    yield from tell_first_states([run for run, _ in entered])


def _in_first_state(
    run: FlowRun, state: State[Any], instructions: Iterable[Instruction] = ()
) -> tuple[FlowRun, State[Any]]:
    if details := details_of_flow_run_state(run, state):
        state = details_with(state, details)
    changes = advance_flow_run(run, None, state, instructions)
    return run.model_copy(update={**changes, "state": state}), state


def enter_state(
    run: FlowRun, state: State[Any], instructions: Iterable[Instruction] = (), *, told: bool = True
) -> Transaction[FlowRun]:
    """Write the next state of a flow run, and return the run as it is then; `told`: with its event."""
    if details := details_of_flow_run_state(run, state):
        state = details_with(state, details)
    state = after(state, run.state)
    advanced = advance_flow_run(run, run.state, state, instructions)
    changes = {
        **{name: value for name, value in advanced.items() if name in _BY_NAME},
        "updated": state.timestamp,
    }
    yield insert_state(FLOW_RUN_STATE, run.id, state)
    yield Statement(FLOW_RUN.update(changes), [*FLOW_RUN.encode(changes, tuple(changes)), str(run.id)])
    entered = run.model_copy(update={**changes, "state": state})
    yield from _perform(entered, run.state, state, instructions, told=told)
    return entered


def _perform(
    run: FlowRun,
    before: State[Any] | None,
    state: State[Any],
    instructions: Iterable[Instruction],
    *,
    told: bool,
) -> Transaction[None]:
    """Do what the decision asks for; slots were taken before it was made, and changes of the run are made."""
    for instruction in instructions:
        match instruction:
            case EmitStateEvent():
                if told:
                    yield from tell_flow_run_state(run, before, state)
            case UpdateParentTaskRun():
                yield from _update_parent(run, state)
            case ReleaseDeploymentSlot(lease_id):
                yield from release_lease(lease_id)
            case RevokeLease(lease_id):
                yield Statement(
                    "UPDATE concurrency_lease SET expires_at = NULL WHERE id = ?", (str(lease_id),)
                )
            case RetryFailedTaskRuns():
                yield from _retry_failed_task_runs(run, state)
            case _:
                pass


def _update_parent(run: FlowRun, state: State[Any]) -> Transaction[None]:
    """Give the task run that stands for a subflow the state of the subflow."""
    parent = (yield from find_task_run(run.parent_task_run_id)) if run.parent_task_run_id else None
    if parent is None:
        return
    copy = parent_task_run_state(run.id, state, parent.id, parent.flow_run_id)
    advanced = advance_task_run(parent, parent.state, copy)
    changes = {name: value for name, value in advanced.items() if name in TASK_RUN.columns}
    changes["updated"] = copy.timestamp
    yield insert_state(TASK_RUN_STATE, parent.id, copy)
    yield Statement(TASK_RUN.update(changes), [*TASK_RUN.encode(changes, tuple(changes)), str(parent.id)])


def _retry_failed_task_runs(run: FlowRun, state: State[Any]) -> Transaction[None]:
    """Let the failed task runs of a flow run wait to be tried again, as clients of old versions expect."""
    rows = yield Statement(
        "SELECT id FROM task_run WHERE flow_run_id = ? AND state_type = 'FAILED'", (str(run.id),)
    )
    for row in rows:
        failed = yield from find_task_run(row["id"])
        if failed is None:
            continue
        waiting: State[Any] = State(
            id=uuid7(), type=StateType.SCHEDULED, name="AwaitingRetry", timestamp=state.timestamp
        )
        waiting = details_with(waiting, {"task_run_id": failed.id, "flow_run_id": run.id})
        advanced = advance_task_run(failed, failed.state, waiting)
        changes = {name: value for name, value in advanced.items() if name in TASK_RUN.columns}
        changes["updated"] = waiting.timestamp
        yield insert_state(TASK_RUN_STATE, failed.id, waiting)
        yield Statement(TASK_RUN.update(changes), [*TASK_RUN.encode(changes, tuple(changes)), str(failed.id)])
