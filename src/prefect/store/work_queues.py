"""Work queues: created, read, changed and deleted, in their pool or by their id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, RequestRefused
from prefect.schemas.paging import Offset
from prefect.schemas.work_pools import PREFECT_AGENT_TYPE, WorkPoolCreate
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.schemas.work_queues import WorkQueue, WorkQueueCreate, WorkQueueUpdate
from prefect.settings import get_current_settings
from prefect.store.columns import timestamp_text
from prefect.store.noun_conditions import work_queue_condition
from prefect.store.operations import operation
from prefect.store.slots_of_pools import taken_in_queues
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.work_pools import WORK_QUEUE
from prefect.store.work_pool_events import difference, tell_queue
from prefect.store.work_pool_rows import (
    DEFAULT_AGENT_POOL,
    find_pool,
    insert_pool,
    insert_queue,
    make_room,
    pool_not_found,
)

_WITH_POOL = (
    "SELECT work_queue.*, work_pool.name AS work_pool_name FROM work_queue "
    "JOIN work_pool ON work_pool.id = work_queue.work_pool_id"
)


@operation("POST", "/work_pools/{work_pool_name}/queues", status=201)
def create_work_queue(work_pool_name: str, work_queue: WorkQueueCreate) -> Transaction[WorkQueue]:
    """Create a queue in a pool.

    Raises:
        ObjectNotFound: There is no such pool.
        ObjectAlreadyExists: The pool has a queue of this name.
    """
    pool = yield from _found_pool(work_pool_name)
    return (yield from _create(pool, work_queue))


@operation("POST", "/work_queues/", status=201)
def create_work_queue_without_pool(work_queue: WorkQueueCreate) -> Transaction[WorkQueue]:
    """Create a queue in the pool of those who name none.

    Raises:
        ObjectAlreadyExists: It has a queue of this name.
    """
    return (yield from _create((yield from agent_pool()), work_queue))


def agent_pool() -> Transaction[Row]:
    """Return the row of the pool of those who name none, which is created when it is first needed."""
    pool = yield from find_pool(DEFAULT_AGENT_POOL)
    if pool is not None:
        return pool
    new = WorkPoolCreate(
        name=DEFAULT_AGENT_POOL, description="The pool of queues without one.", type=PREFECT_AGENT_TYPE
    )
    return (yield from insert_pool(new))


def queue_called(pool: Row, name: str | None) -> Transaction[Row]:
    """Return the row of a queue of a pool, by default its default one; create it if there is none of this name."""
    if name is None:
        rows = yield Statement("SELECT * FROM work_queue WHERE id = ?", (pool["default_queue_id"],))
    else:
        rows = yield Statement(
            "SELECT * FROM work_queue WHERE work_pool_id = ? AND name = ?", (pool["id"], name)
        )
    return rows[0] if rows else (yield from insert_queue(pool, WorkQueueCreate(name=name or "default")))


def _create(pool: Row, work_queue: WorkQueueCreate) -> Transaction[WorkQueue]:
    yield from _refuse_duplicate(pool, work_queue.name)
    row = yield from insert_queue(pool, work_queue)
    return (yield from queues_of([{**row, "work_pool_name": pool["name"]}]))[0]


def _refuse_duplicate(pool: Row, name: str) -> Transaction[None]:
    rows = yield Statement(
        "SELECT id FROM work_queue WHERE work_pool_id = ? AND name = ?", (pool["id"], name)
    )
    if rows:
        raise ObjectAlreadyExists(
            KeyError(name),
            f"There is a work queue {name!r} in work pool {pool['name']!r} already. Choose another name, or update it.",
        )


@operation("GET", "/work_pools/{work_pool_name}/queues/{name}", reads=True)
def read_work_queue_of_pool(work_pool_name: str, name: str) -> Transaction[WorkQueue]:
    """Return a queue of a pool.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    row = yield from _found_in_pool(work_pool_name, name)
    return (yield from queues_of([row]))[0]


