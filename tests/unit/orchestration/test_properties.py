"""What holds for any state, proposal and facts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefect.orchestration.advance import advance_flow_run, advance_task_run
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import Abort, Accept, Reject, Wait, written_state
from prefect.orchestration.facts import FlowRunFacts, TaskRunFacts
from prefect.orchestration.policies import (
    BACKGROUND_TASK_POLICY,
    CLIENT_TASK_POLICY,
    CORE_FLOW_POLICY,
    CORE_TASK_POLICY,
    MARK_LATE_POLICY,
    MINIMAL_FLOW_POLICY,
    MINIMAL_TASK_POLICY,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import TERMINAL_STATES, State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun
from tests.unit.orchestration.building import NOW, STORED, later

FLOW_POLICIES = [CORE_FLOW_POLICY, MINIMAL_FLOW_POLICY, MARK_LATE_POLICY]
TASK_POLICIES = [CORE_TASK_POLICY, CLIENT_TASK_POLICY, BACKGROUND_TASK_POLICY, MINIMAL_TASK_POLICY]
NAMES = [None, "Late", "AwaitingRetry", "Submitting", "Resuming"]

times = st.none() | st.integers(-100, 100).map(later)
ids = st.none() | st.uuids()
slots = st.sampled_from(["unknown", "taken", "full"])
details = st.builds(
    StateDetails,
    scheduled_time=times,
    cache_key=st.none() | st.just("k"),
    deferred=st.booleans(),
    pause_timeout=times,
    pause_reschedule=st.booleans(),
    pause_key=st.none() | st.sampled_from("ab"),
    refresh_cache=st.booleans(),
    retriable=st.none() | st.booleans(),
    transition_id=ids,
    deployment_concurrency_lease_id=ids,
)
states = st.builds(
    State,
    type=st.sampled_from(list(StateType)),
    name=st.sampled_from(NAMES),
    timestamp=st.integers(-100, 0).map(later),
    data=st.sampled_from([None, STORED]),
    state_details=details,
)
flow_facts = st.builds(
    FlowRunFacts,
    now=st.just(NOW),
    run_count=st.integers(0, 3),
    retries=st.integers(0, 3),
    retry_delay=st.integers(0, 50),
    pause_keys=st.sets(st.sampled_from("ab")),
    has_deployment=st.booleans(),
    is_subflow=st.booleans(),
    infrastructure_pid=st.none() | st.just("host:1"),
    deployment_missing=st.booleans(),
    deployment_limit=st.none() | st.integers(0, 2),
    deployment_slots=slots,
    deployment_lease_id=ids,
    collision_strategy=st.sampled_from(["ENQUEUE", "CANCEL_NEW"]),
    client_version=st.sampled_from([None, "3.0.1", "3.4.0", "3.8.8"]),
)
task_facts = st.builds(
    TaskRunFacts,
    now=st.just(NOW),
    run_count=st.integers(0, 3),
    retries=st.integers(0, 3),
    retry_delay=st.integers(0, 50) | st.lists(st.integers(0, 50), max_size=3),
    retry_jitter_factor=st.none() | st.floats(0, 2),
    jitter=st.floats(0, 1),
    flow_run_count=st.none() | st.integers(0, 2),
    flow_state_type=st.none() | st.sampled_from(list(StateType)),
    cached_state=st.none() | states.filter(lambda state: state.type == StateType.COMPLETED),
    tag_limits=st.none() | st.dictionaries(st.sampled_from("xy"), st.integers(0, 2)),
    tag_slots=slots,
)
questions = st.one_of(
    st.tuples(st.sampled_from(FLOW_POLICIES), st.none() | states, states, flow_facts),
    st.tuples(st.sampled_from(TASK_POLICIES), st.none() | states, states, task_facts),
)


def content(decision: Any) -> Any:
    """Return what a decision says, without the id of the state it made."""
    written = written_state(decision)
    if written is None:
        return decision
    return (decision.status, written.model_dump(exclude={"id"}), decision.instructions)


@given(question=questions)
def test_deciding_is_pure(question: Any) -> None:
    """The same question gets the same answer, and neither state is changed by asking."""
    policy, current, proposed, facts = question
    before = (current and current.model_copy(deep=True), proposed.model_copy(deep=True))
    first = decide(policy, current, proposed, facts)
    assert content(decide(policy, current, proposed, facts)) == content(first)
    assert (current, proposed) == before


@given(question=questions)
def test_decisions_make_sense(question: Any) -> None:
    """An accepted proposal keeps its type and data, waits are whole positive seconds, and every no has its reason."""
    policy, current, proposed, facts = question
    decision = decide(policy, current, proposed, facts)
    if isinstance(decision, Accept):
        assert (decision.state.type, decision.state.data) == (proposed.type, proposed.data)
        assert (decision.state.id, decision.state.timestamp) == (proposed.id, proposed.timestamp)
    else:
        assert decision.reason.endswith(".")
    if isinstance(decision, Wait):
        assert type(decision.seconds) is int
        assert decision.seconds > 0
    if isinstance(decision, Reject) and decision.state is None:
        assert decision.instructions == ()


@given(
    policy=st.sampled_from([CORE_FLOW_POLICY, CORE_TASK_POLICY, CLIENT_TASK_POLICY, BACKGROUND_TASK_POLICY]),
    current=states.filter(lambda state: state.type in TERMINAL_STATES),
    proposed=states,
    flow=flow_facts,
    task=task_facts,
)
def test_ended_run_does_not_crash_pause_or_start_cancelling(
    policy: Any, current: Any, proposed: Any, flow: Any, task: Any
) -> None:
    """Unless by force, nothing is written over an ended run that says it was stopped later."""
    facts = flow if policy is CORE_FLOW_POLICY else task
    written = written_state(decide(policy, current, proposed, facts))
    stopped = {StateType.CRASHED, StateType.CANCELLING}
    assert written is None or written.type not in stopped
    if policy is CORE_FLOW_POLICY:
        assert written is None or written.type != StateType.PAUSED


@given(current=states, proposed=states, facts=flow_facts)
def test_cancelling_leads_to_cancelled_only(current: Any, proposed: Any, facts: Any) -> None:
    """Once a flow run is being cancelled, only CANCELLED is written."""
    current = current.model_copy(update={"type": StateType.CANCELLING})
    written = written_state(decide(CORE_FLOW_POLICY, current, proposed, facts))
    assert written is None or written.type == StateType.CANCELLED


@given(current=states, proposed=states, facts=task_facts)
def test_stored_task_result_is_never_written_over(current: Any, proposed: Any, facts: Any) -> None:
    """A completed task run with a stored result keeps it, unless the cache has one for the proposal or by force."""
    current = current.model_copy(update={"type": StateType.COMPLETED, "data": STORED})
    written = written_state(decide(CORE_TASK_POLICY, current, proposed, facts))
    assert written is None or (written.type, written.name) == (StateType.COMPLETED, "Cached")


@given(question=questions)
def test_run_count_only_grows_by_one(question: Any) -> None:
    """A write adds at most one start to a run; it counts anew only when an ended task run runs again."""
    policy, current, proposed, facts = question
    decision = decide(policy, current, proposed, facts)
    written = written_state(decision)
    if written is None or isinstance(decision, Wait | Abort):
        return
    count = facts.run_count
    if isinstance(facts, FlowRunFacts):
        run = FlowRun(flow_id=proposed.id, run_count=count)
        changes = advance_flow_run(run, current, written, decision.instructions)
    else:
        task_run = TaskRun(task_key="t", dynamic_key="0", run_count=count)
        changes = advance_task_run(task_run, current, written, decision.instructions)
    started = written.type == StateType.RUNNING
    again = current is not None and current.type in TERMINAL_STATES and written.type not in TERMINAL_STATES
    anew = isinstance(facts, TaskRunFacts) and again and policy is not MINIMAL_TASK_POLICY
    assert changes.get("run_count", count) == (0 if anew else count) + started


@pytest.mark.parametrize("policy", [CORE_TASK_POLICY, CLIENT_TASK_POLICY])
@settings(max_examples=50)
@given(retries=st.integers(0, 5), attempts=st.integers(1, 10))
def test_task_run_never_runs_more_often_than_it_may(policy: Any, retries: int, attempts: int) -> None:
    """A task that always fails runs once and then once for each retry."""
    count = 0
    for _ in range(attempts):
        count += 1
        facts = TaskRunFacts(NOW, run_count=count, retries=retries)
        decision = decide(policy, State(type=StateType.RUNNING), State(type=StateType.FAILED), facts)
        if isinstance(decision, Accept):
            break
    assert count == min(attempts, retries + 1)
