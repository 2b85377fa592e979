"""Rules about cancelling a flow run."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import Reject
from prefect.orchestration.facts import FlowRunFacts
from prefect.orchestration.state_types import CANCELLED, CANCELLING, PAUSED, SCHEDULED
from prefect.schemas.states import State


def finish_cancelling(_: State[Any] | None, proposed: State[Any], _facts: FlowRunFacts) -> Reject | None:
    """A run that is being cancelled becomes cancelled and nothing else."""
    return Reject(None, f"The run is being cancelled; it cannot become {proposed.name}.")


def cancel_without_infrastructure(
    current: State[Any] | None, proposed: State[Any], facts: FlowRunFacts
) -> Reject | None:
    """A run that nobody has started yet, or that was suspended, has nothing to stop: it is cancelled at once.

    One that waits for its next attempt in its process is scheduled too, but claimed.
    """
    if current is None or proposed.type != CANCELLING:
        return None
    has_no_process = current.type == SCHEDULED and not facts.is_claimed
    not_started = has_no_process and (not facts.infrastructure_pid or current.name == "Resuming")
    suspended = current.type == PAUSED and current.state_details.pause_reschedule
    if not (not_started or suspended):
        return None
    message = proposed.message or (
        "Cancelled while suspended." if suspended else "Cancelled before it was started."
    )
    cancelled = State[Any](type=CANCELLED, timestamp=facts.now, message=message)
    return Reject(cancelled, "Nothing runs that could be stopped: the run is cancelled at once.")
