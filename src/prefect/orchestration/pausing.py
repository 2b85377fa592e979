"""Rules about pausing and resuming a flow run, and about its tasks meanwhile."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import Abort, Reject, UpdateRunPolicy
from prefect.orchestration.facts import FlowRunFacts, TaskRunFacts
from prefect.orchestration.state_types import CANCELLING, FAILED, FINAL, PAUSED, RUNNING, SCHEDULED, one_of
from prefect.schemas.states import State, StateDetails

_WAYS_OUT_OF_A_PAUSE = FINAL | one_of(RUNNING, SCHEDULED, CANCELLING)


def check_pause(
    current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> Reject | Abort | None:
    """Only a running flow run pauses, and once for each pause key, so that code that runs again does not pause again.

    A pause that gives up the infrastructure needs a deployment to start the run again, and is not for subflows.
    """
    if current is None:
        return Abort("A flow run without a state cannot pause; only a running one can.")
    if current.type != RUNNING:
        return Reject(None, f"The flow run is {current.name}; only a running one can pause.")
    details = proposed.state_details
    if details.pause_key is not None and details.pause_key in facts.pause_keys:
        return Reject(None, f"The flow run has passed the pause {details.pause_key!r} already.")
    if details.pause_reschedule and facts.is_subflow:
        return Abort(
            "A subflow cannot be suspended: it runs inside its parent. Pause it, or suspend the parent."
        )
    if details.pause_reschedule and not facts.has_deployment:
        return Abort(
            "A flow run without a deployment cannot be suspended: nothing would start it again. Pause it."
        )
    return None


def note_pause_key(_: State[Any] | None, written: State[Any], facts: FlowRunFacts) -> UpdateRunPolicy:
    """The run remembers that it paused here. A pause without a key gets the id of its state."""
    key = written.state_details.pause_key or str(written.id)
    return UpdateRunPolicy({"pause_keys": {*facts.pause_keys, key}})


def check_resume(current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts) -> Reject | None:
    """A paused flow run goes on, is cancelled or ends; it has failed if nobody resumed it in time."""
    if current is None:
        return None
    if proposed.type not in _WAYS_OUT_OF_A_PAUSE:
        return Reject(None, f"The flow run is {current.name}; resume it before it becomes {proposed.name}.")
    details = current.state_details
    if details.pause_reschedule and not facts.has_deployment:
        return Reject(None, "The flow run is suspended and has no deployment: nothing would start it again.")
    expired = details.pause_timeout is not None and details.pause_timeout < facts.now
    if expired and proposed.type != CANCELLING:
        failed = State[Any](
            type=FAILED, timestamp=facts.now, message="The run was paused and not resumed in time."
        )
        return Reject(failed, "The time to resume the flow run is over.")
    return None


def note_resuming(_: State[Any] | None, _written: State[Any], _facts: FlowRunFacts) -> UpdateRunPolicy:
    """The run remembers that it goes on rather than begins anew."""
    return UpdateRunPolicy({"resuming": True})


def follow_flow_run(
    _: State[Any] | None, _proposed: State[Any], facts: TaskRunFacts
) -> Reject | Abort | None:
    """A task starts only while its flow run is running. In a paused one it is not ready, for as long as the pause."""
    flow_state_type = facts.flow_state_type
    if flow_state_type == RUNNING or facts.flow_run_count is None:
        return None
    if flow_state_type == PAUSED:
        pause = facts.flow_state_details or StateDetails()
        details = StateDetails(pause_timeout=pause.pause_timeout, pause_reschedule=pause.pause_reschedule)
        not_ready = State[Any](type=PAUSED, name="NotReady", timestamp=facts.now, state_details=details)
        return Reject(not_ready, "The flow run is paused.")
    return Abort(f"The flow run is {flow_state_type or 'without a state'}; its tasks cannot start.")
