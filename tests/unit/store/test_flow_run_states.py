"""States of flow runs: what becomes of a proposal, and what else is written with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect._clock import now
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound, ReferenceNotFound
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create
from prefect.schemas.deployments import ConcurrencyOptions, DeploymentCreate
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterName
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate
from prefect.schemas.orchestration import OrchestrationResult, SetStateStatus
from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State, StateCreate, StateDetails, StateType
from prefect.states import Completed, Pending, Running
from prefect.store.concurrency_limits import (
    create_concurrency_limit_v2,
    read_concurrency_limit_holders,
    read_concurrency_limit_v2,
)
from prefect.store.deployments import create_deployment
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import bulk_set_flow_run_state, set_flow_run_state
from prefect.store.flow_runs import read_flow_run
from prefect.store.operations import route_of
from prefect.store.states import read_flow_run_state, read_flow_run_states
from tests.unit.store.building import later
from tests.unit.store.runs import create, flow_named, perform, propose, record

NEW_CLIENT = "prefect/3.8.8 (API 0.8.4)"


def asked(**fields: Any) -> FlowRun:
    """Create a flow run as a server is asked to."""
    return perform(create_flow_run, FlowRunCreate(flow_id=flow_named(), **fields))


def set_state(
    run: FlowRun, kind: str, *, force: bool = False, agent: str | None = NEW_CLIENT, **fields: Any
) -> Any:
    """Propose a state as a server is asked to."""
    state = StateCreate(type=StateType(kind), **fields)
    return perform(set_flow_run_state, run.id, state, force, user_agent=agent)


# --- creation ----------------------------------------------------------------------------------------------------


def test_a_created_run_is_pending_and_belongs_to_its_flow() -> None:
    """Without a state a run is Pending; its labels tell which flow it is of, and its own labels stay."""
    run = asked(labels={"team": "data"}, parameters={"a": 1})
    assert (run.state_type, run.state_name, run.run_count) == (StateType.PENDING, "Pending", 0)
    assert run.labels == {"prefect.flow.id": str(run.flow_id), "team": "data"}
    assert run.state is not None
    assert run.state.state_details.flow_run_id == run.id
    assert run.expected_start_time == run.state.timestamp
    stored = perform(read_flow_run, run.id)
    assert stored.state == run.state
    assert stored.job_variables == {}


def test_a_scheduled_run_says_when_it_starts() -> None:
    """The scheduled time is when the run is expected, and when it starts next."""
    moment = now() + timedelta(hours=1)
    state = StateCreate(type=StateType.SCHEDULED, state_details=StateDetails(scheduled_time=moment))
    run = asked(state=state)
    assert (run.expected_start_time, run.next_scheduled_start_time) == (moment, moment)
    assert run.estimated_start_time_delta == timedelta(0)


def test_the_same_idempotency_key_is_the_same_run() -> None:
    """Whoever asks again is given the run that was made the first time, as it is; another flow may use the key too."""
    first = asked(idempotency_key="k", name="first")
    again = asked(idempotency_key="k", name="second")
    assert (again.id, again.name, again.created) == (first.id, "first", first.created)
    other = perform(create_flow_run, FlowRunCreate(flow_id=flow_named("other"), idempotency_key="k"))
    assert other.id != first.id
    route = route_of(create_flow_run)
    assert route.dated is not None
    assert (route.status, route.dated(again)) == (201, first.created)


def test_a_run_of_nothing_is_refused() -> None:
    """There must be the flow, and the task run that is to stand for the run."""
    with pytest.raises(ReferenceNotFound, match="no flow"):
        perform(create_flow_run, FlowRunCreate(flow_id=uuid4()))
    with pytest.raises(ReferenceNotFound, match="no task run"):
        asked(parent_task_run_id=uuid4())
    with pytest.raises(ObjectNotFound, match="no work pool 'nowhere'"):
        asked(work_pool_name="nowhere")
    assert get_backend().count_flow_runs() == 0


# --- proposals ---------------------------------------------------------------------------------------------------


def test_an_accepted_state_is_written_with_what_follows_from_it() -> None:
    """A run that enters Running has a start, a count and two states in order."""
    run = create(1)
    answer = propose(run, Running(timestamp=later(5)))
    assert answer.status is SetStateStatus.ACCEPT
    stored = perform(read_flow_run, run.id)
    assert (stored.state_type, stored.run_count, stored.start_time) == (StateType.RUNNING, 1, later(5))
    assert stored.state == answer.state
    assert stored.state.state_details.flow_run_id == run.id
    history = perform(read_flow_run_states, run.id)
    assert [state.type for state in history] == [StateType.PENDING, StateType.RUNNING]
    assert perform(read_flow_run_state, history[0].id) == history[0]
    with pytest.raises(ObjectNotFound, match="no state"):
        perform(read_flow_run_state, uuid4())


def test_a_refused_state_leaves_the_run_as_it_is() -> None:
    """A run that is being cancelled cannot start; nothing is written."""
    run = create(1, kind=StateType.CANCELLING)
    answer = propose(run, Running(timestamp=later(5)))
    assert answer.status is not SetStateStatus.ACCEPT
    assert answer.details.reason
    assert len(perform(read_flow_run_states, run.id)) == 1


def test_a_forced_state_is_written_whatever_the_rules_say() -> None:
    """With force a person may set any state."""
    run = create(1, kind=StateType.COMPLETED)
    answer = propose(run, Pending(timestamp=later(5)), force=True)
    assert answer.status is SetStateStatus.ACCEPT
    assert perform(read_flow_run, run.id).state_type is StateType.PENDING


def test_a_server_tells_a_new_state_from_one_that_was_there_before() -> None:
    """The answer is dated by the state that holds: now for a new one, replacements included, earlier otherwise."""
    run, before = asked(), now()
    dated = route_of(set_flow_run_state).dated
    assert dated is not None
    accepted: OrchestrationResult = set_state(run, "RUNNING")
    assert accepted.state is not None
    assert dated(accepted) is not None
    assert accepted.state.timestamp >= before
    refused = set_state(run, "PENDING")
    assert (refused.status, refused.state) == (SetStateStatus.ABORT, accepted.state)
    scheduled = asked(state=StateCreate(type=StateType.SCHEDULED))
    replaced = set_state(scheduled, "CANCELLING")
    assert (replaced.status, replaced.state.type) == (SetStateStatus.REJECT, StateType.CANCELLED)


def test_a_run_waits_in_whole_seconds_for_its_time() -> None:
    """A run that is asked to start before its time is told how long to wait."""
    details = StateDetails(scheduled_time=now() + timedelta(seconds=30))
    run = asked(state=StateCreate(type=StateType.SCHEDULED, state_details=details))
    answer = set_state(run, "RUNNING")
    assert answer.status is SetStateStatus.WAIT
    assert answer.details.delay_seconds in {29, 30}


def test_the_task_run_that_stands_for_a_subflow_follows_it() -> None:
    """Who looks at the calling flow run sees how the subflow is doing."""
    task_run = record(1, kind=StateType.PENDING, flow_run_id=create(1).id)
    run = create(2, parent_task_run_id=task_run.id)
    propose(run, Running(timestamp=later(5)))
    propose(run, Completed(timestamp=later(9), message="fine"))
    parent = get_backend().read_task_run(task_run.id)
    assert parent is not None
    assert parent.state is not None
    assert (parent.state_type, parent.state.message) == (StateType.COMPLETED, "fine")
    assert parent.state.state_details.child_flow_run_id == run.id


def test_a_state_for_a_run_that_does_not_exist_is_an_error() -> None:
    """Whoever proposes a state for a deleted run is told which one is missing."""
    missing = uuid4()
    with pytest.raises(ObjectNotFound, match=str(missing)):
        get_backend().propose_flow_run_state(missing, Running()).result()


def test_states_at_one_moment_are_all_kept() -> None:
    """Two states with the same time stand in the history both, in the order in which they were entered."""
    run = create(1)
    assert run.state is not None
    propose(run, Running(timestamp=run.state.timestamp))
    history = perform(read_flow_run_states, run.id)
    assert [state.type for state in history] == [StateType.PENDING, StateType.RUNNING]


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (ResultRecord(object()), None),
        (ResultRecord(1, {"key": "k"}), {"key": "k"}),
        ("text", None),
        (ValueError("x"), None),
        (
            {"type": "ResultRecordMetadata", "storage_key": "k"},
            {"type": "ResultRecordMetadata", "storage_key": "k"},
        ),
    ],
)
def test_a_result_stays_in_its_process(data: Any, kept: Any) -> None:
    """The value of a run is not written into the database; only where it was kept is."""
    run = create(1)
    propose(run, Completed(timestamp=later(5), data=data), force=True)
    assert perform(read_flow_run, run.id).state.data == kept


def test_a_state_is_proposed_for_several_runs_at_once() -> None:
    """Each run of the filter has an answer of its own, the newest first."""
    for name in ("a", "b", "c"):
        asked(name=name)
    wanted = FlowRunFilter(name=FlowRunFilterName(any_=["a", "c"]))
    answer = perform(bulk_set_flow_run_state, StateCreate(type=StateType.CANCELLED), wanted)
    assert [each.status for each in answer.results] == [SetStateStatus.ACCEPT] * 2
    assert [perform(read_flow_run, each.flow_run_id).name for each in answer.results] == ["c", "a"]
    assert {run.state_name for run in get_backend().list_flow_runs()} == {"Cancelled", "Pending"}


def test_failed_task_runs_of_old_clients_wait_to_be_tried_again() -> None:
    """A client of an old version finds its failed task runs awaiting a retry when its flow run is retried."""
    run = asked(empirical_policy={"retries": 1, "retry_delay": 0})
    set_state(run, "RUNNING")
    failed = record(1, kind=StateType.FAILED, flow_run_id=run.id)
    state = StateCreate(type=StateType.FAILED)
    answer = perform(set_flow_run_state, run.id, state, api_version="0.8.2")
    assert (answer.status, answer.state.name) == (SetStateStatus.REJECT, "AwaitingRetry")
    task_run = get_backend().read_task_run(failed.id)
    assert task_run is not None
    assert task_run.state_name == "AwaitingRetry"


# --- slots of deployments ----------------------------------------------------------------------------------------


def limited(limit: int, **options: Any) -> UUID:
    """Return a deployment of which so many runs may be in progress."""
    shared = perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name="runs", limit=limit))
    wanted = DeploymentCreate(
        name="nightly",
        flow_id=flow_named(),
        global_concurrency_limit_id=shared.id,
        concurrency_options=ConcurrencyOptions(**options) if options else None,
    )
    return perform(create_deployment, wanted).id


def taken() -> float:
    """Return how many slots of the deployment are taken."""
    return perform(read_concurrency_limit_v2, "runs").active_slots


def test_a_run_of_a_limited_deployment_holds_a_slot_while_it_is_in_progress() -> None:
    """The slot is taken with Pending, kept while Running, and given back at the end."""
    scheduled = StateCreate(type=StateType.SCHEDULED)
    run = asked(deployment_id=limited(1), state=scheduled)
    pending = set_state(run, "PENDING")
    lease = pending.state.state_details.deployment_concurrency_lease_id
    assert lease is not None
    assert taken() == 1
    running = set_state(run, "RUNNING")
    assert running.state.state_details.deployment_concurrency_lease_id == lease
    assert taken() == 1
    set_state(run, "COMPLETED")
    assert taken() == 0


def test_a_run_that_finds_no_slot_waits_or_is_cancelled() -> None:
    """By default it waits for a slot; where the deployment wants that, it is cancelled."""
    deployment = limited(1)
    scheduled = StateCreate(type=StateType.SCHEDULED)
    first, second = (asked(deployment_id=deployment, state=scheduled) for _ in range(2))
    set_state(first, "PENDING")
    answer = set_state(second, "PENDING")
    assert (answer.status, answer.state.name) == (SetStateStatus.REJECT, "AwaitingConcurrencySlot")
    assert answer.state.state_details.scheduled_time > now()
    set_state(first, "CANCELLED", force=True)
    assert set_state(second, "PENDING").status is SetStateStatus.ACCEPT
    assert taken() == 1


def test_a_run_that_finds_no_slot_is_cancelled_where_the_deployment_says_so() -> None:
    """CANCEL_NEW ends the run at once."""
    deployment = limited(1, collision_strategy="CANCEL_NEW")
    scheduled = StateCreate(type=StateType.SCHEDULED)
    first, second = (asked(deployment_id=deployment, state=scheduled) for _ in range(2))
    set_state(first, "PENDING")
    assert set_state(second, "PENDING").state.type is StateType.CANCELLED


def test_a_client_that_knows_no_leases_keeps_its_slot_until_the_end() -> None:
    """An old client would not renew the lease, so that it must not lapse."""
    run = asked(deployment_id=limited(1), state=StateCreate(type=StateType.SCHEDULED))
    set_state(run, "PENDING", agent="prefect/3.4.0 (API 0.8.4)")
    set_state(run, "RUNNING", agent="prefect/3.4.0 (API 0.8.4)")
    assert [each.expires_at for each in perform(read_concurrency_limit_holders, "runs")] == [None]
    set_state(run, "COMPLETED", agent="prefect/3.4.0 (API 0.8.4)")
    assert taken() == 0


def test_a_run_of_a_deployment_that_is_gone_does_not_start() -> None:
    """Nobody could tell how many may run."""
    run = asked(deployment_id=uuid4(), state=StateCreate(type=StateType.SCHEDULED))
    assert set_state(run, "PENDING").status is SetStateStatus.ABORT


def test_a_state_of_the_engine_may_have_any_time() -> None:
    """States come with the times of the process that made them; they are kept."""
    run = create(1)
    state: State[Any] = Running(timestamp=later(77))
    assert propose(run, state).state.timestamp == later(77)
