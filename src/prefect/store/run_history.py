"""How many runs there were in intervals of time, and how late they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, WithJsonSchema

from prefect._clock import now
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.run_history import HistoryResponse, HistoryResponseState
from prefect.schemas.states import StateType
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition
from prefect.store.operations import operation
from prefect.store.run_conditions import flow_runs_meant, task_runs_meant
from prefect.store.run_records import estimated_lateness, estimated_run_time
from prefect.store.statements import Row, Statement, Transaction

MOST_INTERVALS = 500
"""How many intervals are told of at most: the first ones."""

Interval = Annotated[
    timedelta,
    Field(ge=timedelta(seconds=1)),
    WithJsonSchema({"type": "number", "format": "time-delta", "minimum": 1}),
]
"""How long an interval is: at least a second. It travels as a number of seconds."""

_ZERO = timedelta(0)


@operation("POST", "/flow_runs/history", reads=True)
def flow_run_history(
    history_start: datetime,
    history_end: datetime,
    history_interval_seconds: Interval,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> Transaction[list[HistoryResponse]]:
    """Return how many flow runs were expected to start in each interval, by their present states.

    Args:
        history_start: When the first interval begins.
        history_end: When the last one ends, or has begun before.
        history_interval_seconds: How long each is, at least a second. Of more than 500 the first are told of.
        flows: Only runs of such flows.
        flow_runs: Only such runs.
        task_runs: Only those with such task runs.
        deployments: Only those of such deployments.
        work_pools: Only those in such work pools.
        work_queues: Only those in such work queues.
    """
    where = flow_runs_meant(flow_runs, flows, task_runs, deployments, work_pools, work_queues)
    return (yield from _history("flow_run", where, history_start, history_end, history_interval_seconds))


@operation("POST", "/task_runs/history", reads=True)
def task_run_history(
    history_start: datetime,
    history_end: datetime,
    history_interval_seconds: Interval,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
) -> Transaction[list[HistoryResponse]]:
    """Return how many task runs were expected to start in each interval; see `flow_run_history`."""
    where = task_runs_meant(task_runs, flow_runs, flows, deployments)
    return (yield from _history("task_run", where, history_start, history_end, history_interval_seconds))


@operation("POST", "/flow_runs/lateness", reads=True)
def average_flow_run_lateness(
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    task_runs: TaskRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_pool_queues: WorkQueueFilter | None = None,
) -> Transaction[float | None]:
    """Return how many seconds later than expected flow runs started, or are, on average; None where there are none."""
    where = flow_runs_meant(flow_runs, flows, task_runs, deployments, work_pools, work_pool_queues)
    rows = yield Statement(
        f"SELECT state_type, expected_start_time, start_time FROM flow_run WHERE {where.sql}",
        where.parameters,
    )
    moment = now()
    late = [_lateness(row, moment) for row in rows]
    return sum(late, _ZERO).total_seconds() / len(late) if late else None


def _history(
    table: str, where: Condition, start: datetime, end: datetime, length: timedelta
) -> Transaction[list[HistoryResponse]]:
    intervals = _intervals(start, end, length)
    if not intervals:
        return []
    rows = yield Statement(
        f"SELECT {table}.state_type, {table}.state_name, expected_start_time, start_time, total_run_time, "
        f"state.timestamp AS since FROM {table} LEFT JOIN {table}_state AS state "
        f"ON state.{table}_id = {table}.id AND state.id = {table}.state_id "
        f"WHERE {table}.expected_start_time >= ? AND {table}.expected_start_time < ? "
        f"AND {table}.state_type IS NOT NULL AND {where.sql}",
        (timestamp_text(intervals[0][0]), timestamp_text(intervals[-1][1]), *where.parameters),
    )
    moment = now()
    found: dict[int, dict[tuple[str, str], HistoryResponseState]] = {}
    for row in rows:
        expected = datetime.fromisoformat(row["expected_start_time"])
        bucket = found.setdefault((expected - start) // length, {})
        _count(bucket, row, moment)
    return [
        HistoryResponse(
            interval_start=begin,
            interval_end=finish,
            states=[each for _, each in sorted(found.get(index, {}).items())],
        )
        for index, (begin, finish) in enumerate(intervals)
    ]


def _intervals(start: datetime, end: datetime, length: timedelta) -> list[tuple[datetime, datetime]]:
    intervals: list[tuple[datetime, datetime]] = []
    while start < end and len(intervals) < MOST_INTERVALS:
        intervals.append((start, start + length))
        start += length
    return intervals


def _count(bucket: dict[tuple[str, str], HistoryResponseState], row: Row, moment: datetime) -> None:
    kind, name = row["state_type"], row["state_name"]
    told = bucket.get((kind, name))
    if told is None:
        told = bucket[kind, name] = HistoryResponseState(
            state_type=StateType(kind),
            state_name=name,
            count_runs=0,
            sum_estimated_run_time=_ZERO,
            sum_estimated_lateness=_ZERO,
        )
    told.count_runs += 1
    since = None if row["since"] is None else datetime.fromisoformat(row["since"])
    so_far = timedelta(seconds=row["total_run_time"] or 0)
    told.sum_estimated_run_time += estimated_run_time(StateType(kind), so_far, since, moment)
    told.sum_estimated_lateness += _lateness(row, moment)


def _lateness(row: Row, moment: datetime) -> timedelta:
    expected, started, kind = row["expected_start_time"], row["start_time"], row["state_type"]
    return estimated_lateness(
        StateType(kind) if kind else None,
        datetime.fromisoformat(expected) if expected else None,
        datetime.fromisoformat(started) if started else None,
        moment,
    )
