"""Going on with flow runs that ended or died: given to workers, where a deployment says who they are."""

from __future__ import annotations

import pytest

from prefect._processes import ProcessIdentity, this_process
from prefect.backend import get_backend
from prefect.exceptions import FlowRunInProgress, RequestRefused
from prefect.schemas.states import StateType
from prefect.store.flow_run_retries import claim_retry
from prefect.testing.clock import hold_clock
from tests.unit.store.claiming import claim, enter, fence_of, now_is, renew
from tests.unit.store.deploying import deploy, run_of
from tests.unit.store.runs import create, perform, record


def test_a_deployed_run_is_given_to_workers() -> None:
    """It waits to be claimed, with a new number, and keeps what it had completed."""
    run = run_of(deploy())
    first = fence_of(claim(run))
    enter(run, StateType.FAILED)
    again = perform(claim_retry, run.id)
    assert (again.state_type, again.state_name) == (StateType.SCHEDULED, "AwaitingRetry")
    assert not renew(run, first).is_held
    assert fence_of(claim(run)) > first


def test_a_run_without_a_deployment_is_not_given_to_workers() -> None:
    """Nobody would look for it."""
    run = create(1, kind=StateType.FAILED)
    with pytest.raises(RequestRefused, match="has no deployment"):
        perform(claim_retry, run.id)


def test_a_run_that_somebody_executes_is_not_retried() -> None:
    """Until its claim lapses, or by force; then who had it can write nothing more."""
    run = run_of(deploy())
    with hold_clock() as clock:
        fence = fence_of(claim(run, "worker 7", lease_seconds=15))
        enter(run, StateType.RUNNING)
        task = record(1, flow_run_id=run.id)
        with pytest.raises(FlowRunInProgress, match="worker 7 executes it"):
            perform(claim_retry, run.id)
        clock.advance(16)
        perform(claim_retry, run.id)
    assert now_is(run.id).state_name == "AwaitingRetry"
    assert not renew(run, fence).is_held
    stored = get_backend().read_task_run(task.id)
    assert stored is not None
    assert stored.state_name == "Crashed"
    fence = fence_of(claim(run))
    perform(claim_retry, run.id, force=True)
    assert not renew(run, fence).is_held


def test_a_process_that_is_known_to_be_gone_holds_nothing() -> None:
    """Its claim need not lapse first."""
    gone = ProcessIdentity(*_gone())
    run = create(1, context={"process": list(gone)})
    renew(run, None, "script")
    again = perform(claim_retry, run.id, (gone.machine, gone.pid, gone.began))
    assert again.state_name == "AwaitingRetry"


def _gone() -> ProcessIdentity:
    return this_process()._replace(began="long ago")
