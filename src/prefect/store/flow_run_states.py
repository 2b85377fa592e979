"""Orchestration of flow runs: facts, decision, instructions and the new state in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.exceptions import ObjectNotFound
from prefect.orchestration.advance import (
    advance_flow_run,
    advance_task_run,
    details_of_flow_run_state,
    parent_task_run_state,
)
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import Abort, Decision, Instruction, Reject, UpdateParentTaskRun, Wait
from prefect.orchestration.facts import FlowRunFacts
from prefect.orchestration.policies import policy_for_flow_run
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
    StateRejectDetails,
    StateWaitDetails,
)
from prefect.schemas.states import State, details_with
from prefect.store.flow_runs import read_flow_run
from prefect.store.statements import Statement, Transaction
from prefect.store.states import insert_state
from prefect.store.tables import FLOW_RUN, FLOW_RUN_STATE, TASK_RUN, TASK_RUN_STATE
from prefect.store.task_runs import read_task_run


def set_flow_run_state(
    flow_run_id: UUID, proposed: State[Any], *, force: bool, now: datetime
) -> Transaction[OrchestrationResult]:
    """Decide on a proposed state and write what was decided.

    Args:
        flow_run_id: The flow run.
        proposed: The state that it would enter.
        force: Pass over the rules that would refuse it.
        now: The time of the decision, in UTC.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from read_flow_run(flow_run_id)
    if run is None:
        raise ObjectNotFound(
            KeyError(flow_run_id),
            f"There is no flow run {flow_run_id}: it was deleted, or recorded elsewhere.",
        )
    facts = FlowRunFacts.of(run, now)
    decision = decide(policy_for_flow_run(force=force), run.state, proposed, facts)
    written: State[Any] | None = None
    if not isinstance(decision, (Wait, Abort)) and decision.state is not None:
        written = yield from _write(run, decision.state, decision.instructions)
    return _answer(decision, written or run.state)


def _write(run: FlowRun, state: State[Any], instructions: Iterable[Instruction]) -> Transaction[State[Any]]:
    state = details_with(state, details_of_flow_run_state(run, state))
    if run.state is not None and state.timestamp <= run.state.timestamp:
        # The history is read in the order of time: a clock that was set back must not change that order.
        state = state.model_copy(update={"timestamp": run.state.timestamp + timedelta(microseconds=1)})
    changes = {**advance_flow_run(run, run.state, state, instructions), "updated": state.timestamp}
    changes = {name: value for name, value in changes.items() if name in FLOW_RUN.columns}
    yield insert_state(FLOW_RUN_STATE, run.id, state)
    yield Statement(FLOW_RUN.update(changes), [*FLOW_RUN.encode(changes, tuple(changes)), str(run.id)])
    for instruction in instructions:
        if isinstance(instruction, UpdateParentTaskRun):
            yield from _update_parent(run, state)
    return state


def _update_parent(run: FlowRun, state: State[Any]) -> Transaction[None]:
    """Give the task run that stands for a subflow the state of the subflow."""
    parent = (yield from read_task_run(run.parent_task_run_id)) if run.parent_task_run_id else None
    if parent is None:
        return
    copy = parent_task_run_state(run.id, state, parent.id, parent.flow_run_id)
    changes = {**advance_task_run(parent, parent.state, copy), "updated": copy.timestamp}
    changes = {name: value for name, value in changes.items() if name in TASK_RUN.columns}
    yield insert_state(TASK_RUN_STATE, parent.id, copy)
    yield Statement(TASK_RUN.update(changes), [*TASK_RUN.encode(changes, tuple(changes)), str(parent.id)])


def _answer(decision: Decision, state: State[Any] | None) -> OrchestrationResult:
    if isinstance(decision, Wait):
        details = StateWaitDetails(delay_seconds=decision.seconds, reason=decision.reason)
    elif isinstance(decision, Abort):
        details = StateAbortDetails(reason=decision.reason)
    elif isinstance(decision, Reject):
        details = StateRejectDetails(reason=decision.reason)
    else:
        details = StateAcceptDetails()
    return OrchestrationResult(state=state, status=SetStateStatus(decision.status), details=details)


def rename_flow_run(flow_run_id: UUID, name: str) -> Transaction[None]:
    """Give a flow run another name."""
    yield Statement("UPDATE flow_run SET name = ? WHERE id = ?", (name, str(flow_run_id)))
