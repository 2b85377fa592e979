"""Work queues: in an order, with limits, in their pool or without one."""

from __future__ import annotations

from uuid import uuid4

import pytest

from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, RequestRefused
from prefect.schemas.work_queue_filters import WorkQueueFilter, WorkQueueFilterId, WorkQueueFilterName
from prefect.schemas.work_queues import WorkQueueCreate, WorkQueueStatus, WorkQueueUpdate
from prefect.store.deployments import read_deployment
from prefect.store.scheduled_runs import read_work_queue_runs, read_work_queue_status
from prefect.store.work_pool_concurrency import read_work_queue_concurrency_status
from prefect.store.work_queues import (
    create_work_queue,
    create_work_queue_without_pool,
    delete_work_queue,
    delete_work_queue_of_pool,
    read_work_queue,
    read_work_queue_by_name,
    read_work_queue_of_pool,
    read_work_queues,
    read_work_queues_of_pool,
    update_work_queue,
    update_work_queue_of_pool,
)
from tests.unit.store.deploying import deploy, pool, run_of, runs_of, told
from tests.unit.store.runs import names, perform


def places() -> dict[str, int]:
    """Return the priorities of the queues of the pool, those that go first at the front."""
    return {queue.name: queue.priority for queue in perform(read_work_queues_of_pool, "pool")}


def add(name: str, priority: int | None = None) -> None:
    """Add a queue to the pool."""
    perform(create_work_queue, "pool", WorkQueueCreate(name=name, priority=priority))


def test_queues_stand_in_an_order() -> None:
    """A queue that is put at a taken place moves those behind it, as far as they stand close together."""
    pool()
    add("high", 1)
    add("mid")
    add("two", 2)
    add("nine", 9)
    assert places() == {"high": 1, "two": 2, "default": 3, "mid": 4, "nine": 9}
    perform(update_work_queue_of_pool, "pool", "nine", WorkQueueUpdate(priority=1))
    assert places() == {"nine": 1, "high": 2, "two": 3, "default": 4, "mid": 5}
    perform(delete_work_queue_of_pool, "pool", "high")
    assert list(places()) == ["nine", "two", "default", "mid"]


def test_names_of_queues_are_taken_once_in_a_pool() -> None:
    """Two pools may have queues of one name, a pool may not."""
    pool()
    pool("other")
    add("q")
    perform(create_work_queue, "other", WorkQueueCreate(name="q"))
    with pytest.raises(ObjectAlreadyExists, match="'q' in work pool 'pool'"):
        add("q")
    with pytest.raises(ObjectAlreadyExists):
        perform(update_work_queue_of_pool, "pool", "q", WorkQueueUpdate(name="default"))
    assert [queue.work_pool_name for queue in perform(read_work_queues) if queue.name == "q"] == [
        "pool",
        "other",
    ]


def test_a_queue_without_a_pool_is_put_into_one() -> None:
    """Who names no pool gets one that is made for them."""
    made = perform(create_work_queue_without_pool, WorkQueueCreate(name="lone"))
    assert (made.work_pool_name, made.priority) == ("default-agent-pool", 2)
    assert perform(read_work_queue_by_name, "lone") == made == perform(read_work_queue, made.id)
    with pytest.raises(ObjectAlreadyExists):
        perform(create_work_queue_without_pool, WorkQueueCreate(name="lone"))


def test_a_queue_is_found_by_its_name_alone() -> None:
    """In the pool of those who name none if it is there, else the oldest one in any pool."""
    pool("first")
    pool("second")
    for name in ("second", "first"):
        perform(create_work_queue, name, WorkQueueCreate(name="q"))
    assert perform(read_work_queue_by_name, "q").work_pool_name == "second"
    perform(create_work_queue_without_pool, WorkQueueCreate(name="q"))
    assert perform(read_work_queue_by_name, "q").work_pool_name == "default-agent-pool"


def test_unknown_queues_are_named_in_the_error() -> None:
    """Each way to a queue says so when there is none."""
    pool()
    asking = [
        (read_work_queue, (uuid4(),)),
        (read_work_queue_by_name, ("nope",)),
        (read_work_queue_of_pool, ("pool", "nope")),
        (update_work_queue, (uuid4(), WorkQueueUpdate())),
        (update_work_queue_of_pool, ("pool", "nope", WorkQueueUpdate())),
        (delete_work_queue, (uuid4(),)),
        (delete_work_queue_of_pool, ("pool", "nope")),
        (create_work_queue, ("nope", WorkQueueCreate(name="q"))),
        (read_work_queues_of_pool, ("nope",)),
        (read_work_queue_status, (uuid4(),)),
        (read_work_queue_concurrency_status, (uuid4(),)),
    ]
    for operation, arguments in asking:
        with pytest.raises(ObjectNotFound, match="There is no work"):
            perform(operation, *arguments)


