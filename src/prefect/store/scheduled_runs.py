"""Runs of deployments that are due: found by those who look for runs, and deleted where they were made ahead of time.

Looking for runs is also how a queue and a deployment are known to be looked after: it is written down, at most
once in a few seconds, and told when it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from prefect._clock import now
from prefect.schemas.deployments import WorkerFlowRunResponse
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.work_queues import WorkQueue, WorkQueueHealthPolicy, WorkQueueStatusDetail
from prefect.store.columns import timestamp_text
from prefect.store.deployment_events import tell_deployments
from prefect.store.deployment_rows import found_deployment
from prefect.store.flow_run_deletion import delete_flow_runs_with_all
from prefect.store.operations import FromHeader, operation
from prefect.store.run_records import flow_runs_of, runs_with_states
from prefect.store.slots_of_pools import taken_in_pools, taken_in_queues
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables import FLOW_RUN
from prefect.store.work_pool_events import tell_queue
from prefect.store.work_pools import found_pool
from prefect.store.work_queues import found_queue, queue_not_found, queues_of

_POLLS_NOTED_EVERY = timedelta(seconds=5)
"""How exactly it is known when somebody looked for runs last."""

_DUE = (
    "flow_run.state_type = 'SCHEDULED' AND flow_run.next_scheduled_start_time <= ? "
    "AND flow_run.next_scheduled_start_time >= ?"
)
_IN_ORDER = "ORDER BY flow_run.next_scheduled_start_time, flow_run.id LIMIT ?"
_FIRST, _LAST = "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"


@operation("POST", "/work_pools/{name}/get_scheduled_flow_runs")
def get_scheduled_flow_runs(
    name: str,
    work_queue_names: list[str] | None = None,
    scheduled_before: datetime | None = None,
    scheduled_after: datetime | None = None,
    limit: int = 200,
) -> Transaction[list[WorkerFlowRunResponse]]:
    """Return the runs in a pool that a worker may start, as many as its limits allow.

    The runs are not claimed by that: a run is started by who sets its state to PENDING first.

    Args:
        name: The pool.
        work_queue_names: Only those in these queues.
        scheduled_before: Only those that are due until then.
        scheduled_after: Only those that are due from then on.
        limit: How many at most.

    Raises:
        ObjectNotFound: There is no such pool, or one of the queues is not in it.
    """
    moment = now()
    pool = yield from found_pool(name)
    queues = yield Statement(
        "SELECT * FROM work_queue WHERE work_pool_id = ? ORDER BY priority, id", (pool["id"],)
    )
    if work_queue_names:
        known = {queue["name"]: queue for queue in queues}
        for wanted in work_queue_names:
            if wanted not in known:
                raise queue_not_found(name, wanted)
        queues = [queue for queue in queues if queue["name"] in set(work_queue_names)]
    found: list[WorkerFlowRunResponse] = []
    if not pool["is_paused"]:
        free = yield from _free_in_pool(pool, limit)
        span = (_text(scheduled_before, _LAST), _text(scheduled_after, _FIRST))
        found = yield from _due_in_queues(queues, free, span, moment)
    yield from note_polls(pool, queues, moment)
    return found


def _free_in_pool(pool: Row, limit: int) -> Transaction[int]:
    if pool["concurrency_limit"] is None:
        return limit
    taken = yield from taken_in_pools([pool["id"]])
    return max(0, min(limit, pool["concurrency_limit"] - taken[pool["id"]]))


def _due_in_queues(
    queues: Sequence[Row], free: int, span: tuple[str, str], moment: datetime
) -> Transaction[list[WorkerFlowRunResponse]]:
    """Return the runs that are due, those of the queues at the front first, and in a queue those that are due first."""
    limited = [queue["id"] for queue in queues if queue["concurrency_limit"] is not None]
    taken = yield from taken_in_queues(limited)
    found: list[WorkerFlowRunResponse] = []
    for queue in queues:
        most = free - len(found)
        if queue["concurrency_limit"] is not None:
            most = min(most, queue["concurrency_limit"] - taken[queue["id"]])
        if most <= 0 or queue["is_paused"]:
            continue
        runs = yield from _due("flow_run.work_queue_id = ?", [queue["id"]], span, most, moment)
        found += [
            WorkerFlowRunResponse.model_construct(
                work_pool_id=UUID(queue["work_pool_id"]), work_queue_id=UUID(queue["id"]), flow_run=run
            )
            for run in runs
        ]
    return found


def _due(
    where: str, parameters: Sequence[Any], span: tuple[str, str], limit: int, moment: datetime
) -> Transaction[list[FlowRun]]:
    rows = yield Statement(
        runs_with_states(FLOW_RUN, f"WHERE {where} AND {_DUE} {_IN_ORDER}"), (*parameters, *span, limit)
    )
    return flow_runs_of(rows, moment)


@operation("POST", "/deployments/get_scheduled_flow_runs")
def get_scheduled_flow_runs_for_deployments(
    deployment_ids: list[UUID], scheduled_before: datetime | None = None, limit: int = 200
) -> Transaction[list[FlowRun]]:
    """Return the runs of deployments that may be started, those that are due first.

    Args:
        deployment_ids: The deployments.
        scheduled_before: Only those that are due until then.
        limit: How many at most.
    """
    moment = now()
    ids = [str(id) for id in deployment_ids]
    where = f"flow_run.deployment_id IN ({', '.join('?' * len(ids))})"
    span = (_text(scheduled_before, _LAST), _FIRST)
    found = yield from _due(where, ids, span, limit, moment)
    yield from _note_deployments(f"id IN ({', '.join('?' * len(ids))})", ids, moment)
    return found


@operation("POST", "/work_queues/{id}/get_runs")
def read_work_queue_runs(
    id: UUID,
    scheduled_before: datetime | None = None,
    limit: int = 200,
    x_prefect_ui: Annotated[bool | None, FromHeader("x-prefect-ui")] = None,
) -> Transaction[list[FlowRun]]:
    """Return the runs in a queue that may be started, as many as its limit allows.

    Args:
        id: The queue.
        scheduled_before: Only those that are due until then.
        limit: How many at most.
        x_prefect_ui: Somebody only wants to see them: nobody looks after the queue by that.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    moment = now()
    queue = yield from found_queue(id)
    pool = (yield Statement("SELECT * FROM work_pool WHERE id = ?", (queue["work_pool_id"],)))[0]
    span = (_text(scheduled_before, _LAST), _FIRST)
    found = yield from _due_in_queues([queue], limit, span, moment)
    if not x_prefect_ui:
        yield from note_polls(pool, [queue], moment)
    return [each.flow_run for each in found]


