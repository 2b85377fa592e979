"""Runs that missed their time do not begin."""

from __future__ import annotations

from prefect.orchestration.decisions import Accept, Reject
from prefect.schemas.states import StateType
from tests.unit.orchestration.building import decide_flow, state


def test_a_run_that_is_given_up_is_skipped_when_it_would_begin() -> None:
    """Whoever would claim it is told why, and it is cancelled under a name of its own."""
    scheduled, pending = state(StateType.SCHEDULED), state(StateType.PENDING)
    decision = decide_flow(scheduled, pending, skip_reason="It is too late.")
    assert isinstance(decision, Reject)
    assert decision.state is not None
    written = decision.state
    assert (written.type, written.name, written.message) == (
        StateType.CANCELLED,
        "Skipped",
        "It is too late.",
    )
    assert isinstance(decide_flow(scheduled, pending), Accept)
