"""The measured transitions that depend on more than the two types."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from prefect.orchestration.decisions import Abort, Reject
from prefect.orchestration.policies import MINIMAL_FLOW_POLICY
from prefect.orchestration.resume import resume
from prefect.schemas.states import StateType
from tests.unit.orchestration.building import (
    NOW,
    REFERENCE,
    STORED,
    answer,
    decide_flow,
    decide_task,
    later,
    state,
)

UNSTORED = {"type": "unpersisted"}
TRANSITION = UUID("11111111-1111-4111-8111-111111111111")
DEPLOYED = {"has_deployment": True}
RETRIED_ONCE = {"retries": 1, "run_count": 2}


def flow(current: Any, proposed: Any, policy: Any = None, **facts: Any) -> list[Any]:
    """Answer a proposal for a flow run."""
    decision = decide_flow(current, proposed, **({"policy": policy} if policy else {}), **facts)
    return answer(decision, current)


def forced_flow(current: Any, proposed: Any) -> list[Any]:
    """Answer a proposal for a flow run that is made by force."""
    return flow(current, proposed, MINIMAL_FLOW_POLICY)


def task(current: Any, proposed: Any, **facts: Any) -> list[Any]:
    """Answer a proposal for a task run."""
    return answer(decide_task(current, proposed, **facts), current)


def resumed(current: Any, **facts: Any) -> list[Any]:
    """Answer a wish to resume a flow run."""
    proposed = resume(current, NOW)
    if isinstance(proposed, Abort | Reject):
        return [*answer(proposed, current)[:2], None]
    return flow(current, proposed, **facts)


soon = {"scheduled_time": later(3600)}
expired = {"pause_timeout": later(-1)}
suspended = {"pause_reschedule": True}

CASES: dict[str, list[Any]] = {
    "flow SCHEDULED(+1h)->RUNNING": flow(state("SCHEDULED", **soon), state("RUNNING")),
    "flow SCHEDULED(+1h)->PENDING": flow(state("SCHEDULED", **soon), state("PENDING")),
    "flow PENDING(scheduled +1h copied)->RUNNING": flow(state("PENDING", **soon), state("RUNNING")),
    "flow PENDING/Pending->PENDING/Submitting": flow(state("PENDING"), state("PENDING", "Submitting")),
    "flow PENDING/Submitting->PENDING/InfrastructurePending": flow(
        state("PENDING", "Submitting"), state("PENDING", "InfrastructurePending")
    ),
    "flow PENDING/InfrastructurePending->PENDING/Pending": flow(
        state("PENDING", "InfrastructurePending"), state("PENDING")
    ),
    "flow RUNNING->FAILED retries=1 run_count=1": flow(
        state("RUNNING"), state("FAILED"), retries=1, run_count=1
    ),
    "flow AwaitingRetry->RUNNING": flow(
        state("SCHEDULED", "AwaitingRetry", scheduled_time=NOW), state("RUNNING"), retries=1, run_count=1
    ),
    "flow RUNNING->FAILED retries=1 run_count=2": flow(state("RUNNING"), state("FAILED"), **RETRIED_ONCE),
    "flow RUNNING tid": flow(state("PENDING"), state("RUNNING", transition_id=TRANSITION)),
    "flow RUNNING same transition_id": flow(
        state("RUNNING", transition_id=TRANSITION), state("RUNNING", transition_id=TRANSITION)
    ),
    "flow RUNNING->PAUSED pause_key=a": flow(state("RUNNING"), state("PAUSED", pause_key="a")),
    "flow PAUSED->RUNNING": flow(state("PAUSED", pause_key="a"), state("RUNNING"), pause_keys={"a"}),
    "flow RUNNING->PAUSED same key": flow(state("RUNNING"), state("PAUSED", pause_key="a"), pause_keys={"a"}),
    "flow RUNNING->PAUSED/Suspended reschedule, no deployment": flow(
        state("RUNNING"), state("PAUSED", "Suspended", **suspended)
    ),
    "flow RUNNING->PAUSED/Suspended reschedule, deployment": flow(
        state("RUNNING"), state("PAUSED", "Suspended", **suspended), **DEPLOYED
    ),
    "resume suspended": resumed(state("PAUSED", "Suspended", **suspended), **DEPLOYED),
    "resume running": resumed(state("RUNNING")),
    "resume paused": resumed(state("PAUSED")),
    "flow PAUSED(expired)->RUNNING": flow(state("PAUSED", **expired), state("RUNNING")),
    "flow COMPLETED(unpersisted)->SCHEDULED deployment": flow(
        state("COMPLETED", data=UNSTORED), state("SCHEDULED"), **DEPLOYED
    ),
    "flow COMPLETED(unpersisted)->COMPLETED(no data) force": forced_flow(
        state("COMPLETED", data=UNSTORED), state("COMPLETED")
    ),
    "flow COMPLETED(persisted)->SCHEDULED deployment": flow(
        state("COMPLETED", data=STORED), state("SCHEDULED"), **DEPLOYED
    ),
    "flow COMPLETED(persisted)->COMPLETED(no data) force": forced_flow(
        state("COMPLETED", data=STORED), state("COMPLETED")
    ),
    "flow SCHEDULED(infra pid)->CANCELLING": flow(
        state("SCHEDULED"), state("CANCELLING"), infrastructure_pid="host:1"
    ),
    "flow RUNNING->SCHEDULED/Late": flow(state("RUNNING"), state("SCHEDULED", "Late")),
    "task RUNNING->FAILED retries=1": task(state("RUNNING"), state("FAILED"), retries=1, run_count=1),
    "task AwaitingRetry->RUNNING": task(
        state("SCHEDULED", "AwaitingRetry", scheduled_time=NOW), state("RUNNING"), retries=1, run_count=1
    ),
    "task RUNNING->FAILED retriable=false": task(
        state("RUNNING"), state("FAILED", retriable=False), retries=1, run_count=1
    ),
    "task COMPLETED cache_key": task(state("RUNNING"), state("COMPLETED", cache_key="k"), run_count=1),
    "task RUNNING cache_key hit": task(
        state("PENDING"), state("RUNNING", cache_key="k"), cached_state=state("COMPLETED", cache_key="k")
    ),
    "task RUNNING cache_key refresh": task(
        state("PENDING"),
        state("RUNNING", cache_key="k", refresh_cache=True),
        cached_state=state("COMPLETED", cache_key="k"),
    ),
    "task ->RUNNING when flow PAUSED": task(
        state("PENDING"), state("RUNNING"), flow_state_type=StateType.PAUSED
    ),
    "task ->RUNNING when flow COMPLETED": task(
        state("PENDING"), state("RUNNING"), flow_state_type=StateType.COMPLETED
    ),
    "task ->RUNNING when flow PENDING": task(
        state("PENDING"), state("RUNNING"), flow_state_type=StateType.PENDING
    ),
    "task ->RUNNING when flow CANCELLING": task(
        state("PENDING"), state("RUNNING"), flow_state_type=StateType.CANCELLING
    ),
    "task RUNNING->RUNNING again": task(state("RUNNING"), state("RUNNING"), run_count=1),
    "task ->RUNNING tag limit 0": task(state("PENDING"), state("RUNNING"), tag_limits={"db": 0}),
}

BEFORE_THE_RULES = {"flow missing run"}
"""Answered by the caller, who finds no run to decide about."""


@pytest.mark.parametrize(("case", "found"), [pytest.param(*item, id=item[0]) for item in CASES.items()])
def test_special_case(case: str, found: list[Any]) -> None:
    """The run goes where the measured one went, with the same status."""
    assert found == REFERENCE["special_cases"][case]


def test_every_special_case_is_here() -> None:
    """No measured case is left out."""
    assert set(CASES) | BEFORE_THE_RULES == set(REFERENCE["special_cases"])
