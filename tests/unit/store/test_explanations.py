"""Why flow runs wait, are late, are stuck, or ended badly: each cause is made to happen, and must be named."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest

from prefect import flow
from prefect._processes import this_process
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimitCreate,
    ConcurrencyLimitV2Create,
)
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.events import Event
from prefect.schemas.explanations import Explanation
from prefect.schemas.flow_run_claims import FlowRunClaimCreate
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate
from prefect.schemas.logs import LogCreate
from prefect.schemas.resources import Resource
from prefect.schemas.states import StateCreate, StateDetails, StateType
from prefect.schemas.task_runs import TaskRunCreate
from prefect.schemas.work_pools import WorkPoolUpdate
from prefect.schemas.work_queues import WorkQueueCreate, WorkQueueUpdate
from prefect.store.concurrency_leases import (
    bulk_decrement_active_slots_with_lease,
    bulk_increment_active_slots_with_lease,
)
from prefect.store.concurrency_limits import create_concurrency_limit_v2
from prefect.store.concurrency_queue import join_slot_queue
from prefect.store.deployments import delete_deployment, pause_deployment
from prefect.store.events import create_events
from prefect.store.explanations import explain_flow_run, explain_flow_runs
from prefect.store.flow_run_claims import claim_flow_run
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.logs import create_logs
from prefect.store.scheduled_runs import get_scheduled_flow_runs, get_scheduled_flow_runs_for_deployments
from prefect.store.tag_limits import create_concurrency_limit, increment_concurrency_limits_v1
from prefect.store.task_runs import create_task_run
from prefect.store.work_pools import update_work_pool
from prefect.store.work_queues import create_work_queue, update_work_queue
from prefect.store.workers import worker_heartbeat
from prefect.testing.clock import Clock, hold_clock
from tests.unit.store.deploying import deploy, pool, run_of
from tests.unit.store.runs import flow_named, perform

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Injection: TypeAlias = Callable[[Clock], tuple[FlowRun, list[str], str]]
"""Makes something happen; returns the run that suffers, the codes of its causes, and what the first one says."""


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Let the clock stand at noon."""
    with hold_clock(START) as held:
        yield held


def why(run: FlowRun | UUID) -> Explanation:
    """Ask why a run is as it is."""
    return perform(explain_flow_run, run if isinstance(run, UUID) else run.id)


def codes(run: FlowRun | UUID) -> list[str]:
    """Return the codes of the causes."""
    return [cause.code for cause in why(run).causes]


def due_run(deployment: DeploymentResponse, name: str = "late-one", **fields: Any) -> FlowRun:
    """Create a run of a deployment that is due now."""
    return run_of(deployment, name=name, state=StateCreate(type=StateType.SCHEDULED), **fields)


def enter(run: FlowRun, kind: StateType, **fields: Any) -> None:
    """Let a run enter a state, whatever the rules say."""
    perform(set_flow_run_state, run.id, StateCreate(type=kind, **fields), force=True)


def in_pool(**fields: Any) -> DeploymentResponse:
    """Create a deployment in the work pool `tide`."""
    return deploy(work_pool_name=pool("tide", **fields).name)


def worker_looks(*queues: str, name: str = "crab") -> None:
    """Let a worker say that it lives, and look for runs."""
    perform(worker_heartbeat, "tide", name, 30)
    perform(get_scheduled_flow_runs, "tide", work_queue_names=list(queues) or None)


def running(deployment: DeploymentResponse, name: str = "busy-one") -> FlowRun:
    """Create a run of a deployment that is running."""
    run = due_run(deployment, name)
    for kind in (StateType.PENDING, StateType.RUNNING):
        perform(set_flow_run_state, run.id, StateCreate(type=kind))
    return run


def free_run(kind: StateType = StateType.RUNNING, name: str = "alone", **fields: Any) -> FlowRun:
    """Create a run without a deployment."""
    wanted = FlowRunCreate(flow_id=flow_named(), name=name, state=StateCreate(type=kind), **fields)
    return perform(create_flow_run, wanted)


def task_of(run: FlowRun, name: str, kind: StateType = StateType.PENDING, **fields: Any) -> UUID:
    """Create a task run of a flow run."""
    wanted = TaskRunCreate(
        flow_run_id=run.id, name=name, task_key="k", dynamic_key=name, state=StateCreate(type=kind), **fields
    )
    return perform(create_task_run, wanted).id


# --- Nobody looks for it ----------------------------------------------------------------------------------------------


def _no_worker(clock: Clock) -> tuple[FlowRun, list[str], str]:
    return (
        due_run(in_pool()),
        ["no-worker"],
        "No worker was ever started for work pool 'tide', which is of type",
    )


