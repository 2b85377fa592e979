"""What lists and charts show of runs: numbers by state, by flow run, by time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect.exceptions import RequestRefused
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunSort
from prefect.schemas.paging import Offset
from prefect.schemas.run_summaries import CountByState, SimpleFlowRun, SimpleNextFlowRun, TaskRunCount
from prefect.schemas.states import StateType
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.task_runs import UITaskRun
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.flow_runs import ORDER
from prefect.store.operations import operation
from prefect.store.run_conditions import flow_runs_meant, task_runs_meant
from prefect.store.run_records import estimated_lateness, estimated_run_time
from prefect.store.statements import Statement, Transaction
from prefect.store.task_run_reading import read_task_run

SomeIds = Annotated[list[UUID], Field(max_length=200)]
"""Ids of at most 200 records."""

INTERVALS = 20
"""How many intervals of time the counts of a dashboard are for."""


@operation("POST", "/ui/flows/count-deployments", reads=True)
def count_deployments_by_flow(flow_ids: SomeIds) -> Transaction[dict[UUID, int]]:
    """Return how many deployments each of some flows has."""
    return (yield from _counts("deployment", "flow_id", flow_ids))


@operation("POST", "/ui/flow_runs/count-task-runs", reads=True)
def count_task_runs_by_flow_run(flow_run_ids: SomeIds) -> Transaction[dict[UUID, int]]:
    """Return how many task runs each of some flow runs has; those that stand for subflow runs do not count."""
    without = "AND NOT EXISTS (SELECT 1 FROM flow_run WHERE flow_run.parent_task_run_id = task_run.id)"
    return (yield from _counts("task_run", "flow_run_id", flow_run_ids, without))


@operation("POST", "/ui/flows/next-runs", reads=True)
def next_runs_by_flow(flow_ids: SomeIds) -> Transaction[dict[UUID, SimpleNextFlowRun | None]]:
    """Return the run of each of some flows that is to start next, if there is one."""
    found: dict[UUID, SimpleNextFlowRun | None] = {}
    for flow_id in flow_ids:
        rows = yield Statement(
            "SELECT id, flow_id, name, state_name, state_type, next_scheduled_start_time FROM flow_run "
            "WHERE flow_id = ? AND state_type = 'SCHEDULED' AND next_scheduled_start_time IS NOT NULL "
            "ORDER BY next_scheduled_start_time, id LIMIT 1",
            (str(flow_id),),
        )
        found[flow_id] = SimpleNextFlowRun.model_validate(dict(rows[0])) if rows else None
    return found


@operation("POST", "/ui/flow_runs/history", reads=True)
def read_flow_run_history(
    sort: FlowRunSort = FlowRunSort.EXPECTED_START_TIME_DESC,
    limit: Annotated[int, Field(le=1000)] = 1000,
    offset: Offset = 0,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
) -> Transaction[list[SimpleFlowRun]]:
    """Return the flow runs that filters mean as points of a chart; see `read_flow_runs`."""
    where = flow_runs_meant(flow_runs, flows, task_runs, deployments, work_pools)
    rows = yield Statement(
        "SELECT flow_run.id AS id, flow_run.state_type AS state_type, start_time, expected_start_time, "
        "total_run_time, state.timestamp AS since FROM flow_run LEFT JOIN flow_run_state AS state "
        "ON state.flow_run_id = flow_run.id AND state.id = flow_run.state_id "
        f"WHERE flow_run.state_type IS NOT NULL AND {where.sql} ORDER BY {ORDER[sort]} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    moment = now()
    points: list[SimpleFlowRun] = []
    for row in rows:
        kind, started, expected, since = (
            StateType(row["state_type"]),
            _moment(row["start_time"]),
            _moment(row["expected_start_time"]),
            _moment(row["since"]),
        )
        so_far = timedelta(seconds=row["total_run_time"] or 0)
        points.append(
            SimpleFlowRun(
                id=row["id"],
                state_type=kind,
                timestamp=started or expected or moment,
                duration=estimated_run_time(kind, so_far, since, moment),
                lateness=estimated_lateness(kind, expected, started, moment),
            )
        )
    return points


@operation("POST", "/ui/task_runs/count", reads=True)
def read_task_run_counts_by_state(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[CountByState]:
    """Return how many of the task runs that filters mean are in each type of state; see `read_task_runs`."""
    where = task_runs_meant(task_runs, flow_runs, flows, deployments)
    rows = yield Statement(
        f"SELECT state_type, count(*) AS n FROM task_run WHERE {where.sql} GROUP BY state_type",
        where.parameters,
    )
    return CountByState(**{row["state_type"]: row["n"] for row in rows if row["state_type"] is not None})


@operation("POST", "/ui/task_runs/dashboard/counts", reads=True)
def read_dashboard_task_run_counts(
    task_runs: TaskRunFilter,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> Transaction[list[TaskRunCount]]:
    """Return how many task runs completed and failed in each of 20 intervals of time, by when they started.

    Args:
        task_runs: Which ones; `start_time.after_` is when the first interval begins, `start_time.before_` when the last
            one ends, by default now.
        flows: Only those in runs of such flows.
        flow_runs: Only those in such flow runs.
        deployments: Only those in runs of such deployments.
        work_pools: Only those in such work pools.
        work_queues: Only those in such work queues.

    Raises:
        RequestRefused: It is not said when the first interval begins.
    """
    start = task_runs.start_time and task_runs.start_time.after_
    if start is None:
        raise RequestRefused("task_runs.start_time.after_ is required")
    end = (task_runs.start_time and task_runs.start_time.before_) or now()
    where = task_runs_meant(task_runs, flow_runs, flows, deployments, work_pools, work_queues)
    counts = [TaskRunCount() for _ in range(INTERVALS)]
    rows = yield Statement(
        f"SELECT start_time, state_type FROM task_run WHERE start_time IS NOT NULL AND {where.sql} "
        "AND state_type IN ('COMPLETED', 'FAILED', 'CRASHED')",
        where.parameters,
    )
    length = max((end - start) / INTERVALS, timedelta(microseconds=1))
    for row in rows:
        count = counts[min((datetime.fromisoformat(row["start_time"]) - start) // length, INTERVALS - 1)]
        if row["state_type"] == "COMPLETED":
            count.completed += 1
        else:
            count.failed += 1
    return counts


@operation("GET", "/ui/task_runs/{id}", reads=True)
def read_task_run_with_flow_run_name(id: UUID) -> Transaction[UITaskRun]:
    """Return a task run with the name of its flow run.

    Raises:
        ObjectNotFound: There is no such task run.
    """
    run = yield from read_task_run(id)
    rows = yield Statement(
        "SELECT name FROM flow_run WHERE id = ?", (str(run.flow_run_id) if run.flow_run_id else "",)
    )
    return UITaskRun.model_construct(**vars(run), flow_run_name=rows[0]["name"] if rows else None)


def _counts(
    table: str, column: str, ids: Iterable[UUID], condition: str = ""
) -> Transaction[dict[UUID, int]]:
    counts = dict.fromkeys(ids, 0)
    marks = ", ".join("?" * len(counts))
    rows = yield Statement(
        f"SELECT {column} AS id, count(*) AS n FROM {table} WHERE {column} IN ({marks}) {condition} "
        f"GROUP BY {column}",
        [str(id) for id in counts],
    )
    return counts | {UUID(row["id"]): row["n"] for row in rows}


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)
