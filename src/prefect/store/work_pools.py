"""Work pools: created, read, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect._clock import now
from prefect.exceptions import ObjectAlreadyExists, RequestRefused
from prefect.schemas.paging import Offset
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_pools import PREFECT_AGENT_TYPE, WorkPool, WorkPoolCreate, WorkPoolUpdate
from prefect.store.noun_conditions import work_pool_condition
from prefect.store.operations import operation
from prefect.store.slots_of_pools import taken_in_pools
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.work_pools import WORK_POOL
from prefect.store.work_pool_events import difference, tell_pool, tell_pool_status, tell_queue
from prefect.store.work_pool_rows import find_pool, insert_pool, pool_not_found
from prefect.store.work_queues import forget_queues

_RESERVED = "prefect"
"""Names that begin so belong to the API."""


@operation("POST", "/work_pools/", status=201)
def create_work_pool(work_pool: WorkPoolCreate) -> Transaction[WorkPool]:
    """Create a pool with its default queue.

    Raises:
        RequestRefused: The name is reserved.
        ObjectAlreadyExists: There is a pool of this name.
    """
    name = work_pool.name
    if name.lower().startswith(_RESERVED):
        raise RequestRefused(
            f"The work pool cannot be called {name!r}: names that begin with 'Prefect' are reserved.", 403
        )
    if (yield from find_pool(name)) is not None:
        raise ObjectAlreadyExists(
            KeyError(name), f"There is a work pool {name!r} already. Choose another name, or update it."
        )
    row = yield from insert_pool(work_pool)
    return (yield from pools_of([row]))[0]


@operation("GET", "/work_pools/{name}", reads=True)
def read_work_pool(name: str) -> Transaction[WorkPool]:
    """Return a pool.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    row = yield from found_pool(name)
    return (yield from pools_of([row]))[0]


@operation("POST", "/work_pools/filter", reads=True)
def read_work_pools(
    work_pools: WorkPoolFilter | None = None, limit: int = 200, offset: Offset = 0
) -> Transaction[list[WorkPool]]:
    """Return the pools that a filter means, by name."""
    where = work_pool_condition(work_pools)
    rows = yield Statement(
        f"SELECT * FROM work_pool WHERE {where.sql} ORDER BY name LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return (yield from pools_of(rows))


@operation("POST", "/work_pools/count", reads=True)
def count_work_pools(work_pools: WorkPoolFilter | None = None) -> Transaction[int]:
    """Return how many pools a filter means."""
    where = work_pool_condition(work_pools)
    rows = yield Statement(f"SELECT count(*) AS n FROM work_pool WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("PATCH", "/work_pools/{name}", status=204)
def update_work_pool(name: str, work_pool: WorkPoolUpdate) -> Transaction[None]:
    """Change a pool.

    Raises:
        ObjectNotFound: There is no such pool.
        RequestRefused: It is reserved, and more than its pause and its limit is to be changed.
    """
    moment = now()
    row = yield from found_pool(name)
    sent = work_pool.model_dump(exclude_unset=True, mode="json")
    if name.lower().startswith(_RESERVED) and not sent.keys() <= {"is_paused", "concurrency_limit"}:
        raise RequestRefused(
            f"Work pool {name!r} is reserved: only its pause and its concurrency limit can be changed.", 403
        )
    changes = {
        field: value
        for field, value in sent.items()
        if value is not None or field in {"description", "concurrency_limit"}
    }
    if not changes:
        return
    written = {**changes, "updated": moment}
    yield Statement(WORK_POOL.update(written), [*WORK_POOL.encode(written, tuple(written)), row["id"]])
    told = {field: value for field, value in changes.items() if field != "is_paused"}
    payload = difference(WORK_POOL.decode(row), told)
    if payload["updated_fields"]:
        yield from tell_pool(row, "updated", moment, payload=payload)
    paused = work_pool.is_paused
    if paused is not None and paused != bool(row["is_paused"]):
        yield from tell_pool_status(row, (yield from _status(row["id"], paused)), moment)


def _status(pool_id: str, paused: bool) -> Transaction[str]:
    if paused:
        return "PAUSED"
    online = yield Statement(
        "SELECT 1 FROM worker WHERE work_pool_id = ? AND status = 'ONLINE' LIMIT 1", (pool_id,)
    )
    return "READY" if online else "NOT_READY"


@operation("DELETE", "/work_pools/{name}", status=204)
def delete_work_pool(name: str) -> Transaction[None]:
    """Delete a pool with its queues and workers. Deployments and runs stay, without a queue.

    Raises:
        ObjectNotFound: There is no such pool.
        RequestRefused: It is reserved.
    """
    moment = now()
    row = yield from found_pool(name)
    if name.lower().startswith(_RESERVED):
        raise RequestRefused(f"Work pool {name!r} is reserved and cannot be deleted.", 403)
    queues = yield Statement(
        "SELECT * FROM work_queue WHERE work_pool_id = ? ORDER BY priority", (row["id"],)
    )
    for start in range(0, len(queues), 200):
        yield from forget_queues([queue["id"] for queue in queues[start : start + 200]])
    yield Statement("DELETE FROM worker WHERE work_pool_id = ?", (row["id"],))
    yield Statement("DELETE FROM work_pool WHERE id = ?", (row["id"],))
    for queue in queues:
        yield from tell_queue(queue, row, "deleted", moment)
    yield from tell_pool(row, "deleted", moment)


def found_pool(name: str) -> Transaction[Row]:
    """Return the row of a pool.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    row = yield from find_pool(name)
    if row is None:
        raise pool_not_found(name)
    return row


def pools_of(rows: Iterable[Row]) -> Transaction[list[WorkPool]]:
    """Return pools, of their rows."""
    rows = list(rows)
    limited = [row["id"] for row in rows if row["concurrency_limit"] is not None]
    taken = yield from taken_in_pools(limited)
    return [WorkPool.model_validate(_values(row, taken.get(row["id"]))) for row in rows]


def _values(row: Row, taken: int | None) -> dict[str, Any]:
    values = WORK_POOL.decode(row)
    values["active_slots"] = taken
    values["storage_configuration"] = values["storage_configuration"] or {}
    if row["type"] == PREFECT_AGENT_TYPE:
        values["status"] = None
    return values
