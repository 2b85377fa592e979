"""What a list or a chart shows of runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from prefect.schemas._base import Record
from prefect.schemas.states import StateType


class SimpleFlowRun(Record):
    """A flow run as a point in a chart: when it started or should start, how long it ran, how late it was."""

    id: UUID
    state_type: StateType
    timestamp: datetime
    duration: timedelta
    lateness: timedelta


class SimpleNextFlowRun(Record):
    """The flow run of a flow that is to start next."""

    id: UUID
    flow_id: UUID
    name: str
    state_name: str
    state_type: StateType
    next_scheduled_start_time: datetime


class TaskRunCount(Record):
    """How many task runs of an interval completed, and how many failed or crashed."""

    completed: int = 0
    failed: int = 0


class CountByState(Record):
    """How many runs are in each type of state."""

    COMPLETED: int = 0
    PENDING: int = 0
    RUNNING: int = 0
    FAILED: int = 0
    CANCELLED: int = 0
    CRASHED: int = 0
    PAUSED: int = 0
    CANCELLING: int = 0
    SCHEDULED: int = 0
