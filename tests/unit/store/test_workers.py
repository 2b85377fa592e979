"""Workers and task workers: known by when they were heard of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from prefect._clock import now
from prefect.exceptions import ObjectNotFound
from prefect.schemas.work_pools import WorkPoolStatus
from prefect.schemas.worker_filters import WorkerFilter, WorkerFilterLastHeartbeatTime, WorkerFilterStatus
from prefect.schemas.workers import TaskWorkerFilter, WorkerStatus
from prefect.store.task_workers import forget_task_worker, note_task_worker, read_task_workers
from prefect.store.work_pools import read_work_pool
from prefect.store.workers import delete_worker, read_workers, worker_heartbeat
from tests.unit.store.deploying import pool, told
from tests.unit.store.runs import names, perform, written


def test_a_heartbeat_makes_a_worker_known() -> None:
    """The first one makes its pool ready; more of them change when it was heard of."""
    pool()
    perform(worker_heartbeat, "pool", "w", 5)
    (worker,) = perform(read_workers, "pool")
    assert (worker.name, worker.status, worker.heartbeat_interval_seconds) == ("w", WorkerStatus.ONLINE, 5)
    assert perform(read_work_pool, "pool").status is WorkPoolStatus.READY
    perform(worker_heartbeat, "pool", "w")
    (again,) = perform(read_workers, "pool")
    assert (again.id, again.heartbeat_interval_seconds) == (worker.id, None)
    assert again.last_heartbeat_time > worker.last_heartbeat_time
    assert told("work-pool.ready") == ["work-pool.ready pool"]


def test_workers_are_found_by_when_they_were_heard_of() -> None:
    """The one that was heard of last stands first."""
    pool()
    for name in ("a", "b"):
        perform(worker_heartbeat, "pool", name)
    assert names(perform(read_workers, "pool")) == ["b", "a"]
    assert perform(read_workers, "pool", limit=1, offset=1)[0].name == "a"
    offline = WorkerFilter(status=WorkerFilterStatus(any_=[WorkerStatus.OFFLINE]))
    assert perform(read_workers, "pool", offline) == []
    hour_ago = now() - timedelta(hours=1)
    lately = WorkerFilter(last_heartbeat_time=WorkerFilterLastHeartbeatTime(after_=hour_ago))
    assert len(perform(read_workers, "pool", lately)) == 2
    before = WorkerFilter(last_heartbeat_time=WorkerFilterLastHeartbeatTime(before_=hour_ago))
    assert perform(read_workers, "pool", before) == []


def test_a_worker_can_be_forgotten() -> None:
    """A worker or a pool that there is not is named in the error."""
    pool()
    perform(worker_heartbeat, "pool", "w")
    perform(delete_worker, "pool", "w")
    assert perform(read_workers, "pool") == []
    with pytest.raises(ObjectNotFound, match="no worker 'w'"):
        perform(delete_worker, "pool", "w")
    for ask in (worker_heartbeat, delete_worker):
        with pytest.raises(ObjectNotFound, match="no work pool 'nope'"):
            perform(ask, "nope", "w")


def test_task_workers_are_found_by_the_tasks_that_they_run() -> None:
    """A task worker that has ended is not listed any more."""
    assert perform(read_task_workers) == []
    written(lambda: note_task_worker("one", ["b", "a"]))
    written(lambda: note_task_worker("two", ["c"]))
    assert [worker.identifier for worker in perform(read_task_workers)] == ["two", "one"]
    (found,) = perform(read_task_workers, TaskWorkerFilter(task_keys=["a", "x"]))
    assert (found.identifier, found.task_keys) == ("one", ["a", "b"])
    written(lambda: forget_task_worker("one"))
    assert [worker.identifier for worker in perform(read_task_workers)] == ["two"]
