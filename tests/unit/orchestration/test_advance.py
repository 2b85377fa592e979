from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from prefect.orchestration.advance import (
    advance_flow_run,
    advance_task_run,
    after,
    details_of_flow_run_state,
    details_of_task_run_state,
    parent_task_run_state,
)
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import UpdateRun, UpdateRunPolicy, written_state
from prefect.orchestration.facts import FlowRunFacts, TaskRunFacts
from prefect.orchestration.policies import CLIENT_TASK_POLICY, CORE_FLOW_POLICY
from prefect.schemas.flow_runs import FlowRun, FlowRunPolicy
from prefect.schemas.states import State, StateType, details_with
from prefect.schemas.task_runs import TaskRun
from tests.unit.orchestration.building import NOW, later, state

FINAL = ["COMPLETED", "FAILED", "CANCELLED", "CRASHED"]


def new_flow_run(**fields: Any) -> FlowRun:
    """Return a flow run."""
    return FlowRun(flow_id=uuid4(), **fields)


def new_task_run(**fields: Any) -> TaskRun:
    """Return a task run in some flow run."""
    return TaskRun(task_key="t", dynamic_key="0", flow_run_id=uuid4(), **fields)


EITHER = pytest.mark.parametrize(
    ("advance", "new_run"),
    [(advance_flow_run, new_flow_run), (advance_task_run, new_task_run)],
    ids=["flow run", "task run"],
)


@EITHER
def test_run_carries_its_state(advance: Any, new_run: Any) -> None:
    """Each write names the state, its type and its name on the run, and leaves the given run alone."""
    run, written = new_run(), state("PENDING", "Submitting")
    changes = advance(run, state("SCHEDULED"), written)
    assert (changes["state_id"], changes["state_type"], changes["state_name"]) == (
        written.id,
        StateType.PENDING,
        "Submitting",
    )
    assert run.state_type is None
    assert set(changes) <= set(type(run).model_fields)


@EITHER
@pytest.mark.parametrize(
    ("first", "expected"),
    [(state("SCHEDULED", scheduled_time=later(60)), later(60)), (state("PENDING"), NOW)],
    ids=["scheduled", "at once"],
)
def test_new_run_is_expected_to_start(advance: Any, new_run: Any, first: Any, expected: Any) -> None:
    """The first state says when the run is expected to start; later ones do not change it."""
    assert advance(new_run(), None, first)["expected_start_time"] == expected
    assert "expected_start_time" not in advance(new_run(), state("PENDING"), first)
    assert "expected_start_time" not in advance(new_run(expected_start_time=later(-5)), None, first)


@EITHER
def test_scheduled_run_says_when_it_starts_next(advance: Any, new_run: Any) -> None:
    """Entering SCHEDULED sets the next start, leaving it takes it away, and nothing else touches it."""
    scheduled = state("SCHEDULED", scheduled_time=later(60))
    assert advance(new_run(), state("RUNNING"), scheduled)["next_scheduled_start_time"] == later(60)
    assert advance(new_run(), scheduled, state("SCHEDULED"))["next_scheduled_start_time"] == NOW
    assert advance(new_run(), scheduled, state("PENDING"))["next_scheduled_start_time"] is None
    assert "next_scheduled_start_time" not in advance(new_run(), state("PENDING"), state("RUNNING"))


@EITHER
def test_run_starts_once(advance: Any, new_run: Any) -> None:
    """The start is when the run first was RUNNING."""
    assert advance(new_run(), state("PENDING"), state("RUNNING"))["start_time"] == NOW
    assert "start_time" not in advance(new_run(start_time=later(-5)), state("PENDING"), state("RUNNING"))


@EITHER
@pytest.mark.parametrize("final", FINAL)
def test_run_ends(advance: Any, new_run: Any, final: str) -> None:
    """A final state is the end; of a run that never ran it is also the start."""
    changes = advance(new_run(), state("PENDING"), state(final))
    assert (changes["start_time"], changes["end_time"]) == (NOW, NOW)
    ran = advance(new_run(start_time=later(-5)), state("RUNNING", at=-5), state(final))
    assert ran["end_time"] == NOW
    assert "start_time" not in ran


@EITHER
def test_run_that_ended_keeps_its_end_until_it_goes_on(advance: Any, new_run: Any) -> None:
    """Another final state does not move the end; any other state takes it away."""
    ended = new_run(start_time=later(-9), end_time=later(-5))
    assert "end_time" not in advance(ended, state("COMPLETED", at=-5), state("FAILED"))
    assert advance(ended, state("COMPLETED", at=-5), state("RUNNING"))["end_time"] is None