@operation("GET", "/work_queues/{id}/status", reads=True)
def read_work_queue_status(id: UUID) -> Transaction[WorkQueueStatusDetail]:
    """Return the health of a queue.

    Raises:
        ObjectNotFound: There is no such queue.
    """
    queue = yield from found_queue(id)
    rows = yield Statement(
        "SELECT count(*) AS late FROM flow_run WHERE work_queue_id = ? AND state_type = 'SCHEDULED' "
        "AND state_name = 'Late'",
        (queue["id"],),
    )
    policy = WorkQueueHealthPolicy()
    polled = None if queue["last_polled"] is None else datetime.fromisoformat(queue["last_polled"])
    late: int = rows[0]["late"]
    return WorkQueueStatusDetail(
        healthy=policy.evaluate_health_status(late, polled),
        late_runs_count=late,
        last_polled=polled,
        health_check_policy=policy,
    )


@operation("GET", "/deployments/{id}/work_queue_check", reads=True)
def work_queue_check_for_deployment(id: UUID) -> Transaction[list[WorkQueue]]:
    """Return the queues from which runs of a deployment may be taken: those of its pool, its own first.

    Raises:
        ObjectNotFound: There is no such deployment.
    """
    deployment = yield from found_deployment(id)
    if deployment["work_queue_id"] is None:
        return []
    rows = yield Statement(
        "SELECT work_queue.*, work_pool.name AS work_pool_name FROM work_queue AS own "
        "JOIN work_queue ON work_queue.work_pool_id = own.work_pool_id "
        "JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE own.id = ? "
        "ORDER BY CASE WHEN work_queue.id = own.id THEN 0 ELSE 1 END, work_queue.priority, work_queue.id",
        (deployment["work_queue_id"],),
    )
    return (yield from queues_of(rows))


def note_polls(pool: Row, queues: Sequence[Row], moment: datetime) -> Transaction[None]:
    """Note that somebody looked for runs in queues of a pool, and so after the deployments that put runs there."""
    lately = timestamp_text(moment - _POLLS_NOTED_EVERY)
    for queue in queues:
        begins = queue["status"] == "NOT_READY"
        if begins or queue["last_polled"] is None or queue["last_polled"] < lately:
            yield Statement(
                "UPDATE work_queue SET last_polled = ?, status = ? WHERE id = ?",
                (timestamp_text(moment), "READY" if begins else queue["status"], queue["id"]),
            )
        if begins:
            yield from tell_queue(queue, pool, "READY", moment)
    ids = [queue["id"] for queue in queues]
    yield from _note_deployments(f"work_queue_id IN ({', '.join('?' * len(ids))})", ids, moment)


def _note_deployments(where: str, parameters: Sequence[str], moment: datetime) -> Transaction[None]:
    begin = yield Statement(
        f"SELECT id FROM deployment WHERE {where} AND status = 'NOT_READY' ORDER BY id", parameters
    )
    yield Statement(
        f"UPDATE deployment SET last_polled = ?, status = 'READY' WHERE {where} "
        "AND (status = 'NOT_READY' OR last_polled IS NULL OR last_polled < ?)",
        (timestamp_text(moment), *parameters, timestamp_text(moment - _POLLS_NOTED_EVERY)),
    )
    if begin:
        yield from tell_deployments([row["id"] for row in begin], "ready", moment)


def forget_runs_ahead(deployment: Row, moment: datetime, schedule_id: str | None = None) -> Transaction[None]:
    """Delete the runs that schedules of a deployment made ahead of time. Those that are due stay.

    Args:
        deployment: The row of the deployment.
        moment: From when on they are ahead of time.
        schedule_id: Only those of this schedule.
    """
    key = f"{key_of_slots(deployment['id'], schedule_id)} " if schedule_id else ""
    rows = yield Statement(
        "SELECT id FROM flow_run WHERE deployment_id = ? AND state_type = 'SCHEDULED' "
        "AND next_scheduled_start_time > ? AND state_name = 'Scheduled' AND auto_scheduled = 1 "
        "AND substr(idempotency_key, 1, length(CAST(? AS TEXT))) = CAST(? AS TEXT)",
        (deployment["id"], timestamp_text(moment), key, key),
    )
    yield from delete_flow_runs_with_all([row["id"] for row in rows])
    yield Statement(
        "UPDATE deployment_schedule SET made_until = ? WHERE deployment_id = ? AND made_until > ?",
        (timestamp_text(moment), deployment["id"], timestamp_text(moment)),
    )


def key_of_slots(deployment_id: str, schedule_id: str | None) -> str:
    """Return what the idempotency keys of the runs of a schedule begin with; the date of the slot follows."""
    return f"scheduled {deployment_id} {schedule_id}"


def _text(moment: datetime | None, otherwise: str) -> str:
    return otherwise if moment is None else timestamp_text(moment)
