"""Rows of work pools and their queues: found, inserted, put in order. Parts of transactions of several operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.schemas.work_queues import WorkQueueCreate
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.work_pools import WORK_POOL, WORK_QUEUE
from prefect.store.work_pool_events import tell_pool, tell_pool_status, tell_queue

DEFAULT_AGENT_POOL = "default-agent-pool"
"""The pool of queues for which nobody named one."""


def find_pool(name: str) -> Transaction[Row | None]:
    """Return the row of a pool, or None."""
    rows = yield Statement("SELECT * FROM work_pool WHERE name = ?", (name,))
    return rows[0] if rows else None


def pool_not_found(name: str) -> ObjectNotFound:
    """Return the error that there is no such pool."""
    return ObjectNotFound(
        KeyError(name),
        f"There is no work pool {name!r}. `prefect work-pool ls` lists those that there are.",
    )


def insert_pool(pool: WorkPoolCreate) -> Transaction[Row]:
    """Insert a pool with its default queue, and return its row."""
    moment, pool_id, queue_id = now(), uuid7(), uuid7()
    values: dict[str, Any] = {
        **dict(pool),
        "storage_configuration": pool.storage_configuration.model_dump(mode="json"),
        "id": pool_id,
        "created": moment,
        "updated": moment,
        "default_queue_id": queue_id,
        "status": "PAUSED" if pool.is_paused else "NOT_READY",
    }
    yield Statement(WORK_POOL.insert, WORK_POOL.encode(values))
    row = (yield Statement("SELECT * FROM work_pool WHERE id = ?", (str(pool_id),)))[0]
    default = WorkQueueCreate(name="default", description="The work pool's default queue.")
    yield from insert_queue(row, default, queue_id)
    yield from tell_pool(row, "created", now())
    yield from tell_pool_status(row, row["status"], now())
    return (yield Statement("SELECT * FROM work_pool WHERE id = ?", (str(pool_id),)))[0]


def insert_queue(pool: Row, queue: WorkQueueCreate, queue_id: UUID | None = None) -> Transaction[Row]:
    """Insert a queue into a pool, and return its row. Those from its place on move by one."""
    moment, queue_id = now(), queue_id or uuid7()
    priority = queue.priority
    if priority is None:
        last = yield Statement(
            "SELECT max(priority) AS last FROM work_queue WHERE work_pool_id = ?", (pool["id"],)
        )
        priority = (last[0]["last"] or 0) + 1
    else:
        yield from make_room(pool["id"], priority, str(queue_id))
    values: dict[str, Any] = {
        **dict(queue),
        "id": queue_id,
        "created": moment,
        "updated": moment,
        "work_pool_id": UUID(pool["id"]),
        "priority": priority,
        "status": "PAUSED" if queue.is_paused else "NOT_READY",
    }
    yield Statement(WORK_QUEUE.insert, WORK_QUEUE.encode(values))
    row: Mapping[str, Any] = (yield Statement("SELECT * FROM work_queue WHERE id = ?", (str(queue_id),)))[0]
    yield from tell_queue(row, pool, "created", moment)
    return row


def make_room(pool_id: str, priority: int, for_queue: str) -> Transaction[None]:
    """Move the queues of a pool from a place on by one, as far as they stand close together."""
    rows = yield Statement(
        "SELECT id, priority FROM work_queue WHERE work_pool_id = ? AND priority >= ? AND id <> ? "
        "ORDER BY priority, id",
        (pool_id, priority, for_queue),
    )
    free = priority + 1
    for row in rows:
        if row["priority"] >= free:
            return
        yield Statement("UPDATE work_queue SET priority = ? WHERE id = ?", (free, row["id"]))
        free += 1
