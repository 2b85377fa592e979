from __future__ import annotations

from typing import Any

import pytest

from prefect.orchestration.decisions import EmitStateEvent, UpdateParentTaskRun
from prefect.orchestration.policies import CORE_FLOW_POLICY, MARK_LATE_POLICY, MINIMAL_FLOW_POLICY
from tests.unit.orchestration.building import decide_flow, state

POLICIES = [CORE_FLOW_POLICY, MINIMAL_FLOW_POLICY, MARK_LATE_POLICY]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_written_state_is_an_event(policy: Any) -> None:
    """Whoever watches a flow run hears of each state, and once."""
    decision = decide_flow(state("PENDING"), state("RUNNING"), policy)
    assert decision.instructions.count(EmitStateEvent()) == 1
    assert UpdateParentTaskRun() not in decision.instructions


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_parent_of_a_subflow_sees_its_states(policy: Any) -> None:
    """The task run that stands for a subflow gets each of its states."""
    decision = decide_flow(state("PENDING"), state("RUNNING"), policy, is_subflow=True)
    assert UpdateParentTaskRun() in decision.instructions


def test_replacement_is_told_too() -> None:
    """A retry that takes the place of a failure is an event, and the parent sees it."""
    decision = decide_flow(state("RUNNING"), state("FAILED"), retries=1, run_count=1, is_subflow=True)
    assert decision.status == "REJECT"
    assert EmitStateEvent() in decision.instructions
    assert UpdateParentTaskRun() in decision.instructions


def test_nothing_written_is_nothing_told() -> None:
    """A rejected proposal without a replacement comes with no instructions."""
    decision = decide_flow(state("CANCELLING"), state("RUNNING"), is_subflow=True)
    assert decision.status == "REJECT"
    assert decision.instructions == ()