@operation("GET", "/work_queues/{id}", reads=True)
def read_work_queue(id: UUID) -> Transaction[WorkQueue]:
    """Return a queue.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    row = yield from found_queue(id)
    return (yield from queues_of([row]))[0]


@operation("GET", "/work_queues/name/{name}", reads=True)
def read_work_queue_by_name(name: str) -> Transaction[WorkQueue]:
    """Return a queue of the pool of those who name none, or else the oldest one of this name in any pool.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    rows = yield Statement(
        f"{_WITH_POOL} WHERE work_queue.name = ? "
        "ORDER BY CASE WHEN work_pool.name = ? THEN 0 ELSE 1 END, work_queue.created, work_queue.id LIMIT 1",
        (name, DEFAULT_AGENT_POOL),
    )
    if not rows:
        raise queue_not_found(DEFAULT_AGENT_POOL, name)
    return (yield from queues_of(rows))[0]


@operation("POST", "/work_pools/{work_pool_name}/queues/filter", reads=True)
def read_work_queues_of_pool(
    work_pool_name: str, work_queues: WorkQueueFilter | None = None, limit: int = 200, offset: Offset = 0
) -> Transaction[list[WorkQueue]]:
    """Return the queues of a pool that a filter means, those that go first at the front.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    pool = yield from _found_pool(work_pool_name)
    where = work_queue_condition(work_queues)
    rows = yield Statement(
        f"{_WITH_POOL} WHERE work_queue.work_pool_id = ? AND {where.sql} "
        "ORDER BY work_queue.priority, work_queue.id LIMIT ? OFFSET ?",
        (pool["id"], *where.parameters, limit, offset),
    )
    return (yield from queues_of(rows))


@operation("POST", "/work_queues/filter", reads=True)
def read_work_queues(
    work_queues: WorkQueueFilter | None = None, limit: int = 200, offset: Offset = 0
) -> Transaction[list[WorkQueue]]:
    """Return the queues of all pools that a filter means, by name."""
    where = work_queue_condition(work_queues)
    rows = yield Statement(
        f"{_WITH_POOL} WHERE {where.sql} ORDER BY work_queue.name, work_queue.id LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return (yield from queues_of(rows))


@operation("PATCH", "/work_pools/{work_pool_name}/queues/{name}", status=204)
def update_work_queue_of_pool(
    work_pool_name: str, name: str, work_queue: WorkQueueUpdate
) -> Transaction[None]:
    """Change a queue of a pool.

    Raises:
        ObjectNotFound: There is no such queue.
        ObjectAlreadyExists: The pool has a queue of the new name.
    """
    yield from _update((yield from _found_in_pool(work_pool_name, name)), work_queue)


@operation("PATCH", "/work_queues/{id}", status=204)
def update_work_queue(id: UUID, work_queue: WorkQueueUpdate) -> Transaction[None]:
    """Change a queue; see `update_work_queue_of_pool`."""
    yield from _update((yield from found_queue(id)), work_queue)


def _update(row: Row, work_queue: WorkQueueUpdate) -> Transaction[None]:
    moment = now()
    pool = yield from _pool_of(row)
    # `vars`, since asking a record for a deprecated field warns whoever asks.
    changes = {name: vars(work_queue)[name] for name in work_queue.model_fields_set}
    for required in ("name", "priority", "is_paused"):
        if changes.get(required, ...) is None:
            del changes[required]
    if changes.get("name", row["name"]) != row["name"]:
        yield from _refuse_duplicate(pool, changes["name"])
    if "priority" in changes:
        yield from make_room(pool["id"], changes["priority"], row["id"])
    status = _status_after(row, changes, moment)
    written = {**changes, "status": status, "updated": moment}
    parameters = [*WORK_QUEUE.encode(written, tuple(written)), row["id"]]
    yield Statement(WORK_QUEUE.update(written), parameters)
    new_name: str = changes.get("name", row["name"])
    if new_name != row["name"]:
        for table in ("deployment", "flow_run"):
            yield Statement(
                f"UPDATE {table} SET work_queue_name = ? WHERE work_queue_id = ?", (new_name, row["id"])
            )
    told = {
        name: value for name, value in changes.items() if name not in {"last_polled", "is_paused", "filter"}
    }
    payload = difference(row, told)
    after = {"id": row["id"], "name": new_name}
    if payload["updated_fields"]:
        yield from tell_queue(after, pool, "updated", moment, payload=payload)
    if status != row["status"]:
        yield from tell_queue(after, pool, status, moment)


def _status_after(row: Row, changes: dict[str, Any], moment: datetime) -> str:
    paused = changes.get("is_paused")
    if paused is None:
        return row["status"]
    if paused:
        return "PAUSED"
    if row["status"] != "PAUSED":
        return row["status"]
    most = get_current_settings().server.services.foreman.work_queue_last_polled_timeout_seconds
    lately = timestamp_text(moment - timedelta(seconds=most))
    return "READY" if row["last_polled"] and row["last_polled"] >= lately else "NOT_READY"


@operation("DELETE", "/work_pools/{work_pool_name}/queues/{name}", status=204)
def delete_work_queue_of_pool(work_pool_name: str, name: str) -> Transaction[None]:
    """Delete a queue of a pool. Its deployments and runs stay, without a queue.

    Raises:
        ObjectNotFound: There is no such queue.
        RequestRefused: It is the default queue of the pool.
    """
    yield from _delete((yield from _found_in_pool(work_pool_name, name)))


@operation("DELETE", "/work_queues/{id}", status=204)
def delete_work_queue(id: UUID) -> Transaction[None]:
    """Delete a queue; see `delete_work_queue_of_pool`."""
    yield from _delete((yield from found_queue(id)))


def _delete(row: Row) -> Transaction[None]:
    pool = yield from _pool_of(row)
    if pool["default_queue_id"] == row["id"]:
        raise RequestRefused(
            f"{row['name']!r} is the default queue of work pool {pool['name']!r}. It goes with the pool.",
            409,
        )
    yield from forget_queues([row["id"]])
    yield from tell_queue(row, pool, "deleted", now())


def forget_queues(ids: Sequence[str]) -> Transaction[None]:
    """Delete queues; what was in them stays, without a queue and without a pool."""
    marks = ", ".join("?" * len(ids))
    yield Statement(
        f"UPDATE deployment SET work_queue_id = NULL, work_queue_name = NULL WHERE work_queue_id IN ({marks})",
        ids,
    )
    yield Statement(
        "UPDATE flow_run SET work_queue_id = NULL, work_queue_name = NULL, work_pool_id = NULL, work_pool_name = NULL "
        f"WHERE work_queue_id IN ({marks})",
        ids,
    )
    yield Statement(f"DELETE FROM work_queue WHERE id IN ({marks})", ids)


def found_queue(id: UUID) -> Transaction[Row]:
    """Return the row of a queue, with the name of its pool.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    rows = yield Statement(f"{_WITH_POOL} WHERE work_queue.id = ?", (str(id),))
    if not rows:
        raise ObjectNotFound(KeyError(id), f"There is no work queue with the id {id}.")
    return rows[0]


