from __future__ import annotations

import pytest

from prefect.orchestration.decisions import Abort, Accept, Reject, UpdateRunPolicy
from prefect.schemas.states import StateDetails, StateType
from tests.unit.orchestration.building import NOW, decide_flow, decide_task, later, state


def test_running_flow_run_pauses_and_remembers_where() -> None:
    """The key of the pause is added to those it has passed."""
    decision = decide_flow(state("RUNNING"), state("PAUSED", pause_key="b"), pause_keys={"a"})
    assert isinstance(decision, Accept)
    assert UpdateRunPolicy({"pause_keys": {"a", "b"}}) in decision.instructions


def test_pause_without_a_key_gets_one_of_its_own() -> None:
    """Two pauses without a key are two pauses."""
    first, second = state("PAUSED"), state("PAUSED")
    keys = set[str]()
    for proposed in (first, second):
        decision = decide_flow(state("RUNNING"), proposed, pause_keys=keys)
        assert isinstance(decision, Accept)
        keys = next(i.changes["pause_keys"] for i in decision.instructions if isinstance(i, UpdateRunPolicy))
    assert keys == {str(first.id), str(second.id)}


@pytest.mark.parametrize("type_", ["SCHEDULED", "PENDING", "PAUSED"])
def test_only_a_running_flow_run_pauses(type_: str) -> None:
    """There is nothing to hold in a run that is not running."""
    decision = decide_flow(state(type_), state("PAUSED"))
    assert isinstance(decision, Reject)
    assert decision.state is None


def test_new_flow_run_cannot_begin_paused() -> None:
    """A run without a state is told to stop."""
    assert isinstance(decide_flow(None, state("PAUSED")), Abort)


def test_subflow_cannot_be_suspended() -> None:
    """A subflow has no infrastructure of its own to give up; it can pause."""
    suspended = state("PAUSED", pause_reschedule=True)
    assert isinstance(decide_flow(state("RUNNING"), suspended, is_subflow=True, has_deployment=True), Abort)
    assert isinstance(decide_flow(state("RUNNING"), state("PAUSED"), is_subflow=True), Accept)


@pytest.mark.parametrize(
    "proposed", ["RUNNING", "SCHEDULED", "COMPLETED", "FAILED", "CANCELLED", "CRASHED", "CANCELLING"]
)
def test_ways_out_of_a_pause(proposed: str) -> None:
    """A paused flow run goes on, ends or is cancelled, and notes that it goes on."""
    decision = decide_flow(state("PAUSED", pause_timeout=later(60)), state(proposed))
    assert isinstance(decision, Accept)
    assert UpdateRunPolicy({"resuming": True}) in decision.instructions


def test_paused_flow_run_is_not_picked_up() -> None:
    """A worker cannot take a paused run; somebody has to resume it."""
    decision = decide_flow(state("PAUSED", pause_timeout=later(-1)), state("PENDING"))
    assert isinstance(decision, Reject)
    assert decision.state is None


@pytest.mark.parametrize("proposed", ["RUNNING", "SCHEDULED", "FAILED"])
def test_suspended_flow_run_needs_a_deployment(proposed: str) -> None:
    """Without a deployment nothing would start it again, so it stays suspended."""
    current = state("PAUSED", pause_reschedule=True)
    decision = decide_flow(current, state(proposed))
    assert isinstance(decision, Reject)
    assert decision.state is None
    assert isinstance(decide_flow(current, state(proposed), has_deployment=True), Accept)


@pytest.mark.parametrize("proposed", ["RUNNING", "SCHEDULED", "COMPLETED", "CANCELLED"])
def test_pause_that_lasts_too_long_fails_the_run(proposed: str) -> None:
    """After the timeout the run cannot be resumed: it has failed."""
    decision = decide_flow(state("PAUSED", pause_timeout=later(-1)), state(proposed))
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.timestamp) == ("FAILED", NOW)
    assert decision.state.message


def test_pause_that_lasts_too_long_can_be_cancelled() -> None:
    """Whoever cancels an expired pause gets what they asked for."""
    decision = decide_flow(state("PAUSED", pause_timeout=later(-1)), state("CANCELLING"))
    assert isinstance(decision, Accept)


def test_task_of_a_paused_flow_run_is_not_ready() -> None:
    """The task waits as long as its flow run does, and in the same way."""
    pause = StateDetails(pause_timeout=later(30), pause_reschedule=True, pause_key="a")
    decision = decide_task(
        state("PENDING"), state("RUNNING"), flow_state_type=StateType.PAUSED, flow_state_details=pause
    )
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.name, decision.state.timestamp) == ("PAUSED", "NotReady", NOW)
    assert decision.state.state_details == StateDetails(pause_timeout=later(30), pause_reschedule=True)


@pytest.mark.parametrize(
    "flow_state_type", [*(set(StateType) - {StateType.RUNNING, StateType.PAUSED}), None], ids=str
)
def test_task_of_a_stopped_flow_run_does_not_start(flow_state_type: StateType | None) -> None:
    """A task starts only while its flow run is running."""
    decision = decide_task(state("PENDING"), state("RUNNING"), flow_state_type=flow_state_type)
    assert isinstance(decision, Abort)


def test_task_outside_a_flow_starts() -> None:
    """A task called on its own needs no flow run."""
    decision = decide_task(state("PENDING"), state("RUNNING"), flow_run_count=None, flow_state_type=None)
    assert isinstance(decision, Accept)
