"""Claims on flow runs: one process executes a run, and everybody can tell which."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from prefect._clock import now
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder, ConcurrencyLimitV2Create
from prefect.schemas.flow_run_claims import FlowRunClaimCreate
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import SetStateStatus
from prefect.schemas.states import State, StateType
from prefect.schemas.work_pools import WorkPoolCreate, WorkPoolUpdate
from prefect.schemas.work_queues import WorkQueueUpdate
from prefect.store.concurrency_leases import bulk_increment_active_slots_with_lease
from prefect.store.concurrency_limits import create_concurrency_limit_v2, read_concurrency_limit_v2
from prefect.store.flow_run_claims import claim_flow_run, read_flow_run_claim, release_claim
from prefect.store.flow_run_resumptions import resume_flow_run
from prefect.store.flow_runs import delete_flow_run
from prefect.store.work_pools import create_work_pool, update_work_pool
from prefect.store.work_queues import update_work_queue
from prefect.testing.clock import hold_clock
from tests.unit.store.claiming import claim, crash, enter, fence_of, now_is, renew
from tests.unit.store.deploying import deploy, run_of, told
from tests.unit.store.runs import create, perform, propose, record

RUNNING, CANCELLING = StateType.RUNNING, StateType.CANCELLING


def test_of_two_pollers_one_has_the_run() -> None:
    """The first is given the claim and the run is Pending; the second is told why it is not its."""
    run = run_of(deploy())
    first, second = claim(run, "a"), claim(run, "b")
    assert first.claim is not None
    assert (first.claim.owner, first.claim.fence, first.claim.is_held) == ("a", 1, True)
    assert first.orchestration.status is SetStateStatus.ACCEPT
    assert second.claim is None
    assert second.orchestration.status is SetStateStatus.ABORT
    assert now_is(run.id).state_type is StateType.PENDING


def test_of_many_who_claim_at_once_each_run_has_one() -> None:
    """However many look for runs at the same time."""
    deployment = deploy()
    runs = [run_of(deployment) for _ in range(5)]
    wishes = [FlowRunClaimCreate(owner=f"worker {number}") for number in range(6)]
    backend = get_backend()
    asked = [backend.perform(claim_flow_run, run.id, wish) for wish in wishes for run in runs]
    had = [claim.flow_run_id for answer in asked if (claim := answer.result().claim) is not None]
    assert sorted(had) == sorted(run.id for run in runs)


def test_a_run_that_is_over_is_not_claimed() -> None:
    """A poller that comes late cannot execute a completed run once more."""
    run = run_of(deploy())
    enter(run, StateType.COMPLETED)
    late = claim(run)
    assert late.claim is None
    assert late.orchestration.state is not None
    assert late.orchestration.state.is_completed()


def test_each_claim_has_a_greater_number() -> None:
    """When a run is executed again, its new claim is told from the old one, which can do nothing any more."""
    run = run_of(deploy())
    first = fence_of(claim(run))
    perform(release_claim, run.id, first)
    enter(run, StateType.SCHEDULED)
    second = fence_of(claim(run, "other"))
    assert second > first
    assert not renew(run, first).is_held
    assert crash(run, first).status is SetStateStatus.ABORT
    perform(release_claim, run.id, first)
    assert renew(run, second, "other").is_held


def test_who_waits_for_a_retry_in_its_process_keeps_the_run() -> None:
    """A run that waits for its next attempt is scheduled; nobody else executes it as long as its process is there."""
    run = run_of(deploy())
    fence = fence_of(claim(run))
    enter(run, RUNNING)
    enter(run, StateType.SCHEDULED, "AwaitingRetry")
    assert claim(run, "other").claim is None
    perform(release_claim, run.id, fence)
    assert claim(run, "other").claim is not None


def test_a_suspended_run_that_is_resumed_is_claimed_anew() -> None:
    """Whoever is quick executes it, and not who did before it was suspended."""
    run = run_of(deploy())
    first = fence_of(claim(run, "a"))
    enter(run, RUNNING)
    enter(run, StateType.PAUSED, "Suspended", pause_reschedule=True, pause_timeout=now() + timedelta(hours=1))
    perform(release_claim, run.id, first)
    assert claim(run, "b").claim is None
    assert perform(resume_flow_run, run.id).status is SetStateStatus.ACCEPT
    assert fence_of(claim(run, "b")) > first
    assert not renew(run, first, "a").is_held


def test_a_run_waits_for_a_slot_of_its_deployment_without_a_claim() -> None:
    """Claiming goes by the ordinary rules: without a free slot there is no claim."""
    deployment = deploy(concurrency_limit=1)
    holding, waiting = run_of(deployment), run_of(deployment)
    fence = fence_of(claim(holding))
    refused = claim(waiting)
    assert refused.claim is None
    assert now_is(waiting.id).state_name == "AwaitingConcurrencySlot"
    crash(holding, fence)
    assert claim(waiting).claim is not None


def test_a_claim_is_held_by_renewing_it() -> None:
    """The answer says until when it stands and what became of the run, so that a cancelled one is stopped."""
    run = run_of(deploy())
    with hold_clock() as clock:
        fence = fence_of(claim(run, lease_seconds=10))
        before = perform(read_flow_run_claim, run.id)
        assert before.expires_at == clock.now() + timedelta(seconds=10)
        clock.advance(9)
        enter(run, CANCELLING)
        standing = renew(run, fence, "its process", lease_seconds=20)
        after = perform(read_flow_run_claim, run.id)
        assert (after.owner, after.expires_at) == ("its process", clock.now() + timedelta(seconds=20))
    assert (standing.is_held, standing.state_type, standing.state_name) == (True, CANCELLING, "Cancelling")


def test_a_run_that_was_started_directly_is_claimed_by_renewing() -> None:
    """Without a number the claim is taken if nobody has it; asking twice gives the same number."""
    run = create(1)
    first = renew(run, None, "script")
    assert (first.is_held, first.fence) == (True, 1)
    assert renew(run, None, "script").fence == 1
    assert not renew(run, None, "another").is_held
    over = create(2, kind=StateType.COMPLETED)
    assert not renew(over, None, "script").is_held


def test_the_claim_on_a_run_that_is_gone_is_lost() -> None:
    """Whoever executes a run that somebody deleted is told to stop."""
    run = run_of(deploy())
    fence = fence_of(claim(run))
    perform(delete_flow_run, run.id)
    standing = renew(run, fence)
    assert (standing.is_held, standing.state_type) == (False, None)
    for id_ in (run.id, uuid4()):
        with pytest.raises(ObjectNotFound, match="was never claimed"):
            perform(read_flow_run_claim, id_)


# --- the process of a run is gone -------------------------------------------------------------------------------


def running(number: int = 1, **fields: object) -> tuple[FlowRun, int]:
    """Return a deployed run that is executed, and the number of its claim."""
    del number
    run = run_of(deploy(**fields))
    fence = fence_of(claim(run))
    enter(run, RUNNING)
    return run, fence


def test_a_crash_is_told_by_who_started_the_process() -> None:
    """The run has crashed with what is known of its end, and its claim is nobody's."""
    run, fence = running()
    assert crash(run, fence, "Killed by SIGKILL.").status is SetStateStatus.ACCEPT
    ended = now_is(run.id)
    assert ended.state is not None
    assert (ended.state_type, ended.state.message) == (StateType.CRASHED, "Killed by SIGKILL.")
    assert not perform(read_flow_run_claim, run.id).is_held
    assert crash(run, fence).status is SetStateStatus.ABORT


