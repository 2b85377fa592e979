"""Task workers: the processes that run background tasks, known by when they were heard of last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from prefect._clock import now
from prefect.schemas.workers import TaskWorkerFilter, TaskWorkerResponse
from prefect.store.columns import timestamp_text
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.work_pools import TASK_WORKER

SILENCE = timedelta(minutes=5)
"""After how much silence a task worker is no longer counted on."""


@operation("POST", "/task_workers/filter", reads=True)
def read_task_workers(
    task_worker_filter: TaskWorkerFilter | None = None,
) -> Transaction[list[TaskWorkerResponse]]:
    """Return the task workers, or those that run one of some tasks, the one that was heard of last first."""
    rows = yield Statement(
        "SELECT * FROM task_worker WHERE timestamp >= ? ORDER BY timestamp DESC, identifier",
        (timestamp_text(now() - SILENCE),),
    )
    workers = [TaskWorkerResponse.model_validate(TASK_WORKER.decode(row)) for row in rows]
    if task_worker_filter is None:
        return workers
    wanted = set(task_worker_filter.task_keys)
    return [worker for worker in workers if wanted.intersection(worker.task_keys)]


def note_task_worker(identifier: str, task_keys: Sequence[str]) -> Transaction[None]:
    """Note that a task worker is there, and which tasks it runs."""
    values = {"identifier": identifier, "task_keys": sorted(task_keys), "timestamp": now()}
    yield Statement(TASK_WORKER.upsert, TASK_WORKER.encode(values))


def forget_task_worker(identifier: str) -> Transaction[None]:
    """Note that a task worker is gone; those that were silent for long are forgotten too."""
    yield Statement(
        "DELETE FROM task_worker WHERE identifier = ? OR timestamp < ?",
        (identifier, timestamp_text(now() - SILENCE)),
    )