def _no_worker_of_type(clock: Clock) -> tuple[FlowRun, list[str], str]:
    return due_run(in_pool(type="abacus")), ["no-worker-of-type"], "is of type 'abacus'"


def _workers_offline(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(in_pool())
    worker_looks()
    clock.advance(600)
    return run, ["workers-offline"], "the last one was heard of at 2026-06-01 12:00:00 UTC"


def _queue_not_polled(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(in_pool())
    perform(create_work_queue, "tide", WorkQueueCreate(name="other"))
    worker_looks("other")
    return (
        run,
        ["queue-not-polled"],
        "into work queue 'default' yet; those of work pool 'tide' that are there ('crab')",
    )


def _no_runner(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = deploy()
    run = due_run(deployment)
    perform(get_scheduled_flow_runs_for_deployments, [deployment.id], START - MINUTE)
    clock.advance(120)
    return run, ["no-runner"], "the last one looked for runs at 2026-06-01 12:00:00 UTC"


def _deployment_deleted(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = deploy()
    run = running(deployment)
    perform(delete_deployment, deployment.id)
    enter(run, StateType.SCHEDULED)
    return run, ["deployment-deleted"], "was deleted"


def _no_deployment(clock: Clock) -> tuple[FlowRun, list[str], str]:
    return free_run(StateType.SCHEDULED), ["no-deployment"], "belongs to no deployment"


# --- Nobody may start it ----------------------------------------------------------------------------------------------


def _pool_paused(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(in_pool())
    worker_looks()
    perform(update_work_pool, "tide", WorkPoolUpdate(is_paused=True))
    return run, ["pool-paused"], "Work pool 'tide' is paused"


def _queue_paused(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(in_pool())
    worker_looks()
    perform(update_work_queue, run.work_queue_id, WorkQueueUpdate(is_paused=True))
    return run, ["queue-paused"], "Work queue 'default' of work pool 'tide' is paused"


def _deployment_paused(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = in_pool()
    run = due_run(deployment)
    worker_looks()
    perform(pause_deployment, deployment.id)
    return run, ["about-to-start", "deployment-paused"], "Worker 'crab' looks for runs"


def _later(clock: Clock) -> tuple[FlowRun, list[str], str]:
    details = StateDetails(scheduled_time=START + 60 * MINUTE)
    run = run_of(deploy(), state=StateCreate(type=StateType.SCHEDULED, state_details=details))
    return run, ["scheduled-for-later", "no-runner"], "It is scheduled for 2026-06-01 13:00:00 UTC."


def _awaiting_retry(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    details = StateDetails(scheduled_time=START + MINUTE)
    enter(run, StateType.SCHEDULED, name="AwaitingRetry", state_details=details)
    return run, ["awaiting-retry"], "It failed and will be tried again at 2026-06-01 12:01:00 UTC."


# --- There is no room for it ------------------------------------------------------------------------------------------


def _pool_limit(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = in_pool(concurrency_limit=1)
    running(deployment)
    worker_looks()
    return (
        due_run(deployment),
        ["pool-limit"],
        "1 of 1 taken: held by flow run 'busy-one' since 2026-06-01 12:00:00",
    )


def _queue_limit(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = in_pool()
    run = running(deployment)
    perform(update_work_queue, run.work_queue_id, WorkQueueUpdate(concurrency_limit=1))
    worker_looks()
    return (
        due_run(deployment),
        ["queue-limit"],
        "of work queue 'default' is reached, 1 of 1 taken: held by flow run",
    )


def _deployment_limit(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = deploy(concurrency_limit=1)
    running(deployment)
    run = due_run(deployment)
    perform(set_flow_run_state, run.id, StateCreate(type=StateType.PENDING))
    perform(get_scheduled_flow_runs_for_deployments, [deployment.id], START)
    return (
        run,
        ["deployment-limit", "awaiting-slot"],
        "held by flow run 'busy-one' since 2026-06-01 12:00:00 UTC",
    )


def _cancelled_by_limit(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = deploy(concurrency_limit=1, concurrency_options={"collision_strategy": "CANCEL_NEW"})
    running(deployment)
    run = due_run(deployment)
    perform(set_flow_run_state, run.id, StateCreate(type=StateType.PENDING))
    return run, ["cancelled"], "the deployment is at its concurrency limit"


def _worker_at_limit(clock: Clock) -> tuple[FlowRun, list[str], str]:
    deployment = in_pool()
    running(deployment)
    run = due_run(deployment)
    clock.advance(20)
    worker_looks()
    return (
        run,
        ["worker-at-limit"],
        "Worker 'crab' looks for runs and does not take this one: it executes 1 already",
    )


def _tag_slot(clock: Clock) -> tuple[FlowRun, list[str], str]:
    perform(create_concurrency_limit, ConcurrencyLimitCreate(tag="db", concurrency_limit=1))
    holder, run = free_run(name="other"), free_run()
    task = task_of(holder, "load-1", StateType.RUNNING, tags=["db"])
    perform(increment_concurrency_limits_v1, ["db"], task)
    task_of(run, "load-2", tags=["db"])
    return run, ["slot"], "Task run 'load-2' waits for a slot; the concurrency limit 'tag:db' is reached"


def _global_slot(clock: Clock) -> tuple[FlowRun, list[str], str]:
    perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name="warehouse", limit=1))
    holder, run = free_run(name="other"), free_run()
    perform(
        bulk_increment_active_slots_with_lease,
        1,
        ["warehouse"],
        holder=ConcurrencyLeaseHolder(type="flow_run", id=holder.id),
        lease_duration=300,
    )
    waiting = ConcurrencyLeaseHolder(type="flow_run", id=run.id)
    perform(join_slot_queue, uuid4(), ["warehouse"], 1, this_process(), waiting)
    return (
        run,
        ["slot"],
        "It waits for a slot; the concurrency limit 'warehouse' is reached, 1 of 1 taken: held by flow run 'other'",
    )


# --- It has begun -----------------------------------------------------------------------------------------------------


def _upstream(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    first = task_of(run, "extract", StateType.RUNNING)
    task_of(run, "load", task_inputs={"rows": [{"input_type": "task_run", "id": str(first)}]})
    return run, ["upstream"], "Task run 'load' waits for 'extract' (Running)."


def _subflow_upstream(clock: Clock) -> tuple[FlowRun, list[str], str]:
    parent = free_run(name="parent")
    first = task_of(parent, "extract", StateType.RUNNING)
    stand_in = task_of(parent, "sub", task_inputs={"rows": [{"input_type": "task_run", "id": str(first)}]})
    run = free_run(StateType.PENDING, name="sub", parent_task_run_id=stand_in)
    return run, ["upstream"], "It waits for 'extract' (Running)."


def _child(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    stand_in = task_of(run, "sub", StateType.RUNNING)
    due_run(in_pool(), "child", parent_task_run_id=stand_in)
    return run, ["child", "no-worker"], "It waits for flow run 'child', which is Scheduled."


def _claimed(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(deploy())
    perform(claim_flow_run, run.id, FlowRunClaimCreate(owner="worker 'crab'"))
    return (
        run,
        ["claimed"],
        "worker 'crab' has claimed it and has not begun it; its claim lapses at 2026-06-01 12:00:15",
    )


def _claim_lapsed(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run, _, _ = _claimed(clock)
    clock.advance(20)
    return run, ["claim-lapsed"], "its claim is over since 2026-06-01 12:00:15 UTC"


def _pending(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(deploy())
    perform(set_flow_run_state, run.id, StateCreate(type=StateType.PENDING))
    return run, ["pending"], "Somebody has taken it and has not begun it"


def _silent(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run, _, _ = _claimed(clock)
    perform(set_flow_run_state, run.id, StateCreate(type=StateType.RUNNING))
    clock.advance(20)
    return run, ["silent"], "worker 'crab' executes it and was not heard of since 2026-06-01 12:00:15 UTC"


def _no_beat(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    resource = Resource({"prefect.resource.id": f"prefect.flow-run.{run.id}"})
    perform(create_events, [Event(event="prefect.flow-run.heartbeat", resource=resource)])
    clock.advance(1800)
    return run, ["silent"], "Its process executes it and was not heard of since 2026-06-01 12:00:00 UTC"


def _waits_for_input(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    details = StateDetails(pause_key="ask-1", run_input_keyset={"a": "b"}, pause_timeout=START + 60 * MINUTE)
    enter(run, StateType.PAUSED, state_details=details)
    return (
        run,
        ["waits-for-input"],
        "It is paused until it is given its input (key 'ask-1'). It fails at 2026-06-01 13:00",
    )


def _suspended(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    enter(run, StateType.PAUSED, name="Suspended", state_details=StateDetails(pause_reschedule=True))
    return run, ["suspended"], "its process has ended, and another will go on when it is resumed"


def _cancelling(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run, _, _ = _claimed(clock)
    enter(run, StateType.CANCELLING)
    return run, ["cancelling"], "worker 'crab' has not told yet that its process has ended."


def _cancelling_alone(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    enter(run, StateType.CANCELLING)
    return run, ["cancelling"], "nobody is known who executes it"


# --- It has ended -----------------------------------------------------------------------------------------------------


def _crashed(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    enter(run, StateType.CRASHED, message="Its process ended with exit code -9.")
    return run, ["crashed"], "It has crashed: Its process ended with exit code -9."


def _failed(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = free_run()
    task_of(run, "load", StateType.FAILED)
    enter(run, StateType.FAILED, message="Flow run encountered an exception: ValueError: 7")
    return run, ["failed"], "It has failed: Flow run encountered an exception: ValueError: 7"


def _code_not_loaded(clock: Clock) -> tuple[FlowRun, list[str], str]:
    run = due_run(deploy())
    said = f"Flow run {run.id} could not be run: the script 'sea.py' raised an exception.\nKeyError: 'tide'"
    line = LogCreate(name="prefect.engine", level=40, message=said, timestamp=START, flow_run_id=run.id)
    perform(create_logs, [line])
    enter(run, StateType.CRASHED, message="Its process ended with exit code 1.")
    return run, ["code-not-loaded"], "the script 'sea.py' raised an exception. … KeyError: 'tide'"


INJECTIONS: tuple[Injection, ...] = (
    _no_worker,
    _no_worker_of_type,
    _workers_offline,
    _queue_not_polled,
    _no_runner,
    _deployment_deleted,
    _no_deployment,
    _pool_paused,
    _queue_paused,
    _deployment_paused,
    _later,
    _awaiting_retry,
    _pool_limit,
    _queue_limit,
    _deployment_limit,
    _cancelled_by_limit,
    _worker_at_limit,
    _tag_slot,
    _global_slot,
    _upstream,
    _subflow_upstream,
    _child,
    _claimed,
    _claim_lapsed,
    _pending,
    _silent,
    _no_beat,
    _waits_for_input,
    _suspended,
    _cancelling,
    _cancelling_alone,
    _crashed,
    _failed,
    _code_not_loaded,
)


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda each: each.__name__.strip("_"))
def test_each_cause_is_named(injection: Injection, clock: Clock) -> None:
    """Whatever keeps a run from going on is told with what can be done, the most decisive cause first."""
    run, expected, words = injection(clock)
    answer = why(run)
    assert [cause.code for cause in answer.causes] == expected
    assert words in answer.causes[0].message
    assert all(cause.advice for cause in answer.causes)
    assert answer.causes[0].message in answer.summary


def test_who_is_in_the_way_is_related(clock: Clock) -> None:
    """Programs find who holds the slots without reading the words."""
    run, *_ = _pool_limit(clock)
    (cause,) = why(run).causes
    assert [(each.kind, each.name) for each in cause.related] == [
        ("work_pool", "tide"),
        ("flow_run", "busy-one"),
    ]
    assert cause.since is not None
    assert cause.since - START < timedelta(milliseconds=1)


def test_all_that_stands_against_a_run_is_told(clock: Clock) -> None:
    """A pool that is paused and has no worker is told as both, the pause first."""
    run = due_run(in_pool(is_paused=True))
    assert codes(run) == ["pool-paused", "no-worker"]


def test_a_run_without_trouble_has_no_causes(clock: Clock) -> None:
    """Runs that go on or have completed are told as such."""
    run = free_run()
    assert why(run).summary == "Flow run 'alone' is running, and waits for nothing that is known here."
    enter(run, StateType.COMPLETED)
    assert (codes(run), why(run).summary) == ([], "Flow run 'alone' has completed.")
    with pytest.raises(ObjectNotFound):
        why(uuid4())


@pytest.mark.sqlite
def test_a_flow_that_waits_in_code_for_a_slot_says_so() -> None:
    """The run of a block of `concurrency` that has not begun is known while it waits."""
    perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name="warehouse", limit=1))
    lease = perform(bulk_increment_active_slots_with_lease, 1, ["warehouse"], lease_duration=300)
    begun: SimpleQueue[UUID] = SimpleQueue()

    @flow
    def load() -> None:
        begun.put(UUID(flow_run.id))
        with concurrency("warehouse"):
            pass

    thread = threading.Thread(target=load)
    thread.start()
    run = begun.get()
    while "slot" not in codes(run):
        time.sleep(0.02)
    perform(bulk_decrement_active_slots_with_lease, lease.lease_id)
    thread.join()
    assert codes(run) == []


def test_many_runs_are_explained_at_once(clock: Clock) -> None:
    """A list of late runs has its reasons in one request, in the order of the ids; what is gone is left out."""
    first, second = due_run(in_pool()), due_run(deploy("served"))
    answers = perform(explain_flow_runs, [second.id, uuid4(), first.id])
    assert [(answer.flow_run_id, answer.causes[0].code) for answer in answers] == [
        (second.id, "no-runner"),
        (first.id, "no-worker"),
    ]
    assert perform(explain_flow_runs, []) == []