@EITHER
@pytest.mark.parametrize("type_", ["RUNNING", "COMPLETED", "PAUSED", "SCHEDULED"])
def test_run_time_adds_up(advance: Any, new_run: Any, type_: str) -> None:
    """Whatever follows RUNNING, the time since counts."""
    run = new_run(total_run_time=timedelta(seconds=2))
    assert advance(run, state("RUNNING", at=-5), state(type_))["total_run_time"] == timedelta(seconds=7)
    assert "total_run_time" not in advance(run, state("PAUSED", at=-5), state(type_))


@EITHER
@pytest.mark.parametrize("initial", [None, "PENDING", "RUNNING"])
def test_each_start_counts(advance: Any, new_run: Any, initial: str | None) -> None:
    """Entering RUNNING counts, from RUNNING too and as a first state; nothing else does."""
    current = state(initial) if initial else None
    assert advance(new_run(run_count=1), current, state("RUNNING"))["run_count"] == 2
    assert "run_count" not in advance(new_run(run_count=1), current, state("COMPLETED"))


def test_resumed_flow_run_does_not_count_as_started_again() -> None:
    """A suspended run that goes on is the same attempt, and then no longer resuming."""
    run = new_flow_run(run_count=1, empirical_policy=FlowRunPolicy(resuming=True, pause_keys={"a"}))
    changes = advance_flow_run(run, state("PENDING"), state("RUNNING"))
    assert "run_count" not in changes
    assert changes["empirical_policy"] == FlowRunPolicy(resuming=False, pause_keys={"a"})
    assert run.empirical_policy.resuming is True


@pytest.mark.parametrize("final", FINAL)
def test_ended_flow_run_is_not_resuming(final: str) -> None:
    """The note goes away with the end of the run."""
    run = new_flow_run(empirical_policy=FlowRunPolicy(resuming=True))
    assert advance_flow_run(run, state("SCHEDULED"), state(final))["empirical_policy"].resuming is False


def test_instructions_change_the_flow_run_policy() -> None:
    """What a decision says about the policy is among the changes, on top of what the write does."""
    run = new_flow_run(empirical_policy=FlowRunPolicy(retries=2, resuming=True))
    instructions = (UpdateRunPolicy({"pause_keys": {"a"}}), UpdateRunPolicy({"retry_type": "in_process"}))
    policy = advance_flow_run(run, state("PENDING"), state("RUNNING"), instructions)["empirical_policy"]
    assert policy == FlowRunPolicy(retries=2, resuming=False, pause_keys={"a"}, retry_type="in_process")
    assert run.empirical_policy.pause_keys == set()


def test_instructions_change_the_task_run_before_it_starts() -> None:
    """A count that begins anew is one after the start."""
    instructions = (UpdateRun({"run_count": 0}), UpdateRun({"flow_run_run_count": 2}))
    changes = advance_task_run(new_task_run(run_count=4), state("FAILED"), state("RUNNING"), instructions)
    assert (changes["run_count"], changes["flow_run_run_count"]) == (1, 2)


def test_state_says_whose_it_is() -> None:
    """The details name the run, for a subflow the task run of its parent, and the flow run of a task run."""
    flow_run = new_flow_run(parent_task_run_id=uuid4())
    task_run = new_task_run()
    written = state("PENDING")
    assert details_of_flow_run_state(flow_run, written) == {
        "flow_run_id": flow_run.id,
        "task_run_id": flow_run.parent_task_run_id,
    }
    assert details_of_task_run_state(task_run, written) == {
        "flow_run_id": task_run.flow_run_id,
        "task_run_id": task_run.id,
    }


def test_complete_details_are_left_alone() -> None:
    """A state that says all that already is written as it is."""
    flow_run, task_run = new_flow_run(), new_task_run()
    assert details_of_flow_run_state(flow_run, state("RUNNING", flow_run_id=flow_run.id)) == {}
    whole = state("RUNNING", flow_run_id=task_run.flow_run_id, task_run_id=task_run.id)
    assert details_of_task_run_state(task_run, whole) == {}


def test_wrong_details_are_put_right() -> None:
    """A state that names the run but not its flow run, or the other way round, is completed."""
    run = new_task_run()
    expected = {"flow_run_id": run.flow_run_id, "task_run_id": run.id}
    assert details_of_task_run_state(run, state("RUNNING", task_run_id=run.id)) == expected
    assert details_of_task_run_state(run, state("RUNNING", flow_run_id=run.flow_run_id)) == expected


def test_scheduled_state_always_has_a_time() -> None:
    """A scheduled state without a time is due at its timestamp."""
    assert state("SCHEDULED").state_details.scheduled_time == NOW
    timed = state("SCHEDULED", scheduled_time=later(60))
    assert "scheduled_time" not in details_of_flow_run_state(new_flow_run(), timed)


