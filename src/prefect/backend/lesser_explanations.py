"""Why a flow run of a server of another make is as it is: judged by the same rules, of what such a server tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._dual.effects import Steps
from prefect.exceptions import ObjectNotFound
from prefect.orchestration.explaining import explain
from prefect.orchestration.explaining.situations import (
    DeploymentFacts,
    LimitFacts,
    PoolFacts,
    QueueFacts,
    Situation,
    WorkerFacts,
)
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.explanations import Explanation
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.work_pools import WORKER_PACKAGES, WorkPool
from prefect.schemas.work_queues import WorkQueue
from prefect.schemas.workers import Worker, WorkerStatus
from prefect.store import deployments, explanations, flow_runs, flows, work_pools, work_queues, workers

Ask = Callable[..., Steps[Any]]


def _explain(ask: Ask, id: UUID) -> Steps[Explanation]:
    run: FlowRun = yield from ask(flow_runs.read_flow_run, id)
    return explain(
        Situation(
            moment=now(),
            run=run,
            deployment=(yield from _deployment(ask, run)),
            pool=(yield from _pool(ask, run)),
            queue=(yield from _queue(ask, run)),
        )
    )


def _explain_several(ask: Ask, flow_run_ids: list[UUID]) -> Steps[list[Explanation]]:
    found: list[Explanation] = []
    for id in flow_run_ids:
        try:
            found.append((yield from _explain(ask, id)))
        except ObjectNotFound:
            continue
    return found


def _deployment(ask: Ask, run: FlowRun) -> Steps[DeploymentFacts | None]:
    if run.deployment_id is None:
        return None
    try:
        found: DeploymentResponse = yield from ask(deployments.read_deployment, run.deployment_id)
    except ObjectNotFound:
        return None
    flow = yield from ask(flows.read_flow, found.flow_id)
    limit = found.global_concurrency_limit
    return DeploymentFacts(
        str(found.id),
        f"{flow.name}/{found.name}",
        found.paused,
        found.last_polled,
        LimitFacts(limit.name, limit.limit, limit.active_slots) if limit and limit.active else None,
    )


def _pool(ask: Ask, run: FlowRun) -> Steps[PoolFacts | None]:
    if run.work_pool_name is None:
        return None
    try:
        pool: WorkPool = yield from ask(work_pools.read_work_pool, run.work_pool_name)
    except ObjectNotFound:
        return None
    there: list[Worker] = yield from ask(workers.read_workers, pool.name)
    slots = pool.concurrency_limit
    return PoolFacts(
        str(pool.id),
        pool.name,
        pool.type,
        pool.is_paused,
        tuple(
            WorkerFacts(each.name, each.status is WorkerStatus.ONLINE, each.last_heartbeat_time)
            for each in there
        ),
        limit=None if slots is None else LimitFacts(pool.name, slots, pool.active_slots or 0),
        package=WORKER_PACKAGES.get(pool.type.partition(":")[0]),
    )


def _queue(ask: Ask, run: FlowRun) -> Steps[QueueFacts | None]:
    if run.work_queue_id is None:
        return None
    try:
        queue: WorkQueue = yield from ask(work_queues.read_work_queue, run.work_queue_id)
    except ObjectNotFound:
        return None
    return QueueFacts(str(queue.id), queue.name, queue.is_paused, queue.last_polled)


INSTEAD: dict[Any, Callable[..., Steps[Any]]] = {
    explanations.explain_flow_run: _explain,
    explanations.explain_flow_runs: _explain_several,
}
"""What is done in place of the operations that explain."""
