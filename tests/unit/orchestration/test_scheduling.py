from __future__ import annotations

import pytest

from prefect.orchestration.decisions import Accept, Reject, Wait
from prefect.orchestration.policies import MARK_LATE_POLICY
from prefect.orchestration.scheduling import copy_scheduled_time, mark_late_once, wait_for_scheduled_time
from tests.unit.orchestration.building import NOW, decide_flow, decide_task, flow_facts, later, state


def test_pending_run_keeps_its_scheduled_time() -> None:
    """A scheduled run that becomes pending still knows when it is due."""
    for decide in (decide_flow, decide_task):
        decision = decide(state("SCHEDULED", scheduled_time=later(60)), state("PENDING"))
        assert isinstance(decision, Accept)
        assert decision.state.state_details.scheduled_time == later(60)


def test_pending_run_may_bring_a_time_of_its_own() -> None:
    """A time that the pending state names is not overwritten."""
    current = state("SCHEDULED", scheduled_time=later(60))
    assert copy_scheduled_time(current, state("PENDING", scheduled_time=later(5)), flow_facts()) is None


@pytest.mark.parametrize(("due", "seconds"), [(0.7, 1), (1.4, 1), (2.6, 3), (3600, 3600)])
def test_run_waits_for_its_time(due: float, seconds: int) -> None:
    """A run that is not due yet is told how many whole seconds to wait."""
    for current in (
        state("SCHEDULED", scheduled_time=later(due)),
        state("PENDING", scheduled_time=later(due)),
    ):
        decision = decide_task(current, state("RUNNING"))
        assert isinstance(decision, Wait)
        assert decision.seconds == seconds
        assert later(due).isoformat() in decision.reason


@pytest.mark.parametrize("due", [-60, 0, 0.2])
def test_run_that_is_due_starts(due: float) -> None:
    """A run whose time has come, or is a moment off, starts."""
    assert (
        wait_for_scheduled_time(state("SCHEDULED", scheduled_time=later(due)), state("RUNNING"), flow_facts())
        is None
    )


def test_run_without_a_time_starts() -> None:
    """A run that was scheduled for no time in particular starts at once."""
    assert wait_for_scheduled_time(state("PENDING"), state("RUNNING"), flow_facts()) is None


def test_scheduled_run_is_marked_late_once() -> None:
    """A run that waits for its time becomes Late, and not a second time."""
    late = state("SCHEDULED", "Late", scheduled_time=later(-60))
    current = state("SCHEDULED", scheduled_time=later(-60))
    decision = decide_flow(current, late, MARK_LATE_POLICY)
    assert isinstance(decision, Accept)
    assert decision.state.name == "Late"
    again = decide_flow(late, late, MARK_LATE_POLICY)
    assert isinstance(again, Reject)
    assert again.state is None


@pytest.mark.parametrize("type_", ["PENDING", "RUNNING", "PAUSED"])
def test_run_that_does_not_wait_is_not_late(type_: str) -> None:
    """Whoever marks late runs cannot take a run back that has been taken up meanwhile."""
    rejection = mark_late_once(state(type_), state("SCHEDULED", "Late", scheduled_time=NOW), flow_facts())
    assert isinstance(rejection, Reject)
    assert rejection.state is None
    assert mark_late_once(None, state("SCHEDULED", "Late"), flow_facts()) is not None


def test_other_scheduled_states_are_not_about_lateness() -> None:
    """Rescheduling a run is no question of being late."""
    assert mark_late_once(state("RUNNING"), state("SCHEDULED", "AwaitingRetry"), flow_facts()) is None