def test_a_run_that_was_being_cancelled_is_cancelled() -> None:
    """However its process came to its end."""
    run, fence = running(infrastructure_retries=3)
    enter(run, CANCELLING)
    crash(run, fence)
    assert now_is(run.id).state_type is StateType.CANCELLED


def test_a_released_run_that_says_it_runs_has_crashed() -> None:
    """Nobody would ever hear of it again."""
    run, fence = running()
    perform(release_claim, run.id, fence)
    assert now_is(run.id).state_type is StateType.CRASHED
    done, number = running()
    enter(done, StateType.COMPLETED)
    perform(release_claim, done.id, number)
    assert now_is(done.id).state_type is StateType.COMPLETED


def test_infrastructure_retries_are_counted_apart() -> None:
    """A run whose infrastructure fails is executed again as often as its deployment says, and then has crashed.

    The run says so; retries of its code are not used up by it.
    """
    run = run_of(deploy(infrastructure_retries=2), empirical_policy={"retries": 1})
    for made in (1, 2):
        fence = fence_of(claim(run, infrastructure_pid="host:1"))
        enter(run, RUNNING)
        crash(run, fence, "Killed.")
        waiting = now_is(run.id)
        assert waiting.state is not None
        assert waiting.state_name == "AwaitingInfrastructureRetry"
        assert waiting.state.message == f"Infrastructure retry {made} of 2. Killed."
        assert waiting.empirical_policy.infrastructure_retries == made
        assert waiting.infrastructure_pid is None
    fence = fence_of(claim(run))
    enter(run, RUNNING)
    assert now_is(run.id).run_count == 3
    crash(run, fence, "Killed.")
    assert now_is(run.id).state_type is StateType.CRASHED


def test_a_crash_that_is_no_fault_of_the_infrastructure_is_not_retried() -> None:
    """Who reports it can say so."""
    run, fence = running(infrastructure_retries=2)
    crash(run, fence, "It ended with exit code 1.", retry=False)
    assert now_is(run.id).state_type is StateType.CRASHED


