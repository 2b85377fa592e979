from __future__ import annotations

import pytest

from prefect.orchestration.decisions import Abort, Accept, ReleaseTagSlots, TakeTagSlots, Wait
from prefect.orchestration.policies import CLIENT_TASK_POLICY, MINIMAL_TASK_POLICY
from tests.unit.orchestration.building import decide_task, state

LIMITS = {"db": 2, "api": 5}


def test_task_run_takes_a_slot_of_each_limited_tag() -> None:
    """A task run that starts asks for its slots; decided again with them taken, it asks no more."""
    decision = decide_task(state("PENDING"), state("RUNNING"), tag_limits=LIMITS)
    assert isinstance(decision, Accept)
    assert TakeTagSlots(("db", "api")) in decision.instructions
    again = decide_task(state("PENDING"), state("RUNNING"), tag_limits=LIMITS, tag_slots="taken")
    assert isinstance(again, Accept)
    assert not any(isinstance(instruction, TakeTagSlots) for instruction in again.instructions)


def test_task_run_waits_for_a_full_tag() -> None:
    """Without a free slot the client is told how long to wait, at least a second."""
    for wait, seconds in ((10, 10), (0.2, 1)):
        decision = decide_task(
            state("PENDING"),
            state("RUNNING"),
            tag_limits=LIMITS,
            tag_slots="full",
            tag_slot_wait_seconds=wait,
        )
        assert isinstance(decision, Wait)
        assert decision.seconds == seconds
        assert "'db'" in decision.reason


def test_task_run_with_a_closed_tag_does_not_start() -> None:
    """A limit of 0 means that nothing with the tag runs, so waiting is of no use."""
    decision = decide_task(state("PENDING"), state("RUNNING"), tag_limits={"db": 2, "closed": 0})
    assert isinstance(decision, Abort)
    assert "'closed'" in decision.reason


@pytest.mark.parametrize(
    "proposed", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PAUSED", "SCHEDULED", "PENDING"]
)
def test_task_run_that_does_not_run_holds_no_slots(proposed: str) -> None:
    """However a task run stops running, its slots are free again, by force too."""
    for how in ({}, {"policy": MINIMAL_TASK_POLICY}):
        decision = decide_task(state("RUNNING"), state(proposed), **how, run_count=1, tag_limits=LIMITS)
        assert isinstance(decision, Accept)
        assert ReleaseTagSlots(("db", "api")) in decision.instructions


def test_slots_are_held_while_a_task_run_is_being_cancelled() -> None:
    """It may still be at work."""
    decision = decide_task(state("RUNNING"), state("CANCELLING"), tag_limits=LIMITS)
    assert isinstance(decision, Accept)
    assert decision.instructions == ()


def test_retry_gives_the_slots_back() -> None:
    """A task run that waits for its next attempt lets others go first."""
    decision = decide_task(state("RUNNING"), state("FAILED"), retries=1, run_count=1, tag_limits=LIMITS)
    assert decision.status == "REJECT"
    assert ReleaseTagSlots(("db", "api")) in decision.instructions


def test_process_that_runs_its_own_tasks_takes_no_slots_here() -> None:
    """The client's policy does not take slots: the engine does, under leases, before it starts a task."""
    decision = decide_task(state("PENDING"), state("RUNNING"), CLIENT_TASK_POLICY, tag_limits=LIMITS)
    assert isinstance(decision, Accept)
    assert not any(isinstance(instruction, TakeTagSlots) for instruction in decision.instructions)