def test_a_paused_queue_says_so() -> None:
    """A queue that goes on is ready if somebody looked for runs lately."""
    pool()
    default = perform(read_work_queue_of_pool, "pool", "default")
    perform(update_work_queue, default.id, WorkQueueUpdate(is_paused=True))
    assert perform(read_work_queue, default.id).status is WorkQueueStatus.PAUSED
    update = WorkQueueUpdate.model_validate({"description": "still paused", "filter": None, "priority": None})
    perform(update_work_queue, default.id, update)
    assert perform(read_work_queue, default.id).is_paused
    perform(update_work_queue, default.id, WorkQueueUpdate(is_paused=False))
    assert perform(read_work_queue, default.id).status is WorkQueueStatus.NOT_READY
    perform(read_work_queue_runs, default.id)
    perform(update_work_queue, default.id, WorkQueueUpdate(is_paused=True))
    perform(update_work_queue, default.id, WorkQueueUpdate(is_paused=False))
    assert perform(read_work_queue, default.id).status is WorkQueueStatus.READY
    assert told("work-queue.")[1:] == [
        "work-queue.paused default",
        "work-queue.updated default",
        "work-queue.not-ready default",
        "work-queue.ready default",
        "work-queue.paused default",
        "work-queue.ready default",
    ]


def test_a_renamed_queue_keeps_what_is_in_it() -> None:
    """Deployments and runs tell the new name."""
    pool()
    deployment = deploy(work_pool_name="pool")
    run_of(deployment)
    perform(update_work_queue_of_pool, "pool", "default", WorkQueueUpdate(name="main"))
    assert perform(read_deployment, deployment.id).work_queue_name == "main"
    assert [run.work_queue_name for run in runs_of(deployment.id)] == ["main"]


def test_the_default_queue_goes_with_its_pool_only() -> None:
    """A pool without a default queue would have no place for its runs."""
    made = pool()
    with pytest.raises(RequestRefused, match="default queue"):
        perform(delete_work_queue, made.default_queue_id)


def test_what_was_in_a_deleted_queue_stays() -> None:
    """A deployment whose queue is deleted has none any more."""
    pool()
    deployment = deploy(work_pool_name="pool", work_queue_name="q")
    assert deployment.work_queue_name == "q"
    perform(delete_work_queue, deployment.work_queue_id)
    left = perform(read_deployment, deployment.id)
    assert (left.work_queue_id, left.work_queue_name, left.work_pool_name) == (None, None, None)


def test_queues_are_found_by_id_and_name() -> None:
    """A filter finds queues by what they are called, or by the beginning of it."""
    pool()
    for name in ("beta", "alpha", "alphabet"):
        add(name)
    begins = WorkQueueFilter(name=WorkQueueFilterName(startswith_=["alp"]))
    assert names(perform(read_work_queues, begins)) == ["alpha", "alphabet"]
    assert names(perform(read_work_queues_of_pool, "pool", begins, limit=1)) == ["alpha"]
    beta = perform(read_work_queue_of_pool, "pool", "beta")
    assert perform(read_work_queues, WorkQueueFilter(id=WorkQueueFilterId(any_=[beta.id]))) == [beta]


def test_the_health_of_a_queue_is_told() -> None:
    """A queue that nobody looks after is not healthy, nor is one with late runs."""
    pool()
    deployment = deploy(work_pool_name="pool")
    queue = deployment.work_queue_id
    assert not perform(read_work_queue_status, queue).healthy
    perform(read_work_queue_runs, queue)
    assert perform(read_work_queue_status, queue).healthy
    run_of(deployment, state={"type": "SCHEDULED", "name": "Late"})
    shown = perform(read_work_queue_status, queue)
    assert (shown.healthy, shown.late_runs_count) == (False, 1)


def test_the_slots_of_a_queue_are_shown_in_pages() -> None:
    """Runs that are waiting take no slot."""
    pool()
    deployment = deploy(work_pool_name="pool")
    for _ in range(3):
        run_of(deployment, state={"type": "PENDING"})
    run_of(deployment)
    shown = perform(read_work_queue_concurrency_status, deployment.work_queue_id, limit=2, page=2)
    assert (shown.active_slots, shown.count, shown.pages, len(shown.flow_runs)) == (3, 3, 2, 1)
