"""A line of a run's log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from prefect.schemas._base import Body, Identified


class Log(Identified):
    """A log line as it was recorded. `level` is the number of Python's `logging` levels; `timestamp` is UTC."""

    name: str
    level: int
    message: str
    timestamp: datetime
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class LogCreate(Body):
    """Record a log line."""

    name: str
    level: int
    message: str
    timestamp: datetime
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None
