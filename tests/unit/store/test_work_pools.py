"""Work pools: created with a queue, changed, paused, deleted."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, RequestRefused
from prefect.schemas.work_pool_filters import WorkPoolFilter, WorkPoolFilterName, WorkPoolFilterType
from prefect.schemas.work_pools import WorkPoolCreate, WorkPoolStatus, WorkPoolUpdate
from prefect.store.deployments import read_deployment
from prefect.store.work_pool_concurrency import read_work_pool_concurrency_status
from prefect.store.work_pools import (
    count_work_pools,
    create_work_pool,
    delete_work_pool,
    read_work_pool,
    read_work_pools,
    update_work_pool,
)
from prefect.store.work_queues import read_work_queues, read_work_queues_of_pool
from prefect.store.workers import read_workers, worker_heartbeat
from tests.unit.store.deploying import deploy, pool, run_of, runs_of, told
from tests.unit.store.runs import names, perform

TEMPLATE: dict[str, Any] = {
    "job_configuration": {"command": "{{ command }}", "env": {"{{ name }}": ["{{ $HOME }}", "{{ name }}"]}},
    "variables": {"properties": {"command": {"type": "string"}, "name": {"type": "string"}}},
}


def test_a_pool_comes_with_a_queue() -> None:
    """A new pool has one queue, its default one, and nobody looks after it yet."""
    made = pool(description="d", base_job_template=TEMPLATE)
    assert made == perform(read_work_pool, "pool")
    assert (made.status, made.base_job_template, made.active_slots) == (
        WorkPoolStatus.NOT_READY,
        TEMPLATE,
        None,
    )
    (queue,) = perform(read_work_queues_of_pool, "pool")
    assert (queue.id, queue.name, queue.priority) == (made.default_queue_id, "default", 1)
    assert told("work-") == [
        "work-queue.created default",
        "work-pool.created pool",
        "work-pool.not-ready pool",
    ]


def test_a_pool_from_which_everybody_takes_has_no_status() -> None:
    """Nobody tells whether somebody looks for runs in a pool of the type prefect-agent."""
    assert pool(type="prefect-agent").status is None


def test_names_are_taken_once_and_some_are_reserved() -> None:
    """A second pool of a name is refused, and so is one that begins with Prefect."""
    pool()
    with pytest.raises(ObjectAlreadyExists, match="'pool' already"):
        pool()
    with pytest.raises(RequestRefused, match="reserved") as refusal:
        pool("Prefect-own")
    assert refusal.value.status == 403
    with pytest.raises(ObjectNotFound, match="prefect work-pool ls"):
        perform(read_work_pool, "nope")


@pytest.mark.parametrize(
    "template",
    [
        {"variables": {}},
        {"job_configuration": {}},
        {"job_configuration": {"a": "{{ missing }}"}, "variables": {"properties": {}}},
    ],
)
def test_a_template_has_to_be_whole(template: dict[str, Any]) -> None:
    """A template without a part, or with a variable that is declared nowhere, is refused."""
    with pytest.raises(ValidationError, match=r"base_job_template|missing"):
        WorkPoolCreate(name="pool", base_job_template=template)


def test_a_change_of_a_pool_is_told() -> None:
    """Only what is sent is changed; the event says from which value to which."""
    pool(description="before")
    perform(update_work_pool, "pool", WorkPoolUpdate(concurrency_limit=2))
    changed = perform(read_work_pool, "pool")
    assert (changed.description, changed.concurrency_limit, changed.active_slots) == ("before", 2, 0)
    perform(update_work_pool, "pool", WorkPoolUpdate(concurrency_limit=None, description=None))
    changed = perform(read_work_pool, "pool")
    assert (changed.description, changed.concurrency_limit) == (None, None)
    perform(update_work_pool, "pool", WorkPoolUpdate(description=None))
    assert told("work-pool.updated") == ["work-pool.updated pool"] * 2


def test_a_paused_pool_says_so() -> None:
    """A pool that goes on again is ready if it has a worker that was heard of."""
    pool()
    perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=True))
    assert perform(read_work_pool, "pool").status is WorkPoolStatus.PAUSED
    perform(worker_heartbeat, "pool", "w")
    assert perform(read_work_pool, "pool").status is WorkPoolStatus.PAUSED
    perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=False))
    assert perform(read_work_pool, "pool").status is WorkPoolStatus.READY
    assert told("work-pool.")[1:] == [
        "work-pool.not-ready pool",
        "work-pool.paused pool",
        "work-pool.ready pool",
    ]


def test_pools_are_found_by_name_and_type() -> None:
    """A filter finds pools; they are listed by name."""
    for name, kind in (("b", "process"), ("a", "docker"), ("c", "docker")):
        pool(name, type=kind)
    assert names(perform(read_work_pools)) == ["a", "b", "c"]
    docker = WorkPoolFilter(type=WorkPoolFilterType(any_=["docker"]))
    assert names(perform(read_work_pools, docker)) == ["a", "c"]
    assert names(perform(read_work_pools, docker, limit=1, offset=1)) == ["c"]
    assert perform(count_work_pools, WorkPoolFilter(name=WorkPoolFilterName(any_=["a", "x"]))) == 1


def test_what_was_in_a_deleted_pool_stays_without_it() -> None:
    """Queues and workers go with their pool; deployments and runs lose it."""
    pool()
    deployment = deploy(work_pool_name="pool")
    run = run_of(deployment)
    assert (run.work_pool_name, run.work_queue_name) == ("pool", "default")
    perform(worker_heartbeat, "pool", "w")
    perform(delete_work_pool, "pool")
    assert perform(read_deployment, deployment.id).work_pool_name is None
    (left,) = runs_of(deployment.id)
    assert (left.work_pool_name, left.work_queue_id) == (None, None)
    assert perform(read_work_queues) == []
    with pytest.raises(ObjectNotFound):
        perform(read_workers, "pool")
    with pytest.raises(ObjectNotFound):
        perform(delete_work_pool, "pool")
    assert told("work-pool.deleted") == ["work-pool.deleted pool"]


def test_a_pool_that_others_made_is_protected() -> None:
    """Of a reserved pool nothing can be changed but its pause and its limit, and it cannot be deleted."""
    pool()
    perform(update_work_pool, "pool", WorkPoolUpdate(is_paused=False))
    with pytest.raises(ObjectNotFound):
        perform(update_work_pool, "prefect-x", WorkPoolUpdate(description="x"))


def test_the_slots_of_a_pool_are_shown_by_queue() -> None:
    """Each queue tells how many of its runs are in progress, and some of them."""
    pool(concurrency_limit=3)
    deployment = deploy(work_pool_name="pool")
    busy = run_of(deployment, state={"type": "RUNNING"})
    run_of(deployment)
    shown = perform(read_work_pool_concurrency_status, "pool")
    assert (shown.active_slots, shown.concurrency_limit, shown.count, shown.pages) == (1, 3, 1, 1)
    (queue,) = shown.queues
    assert ([run.id for run in queue.flow_runs], queue.flow_run_count) == ([busy.id], 1)
    assert queue.flow_runs[0].time_in_current_state is not None
    assert perform(read_work_pool_concurrency_status, "pool", flow_run_limit=0).queues[0].flow_runs == []
    assert perform(create_work_pool, WorkPoolCreate(name="other")).name == "other"
