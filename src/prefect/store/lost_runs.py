"""What becomes of a flow run whose process is gone, and of what that process had begun.

The process cannot say it any more, so somebody else does: who started it, or the service that notices its silence.
Nothing is left that looks as if it went on: task runs and subflow runs in the same process end with the run, and the
slots that they held are free.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.orchestration.decisions import Abort
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.states import State, StateCreate, StateDetails, StateType
from prefect.store.claim_rows import is_claimed
from prefect.store.columns import json_text
from prefect.store.concurrency_slots import release_lease
from prefect.store.flow_run_states import answer_of, propose_flow_run_state
from prefect.store.flow_runs import child_flow_runs
from prefect.store.statements import Statement, Transaction
from prefect.store.task_run_states import set_task_run_state

AWAITING_INFRASTRUCTURE = "AwaitingInfrastructureRetry"
"""The name of the state of a run that waits to be executed again, because its infrastructure has failed."""

WITHOUT_A_WORD = "The process of this run ended without a word."
"""What is known of the end of a process that nobody has told of."""

_OVER = "('COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED')"


def end_lost_run(run: FlowRun, why: str, *, retry: bool = True) -> Transaction[OrchestrationResult]:
    """Let a flow run whose process is gone end as it must, or wait to be executed again.

    Args:
        run: The flow run.
        why: What is known of the end of its process, for people.
        retry: Whether it may be executed again, if its deployment has infrastructure retries left.

    Returns:
        The state that holds now; ABORT if the run is not of those that a process executes.
    """
    if run.state is None or run.state.is_final() or _waits_for_nobody(run, run.state):
        return answer_of(Abort(f"The run is {run.state_name}; it needs no process."), run.state)
    if run.state.type is StateType.CANCELLING:
        state: State[Any] = State(type=StateType.CANCELLED, message=f"The run was being cancelled. {why}")
    else:
        waiting = (yield from _infrastructure_retry(run, why)) if retry else None
        state = waiting or State(type=StateType.CRASHED, message=why)
    yield from end_what_it_began(run.id, state, why)
    return (yield from propose_flow_run_state(run.id, state, force=True))


def give_back(run: FlowRun, why: str) -> Transaction[OrchestrationResult]:
    """Let a flow run whose process is gone before it had begun wait for another one."""
    moment = now()
    given = run.state.state_details.scheduled_time if run.state else None
    details = StateDetails(scheduled_time=max(given, moment) if given else moment)
    yield from _forget_infrastructure(run.id)
    waiting: State[Any] = State(type=StateType.SCHEDULED, message=why, state_details=details)
    return (yield from propose_flow_run_state(run.id, waiting, force=True))


def _waits_for_nobody(run: FlowRun, state: State[Any]) -> bool:
    """Whether no process need be there: a suspended run, or a scheduled one that somebody will claim."""
    if state.type is StateType.PAUSED:
        return bool(state.state_details.pause_reschedule)
    return state.type is StateType.SCHEDULED and run.deployment_id is not None


def _infrastructure_retry(run: FlowRun, why: str) -> Transaction[State[Any] | None]:
    """Return the state in which a run waits to be executed again, if its deployment allows it once more."""
    if run.deployment_id is None:
        return None
    rows = yield Statement(
        "SELECT infrastructure_retries FROM deployment WHERE id = ?", (str(run.deployment_id),)
    )
    allowed = rows[0]["infrastructure_retries"] or 0 if rows else 0
    made = run.empirical_policy.infrastructure_retries or 0
    if made >= allowed:
        return None
    policy = run.empirical_policy.model_copy(update={"infrastructure_retries": made + 1})
    yield Statement("UPDATE flow_run SET empirical_policy = ? WHERE id = ?", (json_text(policy), str(run.id)))
    yield from _forget_infrastructure(run.id)
    return State(
        type=StateType.SCHEDULED,
        name=AWAITING_INFRASTRUCTURE,
        message=f"Infrastructure retry {made + 1} of {allowed}. {why}",
    )


def _forget_infrastructure(flow_run_id: UUID) -> Transaction[None]:
    """What a run was executed by is gone: cancelling it now needs nobody to stop anything."""
    yield Statement("UPDATE flow_run SET infrastructure_pid = NULL WHERE id = ?", (str(flow_run_id),))


def end_what_it_began(flow_run_id: UUID, state: State[Any], why: str) -> Transaction[None]:
    """End the task runs and subflow runs in the process of a flow run, and give back the slots that it holds.

    A subflow run of a deployment of its own, or that is claimed, is executed elsewhere: it goes on, but is cancelled if
    the run is.

    Args:
        flow_run_id: The flow run.
        state: The state that it enters.
        why: What is known of the end of its process.
    """
    kind = StateType.CANCELLED if state.type is StateType.CANCELLED else StateType.CRASHED
    elsewhere: set[str] = set()
    for child in (yield from child_flow_runs(flow_run_id)):
        if child.state is None or child.state.is_final():
            continue
        if child.deployment_id is not None or (yield from is_claimed(child.id)):
            elsewhere.add(str(child.parent_task_run_id))
            if kind is StateType.CANCELLED:
                cancelling: State[Any] = State(
                    type=StateType.CANCELLING, message="The parent flow run was cancelled."
                )
                yield from propose_flow_run_state(child.id, cancelling)
            continue
        ended: State[Any] = State(type=kind, message=why)
        yield from end_what_it_began(child.id, ended, why)
        yield from propose_flow_run_state(child.id, ended, force=True)
    rows = yield Statement(
        f"SELECT id FROM task_run WHERE flow_run_id = ? AND state_type NOT IN {_OVER} "
        "AND NOT EXISTS (SELECT 1 FROM background_task_run WHERE background_task_run.task_run_id = task_run.id)",
        (str(flow_run_id),),
    )
    for row in rows:
        if row["id"] not in elsewhere:
            with suppress(ObjectNotFound):  # deleted since it was looked for
                yield from set_task_run_state(
                    UUID(row["id"]), StateCreate(type=kind, message=why), force=True
                )
            yield from release_slots("task_run", row["id"])
    yield from release_slots("flow_run", str(flow_run_id))


def release_slots(kind: str, holder_id: str) -> Transaction[None]:
    """Give back all slots that a run holds: its process is gone. `kind` is `flow_run` or `task_run`."""
    rows = yield Statement(
        "SELECT id FROM concurrency_lease WHERE holder_type = ? AND holder_id = ?", (kind, holder_id)
    )
    for row in rows:
        yield from release_lease(UUID(row["id"]))
