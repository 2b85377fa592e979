from __future__ import annotations

from uuid import UUID

import pytest

from prefect.orchestration.decisions import Abort, Accept, Reject
from prefect.orchestration.duplicates import refuse_pending_twice, refuse_same_transition
from prefect.orchestration.policies import BACKGROUND_TASK_POLICY
from tests.unit.orchestration.building import decide_flow, decide_task, flow_facts, later, state

FIRST = UUID("11111111-1111-4111-8111-111111111111")
SECOND = UUID("22222222-2222-4222-8222-222222222222")


def test_proposal_sent_again_changes_nothing() -> None:
    """A client that sends a proposal twice, because it missed the answer, gets the state as it is."""
    current = state("RUNNING", transition_id=FIRST)
    decision = decide_flow(current, state("RUNNING", transition_id=FIRST))
    assert isinstance(decision, Reject)
    assert decision.state is None


def test_other_transitions_are_not_repetitions() -> None:
    """Transitions with another id, or none, are made."""
    facts = flow_facts()
    current = state("RUNNING", transition_id=FIRST)
    assert refuse_same_transition(current, state("RUNNING", transition_id=SECOND), facts) is None
    assert refuse_same_transition(current, state("RUNNING"), facts) is None
    assert refuse_same_transition(state("RUNNING"), state("RUNNING"), facts) is None
    assert refuse_same_transition(None, state("RUNNING", transition_id=FIRST), facts) is None


@pytest.mark.parametrize("name", ["Pending", "Submitting"])
@pytest.mark.parametrize("type_", ["RUNNING", "CANCELLED", "CANCELLING"])
def test_run_in_hand_does_not_become_pending(type_: str, name: str) -> None:
    """A run that runs or was cancelled is not taken up again."""
    assert isinstance(refuse_pending_twice(state(type_), state("PENDING", name), flow_facts()), Abort)


def test_second_worker_is_turned_away() -> None:
    """Of two workers that submit one run the second is told to stop."""
    for name in ("Pending", "Submitting"):
        assert isinstance(decide_flow(state("PENDING", name), state("PENDING", name)), Abort)


def test_pending_run_goes_on_by_steps() -> None:
    """A pending run that goes a step on keeps the time and the lease it has."""
    current = state("PENDING", scheduled_time=later(-5), deployment_concurrency_lease_id=FIRST)
    decision = decide_flow(current, state("PENDING", "Submitting"))
    assert isinstance(decision, Accept)
    assert decision.state.name == "Submitting"
    assert decision.state.state_details.scheduled_time == later(-5)
    assert decision.state.state_details.deployment_concurrency_lease_id == FIRST


def test_step_may_bring_its_own_lease() -> None:
    """What the new pending state says itself counts."""
    current = state("PENDING", scheduled_time=later(-5), deployment_concurrency_lease_id=FIRST)
    proposed = state("PENDING", "Submitting", scheduled_time=later(9), deployment_concurrency_lease_id=SECOND)
    amended = refuse_pending_twice(current, proposed, flow_facts())
    assert amended is not None
    assert not isinstance(amended, Abort)
    assert amended.state_details.scheduled_time == later(9)
    assert amended.state_details.deployment_concurrency_lease_id == SECOND


def test_background_task_is_taken_by_one_worker() -> None:
    """Of two task workers that take one background task the second is told to stop."""
    assert isinstance(decide_task(state("RUNNING"), state("PENDING"), BACKGROUND_TASK_POLICY), Abort)
    assert isinstance(decide_task(state("RUNNING"), state("PENDING")), Accept)