def _found_in_pool(pool: str, name: str) -> Transaction[Row]:
    rows = yield Statement(f"{_WITH_POOL} WHERE work_pool.name = ? AND work_queue.name = ?", (pool, name))
    if not rows:
        raise queue_not_found(pool, name)
    return rows[0]


def queue_not_found(pool: str, name: str) -> ObjectNotFound:
    """Return the error that a pool has no such queue."""
    return ObjectNotFound(
        KeyError(name),
        f"There is no work queue {name!r} in a work pool {pool!r}. "
        "`prefect work-queue ls` lists those that there are.",
    )


def _found_pool(name: str) -> Transaction[Row]:
    pool = yield from find_pool(name)
    if pool is None:
        raise pool_not_found(name)
    return pool


def _pool_of(queue: Row) -> Transaction[Row]:
    return (yield Statement("SELECT * FROM work_pool WHERE id = ?", (queue["work_pool_id"],)))[0]


def queues_of(rows: Iterable[Row]) -> Transaction[list[WorkQueue]]:
    """Return queues, of their rows with the names of their pools."""
    rows = list(rows)
    limited = [row["id"] for row in rows if row["concurrency_limit"] is not None]
    taken = yield from taken_in_queues(limited)
    return [
        WorkQueue.model_validate(
            {
                **WORK_QUEUE.decode(row),
                "work_pool_name": row["work_pool_name"],
                "active_slots": taken.get(row["id"]),
            }
        )
        for row in rows
    ]
