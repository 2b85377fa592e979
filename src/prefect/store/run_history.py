"""How many runs there were in intervals of time, and how late they were."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, TypeAlias

from pydantic import Field, WithJsonSchema

from prefect._clock import now
from prefect.schemas.deployment_filters import DeploymentFilter
from prefect.schemas.flow_filters import FlowFilter
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.run_history import (
    HistoryResponse,
    HistoryResponseState,
    IntervalCount,
    IntervalCounts,
)
from prefect.schemas.states import TERMINAL_STATES, StateType
from prefect.schemas.task_run_filters import TaskRunFilter
from prefect.schemas.work_pool_filters import WorkPoolFilter
from prefect.schemas.work_queue_filters import WorkQueueFilter
from prefect.store.columns import timestamp_text
from prefect.store.conditions import Condition
from prefect.store.operations import operation
from prefect.store.run_conditions import flow_runs_meant, task_runs_meant
from prefect.store.run_records import estimated_lateness
from prefect.store.statements import Row, Statement, Transaction

MOST_INTERVALS = 500
"""How many intervals are told of at most: the first ones."""

Interval = Annotated[
    timedelta,
    Field(ge=timedelta(seconds=1)),
    WithJsonSchema({"type": "number", "format": "time-delta", "minimum": 1}),
]
"""How long an interval is: at least a second. It travels as a number of seconds."""

Intervals: TypeAlias = list[tuple[datetime, datetime]]

_ZERO = timedelta(0)
_NOTHING = Condition("")


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


@operation("POST", "/ui/flow_runs/counts", reads=True)
def count_flow_runs_by_interval(
    history_start: datetime,
    history_end: datetime,
    history_interval_seconds: Interval,
    flows: FlowFilter | None = None,
    flow_runs: FlowRunFilter | None = None,
    deployments: DeploymentFilter | None = None,
    work_pools: WorkPoolFilter | None = None,
    work_queues: WorkQueueFilter | None = None,
) -> Transaction[list[IntervalCounts]]:
    """Return how many flow runs were expected to start in each interval, by their present states.

    It is `flow_run_history` without what nobody sees in a chart, so that an index tells all of it.
    """
    where = flow_runs_meant(flow_runs, flows, None, deployments, work_pools, work_queues)
    intervals = _intervals(history_start, history_end, history_interval_seconds)
    rows = yield from _counted("flow_run", where, intervals)
    found: dict[int, list[IntervalCount]] = {}
    for row in rows:
        found.setdefault(row["place"], []).append(
            IntervalCount(state_type=row["state_type"], state_name=row["state_name"], count_runs=row["n"])
        )
    return [
        IntervalCounts(interval_start=begin, interval_end=finish, states=found.get(place, []))
        for place, (begin, finish) in enumerate(intervals)
    ]


def _history(
    table: str, where: Condition, start: datetime, end: datetime, length: timedelta
) -> Transaction[list[HistoryResponse]]:
    intervals = _intervals(start, end, length)
    rows = yield from _counted(table, where, intervals, _sums(table))
    found: dict[int, list[HistoryResponseState]] = {}
    for row in rows:
        told = HistoryResponseState(
            state_type=StateType(row["state_type"]),
            state_name=row["state_name"],
            count_runs=row["n"],
            sum_estimated_run_time=timedelta(seconds=round(row["ran"], 3)),
            sum_estimated_lateness=timedelta(seconds=round(row["late"], 3)),
        )
        found.setdefault(row["place"], []).append(told)
    return [
        HistoryResponse(interval_start=begin, interval_end=finish, states=found.get(place, []))
        for place, (begin, finish) in enumerate(intervals)
    ]


def _sums(table: str) -> Condition:
    """What is added up for each state: how long its runs ran, and how much later than expected they began."""
    running = (
        f"(SELECT {_UNTIL_NOW.format('state.timestamp')} FROM {table}_state AS state "
        f"WHERE state.{table}_id = {table}.id AND state.id = {table}.state_id)"
    )
    late = (
        "CASE WHEN start_time > expected_start_time "
        "THEN {seconds(start_time)} - {seconds(expected_start_time)} ELSE 0 END"
    )
    moment = now()
    told = (timestamp_text(moment), moment.timestamp())
    return Condition(
        f", sum(coalesce(total_run_time, 0) + CASE WHEN state_type = 'RUNNING' THEN coalesce({running}, 0) ELSE 0 END) "
        f"AS ran, sum(CASE WHEN start_time IS NOT NULL THEN {late} "
        f"WHEN state_type IN ({_OVER}) THEN 0 ELSE {_UNTIL_NOW.format('expected_start_time')} END) AS late",
        (*told, *told),
    )


_UNTIL_NOW = "CASE WHEN {0} < ? THEN CAST(? AS DOUBLE PRECISION) - {{seconds({0})}} ELSE 0 END"
"""How long it is since a time: the parameters are now, as text and in seconds."""

_OVER = ", ".join(f"'{kind.value}'" for kind in sorted(TERMINAL_STATES))
_KINDS = ", ".join(f"'{kind.value}'" for kind in StateType)


def _counted(
    table: str, where: Condition, intervals: Intervals, sums: Condition = _NOTHING
) -> Transaction[list[Row]]:
    """Count what is meant by interval and state; `sums` is what else is asked of each of these groups."""
    if not intervals:
        return []
    (begin, second), (_, end) = intervals[0], intervals[-1]
    place = "{interval(" + table + ".expected_start_time, ?, ?)}"
    # All types are named, so that an index by type serves.
    return (
        yield Statement(
            f"SELECT {place} AS place, {table}.state_type AS state_type, {table}.state_name AS state_name, "
            f"count(*) AS n{sums.sql} FROM {table} WHERE {table}.state_type IN ({_KINDS}) "
            f"AND {table}.expected_start_time >= ? AND {table}.expected_start_time < ? AND {where.sql} "
            "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            (
                begin.timestamp(),
                (second - begin).total_seconds(),
                *sums.parameters,
                timestamp_text(begin),
                timestamp_text(end),
                *where.parameters,
            ),
        )
    )


def _intervals(start: datetime, end: datetime, length: timedelta) -> Intervals:
    intervals: Intervals = []
    while start < end and len(intervals) < MOST_INTERVALS:
        intervals.append((start, start + length))
        start += length
    return intervals


def _lateness(row: Row, moment: datetime) -> timedelta:
    expected, started, kind = row["expected_start_time"], row["start_time"], row["state_type"]
    return estimated_lateness(
        StateType(kind) if kind else None,
        datetime.fromisoformat(expected) if expected else None,
        datetime.fromisoformat(started) if started else None,
        moment,
    )
