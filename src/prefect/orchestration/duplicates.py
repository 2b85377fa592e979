"""Rules against doing the same thing twice: a proposal sent again, a run picked up by a second worker."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import Abort, Reject
from prefect.orchestration.facts import RunFacts
from prefect.orchestration.state_types import PENDING
from prefect.schemas.states import State, details_with


def refuse_same_transition(current: State[Any] | None, proposed: State[Any], _: RunFacts) -> Reject | None:
    """A proposal that was written before and is sent again, known by its transition id, leaves the state as it is."""
    transition_id = proposed.state_details.transition_id
    if transition_id is None or current is None or current.state_details.transition_id != transition_id:
        return None
    return Reject(None, f"The transition {transition_id} was made already.")


def refuse_pending_twice(
    current: State[Any] | None, proposed: State[Any], _: RunFacts
) -> State[Any] | Abort | None:
    """A run that somebody has in hand cannot be taken up by another.

    While it is pending it may go from one named step to the next (Submitting, InfrastructurePending), and keeps its
    scheduled time and its lease; it does not go back to plain Pending.
    """
    if current is None:
        return None
    if current.type != PENDING:
        return Abort(f"The run is {current.name}; it cannot become pending.")
    if proposed.name in {"Pending", current.name}:
        return Abort(f"The run is {current.name} already; another worker or runner has it in hand.")
    kept, given = current.state_details, proposed.state_details
    return details_with(
        proposed,
        {
            "scheduled_time": given.scheduled_time or kept.scheduled_time,
            "deployment_concurrency_lease_id": given.deployment_concurrency_lease_id
            or kept.deployment_concurrency_lease_id,
        },
    )