def test_what_the_process_had_begun_ends_with_it() -> None:
    """Task runs and subflow runs in the process crash; a subflow run of another deployment goes on."""
    run, fence = running()
    task = record(1, flow_run_id=run.id)
    standing = record(2, flow_run_id=run.id)
    child = create(3, kind=RUNNING, parent_task_run_id=standing.id)
    below = record(4, flow_run_id=child.id)
    for_deployed = record(5, flow_run_id=run.id)
    deployed = run_of(deploy("other"), parent_task_run_id=for_deployed.id)
    done = record(6, flow_run_id=run.id, kind=StateType.COMPLETED)
    crash(run, fence, "Killed.")
    backend = get_backend()
    ended = {each.id: each.state_name for each in backend.list_task_runs()}
    assert ended[task.id] == ended[standing.id] == ended[below.id] == "Crashed"
    assert ended[done.id] == "Completed"
    assert ended[for_deployed.id] != "Crashed"
    assert now_is(child.id).state_type is StateType.CRASHED
    assert now_is(deployed.id).state_type is StateType.SCHEDULED


def test_the_slots_that_a_run_held_are_free_at_once() -> None:
    """Nobody waits for the leases of a process that is gone."""
    run, fence = running()
    task = record(1, flow_run_id=run.id)
    perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name="db", limit=2))
    for kind, holder in (("flow_run", run.id), ("task_run", task.id)):
        held = ConcurrencyLeaseHolder(type=kind, id=holder)  # type: ignore[arg-type]
        perform(bulk_increment_active_slots_with_lease, 1, ["db"], holder=held)
    assert perform(read_concurrency_limit_v2, "db").active_slots == 2
    crash(run, fence)
    assert perform(read_concurrency_limit_v2, "db").active_slots == 0


# --- work pools -----------------------------------------------------------------------------------------------------


def test_the_limits_of_pools_and_queues_hold_when_a_run_is_claimed() -> None:
    """A poller may have looked a run up while a slot was free that another has taken since."""
    perform(create_work_pool, WorkPoolCreate(name="pool", type="process", concurrency_limit=1))
    deployment = deploy(work_pool_name="pool")
    first, second = run_of(deployment), run_of(deployment)
    fence = fence_of(claim(first))
    refused = claim(second)
    assert refused.claim is None
    assert (
        refused.orchestration.details.reason
        == "Work pool 'pool' is at its limit: 1 of its runs are in progress."
    )  # type: ignore[union-attr]
    assert now_is(second.id).state_name == "Scheduled"
    crash(first, fence)
    perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=True))
    assert claim(second).orchestration.details.reason == "Work pool 'pool' is paused."  # type: ignore[union-attr]
    perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=False))
    assert deployment.work_queue_id is not None
    perform(update_work_queue, deployment.work_queue_id, WorkQueueUpdate(concurrency_limit=0))
    assert "of work pool 'pool' is at its limit" in str(claim(second).orchestration.details)
    perform(update_work_queue, deployment.work_queue_id, WorkQueueUpdate(concurrency_limit=1))
    assert claim(second).claim is not None


# --- slots of deployments -------------------------------------------------------------------------------------------


def test_a_claimed_run_keeps_its_slot_for_as_long_as_it_runs() -> None:
    """However long that is: the slot is given back with the claim, not by the clock."""
    deployment = deploy(concurrency_limit=1)
    first, second = run_of(deployment), run_of(deployment)
    with hold_clock() as clock:
        fence = fence_of(claim(first))
        propose(first, State(type=RUNNING))
        clock.advance(86400)
        assert renew(first, fence).is_held
        assert claim(second).claim is None
        crash(first, fence)
        clock.advance(60)
        assert claim(second).claim is not None


def test_the_slot_of_a_run_that_is_deleted_is_free() -> None:
    """Nobody else would give it back."""
    deployment = deploy(concurrency_limit=1)
    first, second = run_of(deployment), run_of(deployment)
    fence_of(claim(first))
    perform(delete_flow_run, first.id)
    assert claim(second).claim is not None


# --- heartbeats -----------------------------------------------------------------------------------------------------


def test_it_is_told_that_a_run_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as the setting says, however often the claim is renewed; once the run has begun."""
    monkeypatch.setenv("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "60")
    run = run_of(deploy())
    beats: list[int] = []
    with hold_clock() as clock:
        fence = fence_of(claim(run))
        renew(run, fence)
        enter(run, RUNNING)
        for _ in range(3):
            for _ in range(3):
                clock.advance(20)
                renew(run, fence)
            beats.append(len(told("flow-run.heartbeat")))
        assert told("flow-run.heartbeat")[0] == f"flow-run.heartbeat {run.name}"
    assert beats == [1, 2, 3]