def test_the_states_of_a_flow_run_follow_one_another_in_time() -> None:
    """A state that would come before or with the one that it follows moves to just after it."""
    written = state("RUNNING")
    assert after(written, None) is written
    assert after(written, state("PENDING").model_copy(update={"timestamp": later(-1)})) is written
    moved = after(written, state("PENDING").model_copy(update={"timestamp": later(5)}))
    assert moved.timestamp == later(5) + timedelta(microseconds=1)
    assert (moved.id, written.timestamp) == (written.id, NOW)


def test_parent_task_run_gets_the_state_of_its_subflow() -> None:
    """It is a state of its own that names both flow runs and the task run, and says the same."""
    child, task_run, parent = uuid4(), uuid4(), uuid4()
    written = state("RUNNING", "Mine", message="m", flow_run_id=child, task_run_id=task_run, traceparent="t")
    copy = parent_task_run_state(child, written, task_run, parent)
    assert (copy.type, copy.name, copy.message, copy.timestamp) == ("RUNNING", "Mine", "m", NOW)
    assert copy.id != written.id
    details = copy.state_details
    assert (details.flow_run_id, details.task_run_id, details.child_flow_run_id) == (parent, task_run, child)
    assert details.traceparent == "t"
    assert written.state_details.flow_run_id == child


def step(
    policy: Any, run: Any, current: State[Any] | None, proposed: State[Any]
) -> tuple[Any, State[Any] | None]:
    """Decide, and write what was decided on the run, as a caller would."""
    flow = isinstance(run, FlowRun)
    now = proposed.timestamp
    facts: Any = (
        FlowRunFacts.of(run, now)
        if flow
        else TaskRunFacts.of(run, now, flow_run_count=1, flow_state_type=StateType.RUNNING)
    )
    decision = decide(policy, current, proposed, facts)
    written = written_state(decision)
    if written is None:
        return run, current
    details = details_of_flow_run_state if flow else details_of_task_run_state
    advance: Any = advance_flow_run if flow else advance_task_run
    written = details_with(written, details(run, written))
    changes = advance(run, current, written, getattr(decision, "instructions", ()))
    return run.model_copy(update=changes), written


def live(policy: Any, run: Any, proposals: list[State[Any]]) -> tuple[Any, list[str]]:
    """Propose one state after another and return the run with the names it went through."""
    current: State[Any] | None = None
    names: list[str] = []
    for proposed in proposals:
        run, current = step(policy, run, current, proposed)
        names.append(str(current and current.name))
    return run, names


def test_life_of_a_flow_run_with_a_retry() -> None:
    """A flow run that fails once and then completes has run twice, and its times add up."""
    run = new_flow_run(empirical_policy=FlowRunPolicy(retries=1))
    proposals = [
        state(t, at=i) for i, t in enumerate(["PENDING", "RUNNING", "FAILED", "RUNNING", "COMPLETED"])
    ]
    run, names = live(CORE_FLOW_POLICY, run, proposals)
    assert names == ["Pending", "Running", "AwaitingRetry", "Running", "Completed"]
    assert (run.run_count, run.total_run_time) == (2, timedelta(seconds=2))
    assert (run.expected_start_time, run.start_time, run.end_time) == (NOW, later(1), later(4))
    assert run.next_scheduled_start_time is None
    assert run.empirical_policy.retry_type == "in_process"


def test_life_of_a_task_run_with_retries() -> None:
    """A task run that fails for good has run once more than it has retries."""
    run = new_task_run(empirical_policy={"retries": 2})
    attempts = [state(t, at=i) for i, t in enumerate(["PENDING", *["RUNNING", "FAILED"] * 3])]
    run, names = live(CLIENT_TASK_POLICY, run, attempts)
    assert names == ["Pending", "Running", "AwaitingRetry", "Retrying", "AwaitingRetry", "Retrying", "Failed"]
    assert (run.run_count, run.flow_run_run_count) == (3, 1)
    assert (run.state_name, run.end_time) == ("Failed", later(6))


def test_life_of_a_flow_run_with_a_pause() -> None:
    """A flow run passes each pause key once."""
    proposals = [
        state("RUNNING"),
        state("PAUSED", at=1, pause_key="a"),
        state("RUNNING", at=2),
        state("PAUSED", at=3, pause_key="a"),
        state("COMPLETED", at=4),
    ]
    run, names = live(CORE_FLOW_POLICY, new_flow_run(), proposals)
    assert names == ["Running", "Paused", "Running", "Running", "Completed"]
    assert run.empirical_policy.pause_keys == {"a"}
    assert run.empirical_policy.resuming is False
    assert run.total_run_time == timedelta(seconds=3)
