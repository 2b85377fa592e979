"""How many runs there were in intervals of time."""

from __future__ import annotations

from datetime import datetime, timedelta

from prefect.schemas._base import Record
from prefect.schemas.states import StateType


class HistoryResponseState(Record):
    """The runs of an interval that are in one state; how long they ran and how late they were, all together."""

    state_type: StateType
    state_name: str
    count_runs: int
    sum_estimated_run_time: timedelta
    sum_estimated_lateness: timedelta


class HistoryResponse(Record):
    """The runs that were expected to start in an interval, by their present states."""

    interval_start: datetime
    interval_end: datetime
    states: list[HistoryResponseState]


class IntervalCount(Record):
    """How many runs of an interval are in one state."""

    state_type: StateType
    state_name: str
    count_runs: int


class IntervalCounts(Record):
    """How many runs were expected to start in an interval, by their present states."""

    interval_start: datetime
    interval_end: datetime
    states: list[IntervalCount]
