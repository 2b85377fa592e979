from __future__ import annotations

import pytest

from prefect.orchestration.decisions import Abort, Reject
from prefect.orchestration.resume import resume, waits_for_input
from prefect.schemas.states import State
from tests.unit.orchestration.building import NOW, decide_flow, later, state

KEYSET = {"schema": "pause-1-schema", "response": "pause-1-response"}


def test_paused_flow_run_goes_on_running() -> None:
    """A run that waits in its process runs on."""
    proposed = resume(state("PAUSED"), NOW)
    assert isinstance(proposed, State)
    assert (proposed.type, proposed.name, proposed.timestamp) == ("RUNNING", "Running", NOW)


def test_suspended_flow_run_is_scheduled_at_once() -> None:
    """A run that gave up its infrastructure is started by a worker as soon as one is free."""
    proposed = resume(state("PAUSED", "Suspended", pause_reschedule=True), NOW)
    assert isinstance(proposed, State)
    assert (proposed.type, proposed.name) == ("SCHEDULED", "Resuming")
    assert proposed.state_details.scheduled_time == NOW


@pytest.mark.parametrize("type_", ["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "CANCELLING"])
def test_only_a_paused_flow_run_is_resumed(type_: str) -> None:
    """Resuming anything else is refused, and says in which state the run is."""
    refusal = resume(state(type_), NOW)
    assert isinstance(refusal, Abort)
    assert type_.capitalize() in refusal.reason
    assert isinstance(resume(None, NOW), Abort)


def test_run_that_waits_for_input_needs_it_right() -> None:
    """Wrong input leaves the run paused and says what is wrong; right input resumes it."""
    current = state("PAUSED", run_input_keyset=KEYSET)
    assert waits_for_input(current)
    refusal = resume(current, NOW, input_problem="'age' is missing")
    assert isinstance(refusal, Reject)
    assert refusal.state is None
    assert "'age' is missing" in refusal.reason
    assert isinstance(resume(current, NOW), State)


def test_run_that_waits_for_no_input_goes_on_with_any() -> None:
    """Input that nobody asked for is not judged."""
    current = state("PAUSED")
    assert not waits_for_input(current)
    assert not waits_for_input(None)
    assert not waits_for_input(state("RUNNING", run_input_keyset=KEYSET))
    assert isinstance(resume(current, NOW, input_problem="unexpected"), State)


def test_expired_pause_fails_where_all_proposals_are_decided() -> None:
    """Resuming too late fails the run."""
    current = state("PAUSED", pause_timeout=later(-1))
    proposed = resume(current, NOW)
    assert isinstance(proposed, State)
    decision = decide_flow(current, proposed)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert decision.state.type == "FAILED"
