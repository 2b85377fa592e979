"""What resuming a paused flow run means."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from prefect.orchestration.decisions import Abort, Reject
from prefect.orchestration.state_types import PAUSED, RUNNING, SCHEDULED
from prefect.schemas.states import State, StateDetails


def waits_for_input(current: State[Any] | None) -> bool:
    """Return whether a paused run waits for input, which the caller has to check against the stored schema."""
    return current is not None and current.type == PAUSED and bool(current.state_details.run_input_keyset)


def resume(
    current: State[Any] | None, now: datetime, input_problem: str | None = None
) -> State[Any] | Reject | Abort:
    """Return the state to propose so that a flow run goes on, or why it cannot.

    A suspended run is scheduled, for a worker to start it; a paused one goes on running in its process. The proposal
    goes through `decide` like any other: a pause that lasted too long fails there.

    Args:
        current: The state of the run.
        now: The time, in UTC.
        input_problem: What is wrong with the input given, if the run waits for input (`waits_for_input`).
    """
    if current is None or current.type != PAUSED:
        name = "without a state" if current is None else current.name
        return Abort(f"The flow run is {name}; only a paused one can be resumed.")
    if input_problem is not None and waits_for_input(current):
        return Reject(None, f"The flow run cannot go on with this input: {input_problem}")
    if current.state_details.pause_reschedule:
        details = StateDetails(scheduled_time=now)
        return State[Any](type=SCHEDULED, name="Resuming", timestamp=now, state_details=details)
    return State[Any](type=RUNNING, timestamp=now)
