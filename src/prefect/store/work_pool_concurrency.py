"""Who takes the slots of work pools and of their queues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect.schemas.paging import PageNumber, pages_of
from prefect.schemas.work_pools import WorkPoolConcurrencyStatus
from prefect.schemas.work_queues import (
    FlowRunSlotSummary,
    WorkQueueConcurrencyStatus,
    WorkQueueConcurrencyStatusDetail,
)
from prefect.store.operations import operation
from prefect.store.slots_of_pools import OCCUPIES, taken_in_pools, taken_in_queues
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.work_pools import found_pool
from prefect.store.work_queues import found_queue

RunsShown = Annotated[int, Field(ge=0, le=200)]
"""How many runs are shown of each queue."""


@operation("POST", "/work_queues/{id}/concurrency_status", reads=True)
def read_work_queue_concurrency_status(
    id: UUID, limit: int = 200, page: PageNumber = 1
) -> Transaction[WorkQueueConcurrencyStatus]:
    """Return how many runs of a queue are in progress, and a page of them. `limit` is how many go on a page.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    queue = yield from found_queue(id)
    taken = (yield from taken_in_queues([queue["id"]]))[queue["id"]]
    runs = yield from _slots(queue["id"], limit, (page - 1) * limit)
    return WorkQueueConcurrencyStatus(
        active_slots=taken,
        concurrency_limit=queue["concurrency_limit"],
        flow_runs=runs,
        count=taken,
        limit=limit,
        pages=pages_of(taken, limit),
        page=page,
    )


@operation("POST", "/work_pools/{name}/concurrency_status", reads=True)
def read_work_pool_concurrency_status(
    name: str, page: PageNumber = 1, flow_run_limit: RunsShown = 10, limit: int = 200
) -> Transaction[WorkPoolConcurrencyStatus]:
    """Return how many runs of a pool are in progress, and a page of its queues with some of theirs.

    Args:
        name: The pool.
        page: Which page.
        flow_run_limit: How many runs are shown of each queue.
        limit: How many queues go on a page.

    Raises:
        ObjectNotFound: There is no such pool.
    """
    pool = yield from found_pool(name)
    counted = yield Statement("SELECT count(*) AS n FROM work_queue WHERE work_pool_id = ?", (pool["id"],))
    count: int = counted[0]["n"]
    queues = yield Statement(
        "SELECT * FROM work_queue WHERE work_pool_id = ? ORDER BY priority, id LIMIT ? OFFSET ?",
        (pool["id"], limit, (page - 1) * limit),
    )
    return WorkPoolConcurrencyStatus(
        active_slots=(yield from taken_in_pools([pool["id"]]))[pool["id"]],
        concurrency_limit=pool["concurrency_limit"],
        queues=(yield from _details(queues, flow_run_limit)),
        count=count,
        limit=limit,
        pages=pages_of(count, limit),
        page=page,
    )


def _details(queues: Sequence[Row], shown: int) -> Transaction[list[WorkQueueConcurrencyStatusDetail]]:
    taken = yield from taken_in_queues([queue["id"] for queue in queues])
    details: list[WorkQueueConcurrencyStatusDetail] = []
    for queue in queues:
        used = taken[queue["id"]]
        details.append(
            WorkQueueConcurrencyStatusDetail(
                queue_id=UUID(queue["id"]),
                queue_name=queue["name"],
                active_slots=used,
                concurrency_limit=queue["concurrency_limit"],
                flow_runs=(yield from _slots(queue["id"], shown, 0)) if used and shown else [],
                flow_run_count=used,
            )
        )
    return details


def _slots(queue_id: str, limit: int, offset: int) -> Transaction[list[FlowRunSlotSummary]]:
    rows = yield Statement(
        "SELECT flow_run.id AS id, flow_run.name AS name, flow_run.state_type AS state_type, "
        "flow_run.state_name AS state_name, flow_run.start_time AS start_time, state.timestamp AS state_timestamp "
        "FROM flow_run LEFT JOIN flow_run_state AS state "
        "ON state.flow_run_id = flow_run.id AND state.id = flow_run.state_id "
        f"WHERE flow_run.work_queue_id = ? AND {OCCUPIES} "
        "ORDER BY flow_run.expected_start_time NULLS LAST, flow_run.id LIMIT ? OFFSET ?",
        (queue_id, limit, offset),
    )
    moment = now()
    return [FlowRunSlotSummary.model_validate({**dict(row), **_since(row, moment)}) for row in rows]


def _since(row: Row, moment: datetime) -> dict[str, Any]:
    if row["state_timestamp"] is None:
        return {}
    return {"time_in_current_state": moment - datetime.fromisoformat(row["state_timestamp"])}
