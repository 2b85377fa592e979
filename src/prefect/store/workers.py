"""Workers: they are known by their heartbeats."""

from __future__ import annotations

from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.paging import Offset
from prefect.schemas.worker_filters import WorkerFilter
from prefect.schemas.workers import Worker
from prefect.store.column_filters import on_column
from prefect.store.conditions import Condition, together
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.work_pools import WORKER
from prefect.store.work_pool_events import tell_pool_status
from prefect.store.work_pools import found_pool


@operation("POST", "/work_pools/{work_pool_name}/workers/heartbeat", status=204)
def worker_heartbeat(
    work_pool_name: str, name: str, heartbeat_interval_seconds: int | None = None
) -> Transaction[None]:
    """Note that a worker is there, and that its pool has one.

    Args:
        work_pool_name: The pool in which it looks for runs.
        name: Its name.
        heartbeat_interval_seconds: After how many seconds it will be heard of again.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    moment = now()
    pool = yield from found_pool(work_pool_name)
    values = {
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "name": name,
        "work_pool_id": UUID(pool["id"]),
        "last_heartbeat_time": moment,
        "heartbeat_interval_seconds": heartbeat_interval_seconds,
        "status": "ONLINE",
    }
    told = ("updated", "last_heartbeat_time", "heartbeat_interval_seconds", "status")
    yield Statement(
        f"INSERT INTO worker ({', '.join(WORKER.columns)}) VALUES {WORKER.group} "
        f"ON CONFLICT (work_pool_id, name) DO UPDATE SET {', '.join(f'{field} = excluded.{field}' for field in told)}",
        WORKER.encode(values),
    )
    if pool["status"] == "NOT_READY":
        yield from tell_pool_status(pool, "READY", moment)


@operation("POST", "/work_pools/{work_pool_name}/workers/filter", reads=True)
def read_workers(
    work_pool_name: str, workers: WorkerFilter | None = None, limit: int = 200, offset: Offset = 0
) -> Transaction[list[Worker]]:
    """Return the workers of a pool that a filter means, the one that was heard of last first.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    pool = yield from found_pool(work_pool_name)
    where = _condition(workers)
    rows = yield Statement(
        f"SELECT * FROM worker WHERE work_pool_id = ? AND {where.sql} "
        "ORDER BY last_heartbeat_time DESC NULLS LAST, id LIMIT ? OFFSET ?",
        (pool["id"], *where.parameters, limit, offset),
    )
    return [Worker.model_validate(WORKER.decode(row)) for row in rows]


@operation("DELETE", "/work_pools/{work_pool_name}/workers/{name}", status=204)
def delete_worker(work_pool_name: str, name: str) -> Transaction[None]:
    """Forget a worker.

    Raises:
        ObjectNotFound: There is no such pool, or no such worker.
    """
    pool = yield from found_pool(work_pool_name)
    rows = yield Statement(
        "DELETE FROM worker WHERE work_pool_id = ? AND name = ? RETURNING id", (pool["id"], name)
    )
    if not rows:
        raise ObjectNotFound(KeyError(name), f"There is no worker {name!r} in work pool {work_pool_name!r}.")


def _condition(wanted: WorkerFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions = [
        *on_column("worker.last_heartbeat_time", wanted.last_heartbeat_time),
        *on_column("worker.status", wanted.status),
    ]
    return together(conditions, wanted.operator)
