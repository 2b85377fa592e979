"""Work queues: in which order the runs of a work pool are started."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect.schemas._base import Body, Identified, Record
from prefect.schemas.states import StateType

QueueName = Annotated[str, Field(pattern=r"^[^/%&><]+$")]
"""A name that can stand in a path."""


class WorkQueueStatus(str, Enum):
    """Whether somebody looks for runs in a queue."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"

    def __str__(self) -> str:
        return self.value


class QueueFilter(Record):
    """Which runs a queue of an old agent takes. Has no effect any more."""

    tags: list[str] | None = None
    deployment_ids: list[UUID] | None = None


class WorkQueue(Identified):
    """A queue of a work pool. Those with a lower `priority` go first. Times are UTC.

    Attributes:
        last_polled: When somebody last looked for runs in it.
        active_slots: How many of its runs are in progress; only told where there is a limit.
    """

    name: QueueName
    description: str | None = ""
    is_paused: bool = False
    concurrency_limit: int | None = Field(default=None, ge=0)
    priority: int = Field(default=1, gt=0)
    work_pool_id: UUID | None = None
    work_pool_name: str | None = None
    filter: QueueFilter | None = Field(default=None, deprecated=True)
    last_polled: datetime | None = None
    status: WorkQueueStatus | None = None
    active_slots: int | None = None


class WorkQueueCreate(Body):
    """Create a queue. Without a priority it comes last."""

    name: QueueName
    description: str | None = ""
    is_paused: bool = False
    concurrency_limit: int | None = Field(default=None, ge=0)
    priority: int | None = Field(default=None, gt=0)
    filter: QueueFilter | None = Field(default=None, deprecated=True)


class WorkQueueUpdate(Body):
    """Change a queue; only the fields that are set are changed."""

    name: QueueName | None = None
    description: str | None = None
    is_paused: bool = False
    concurrency_limit: int | None = Field(default=None, ge=0)
    priority: int | None = Field(default=None, gt=0)
    last_polled: datetime | None = None
    filter: QueueFilter | None = Field(default=None, deprecated=True)


class WorkQueueHealthPolicy(Record):
    """When a queue is in good health: few runs are late, and somebody looked lately. Times are in seconds."""

    maximum_late_runs: int | None = 0
    maximum_seconds_since_last_polled: int | None = 60

    def evaluate_health_status(self, late_runs_count: int, last_polled: datetime | None = None) -> bool:
        """Whether a queue with this many late runs that was looked at then (UTC) is in good health."""
        if self.maximum_late_runs is not None and late_runs_count > self.maximum_late_runs:
            return False
        most = self.maximum_seconds_since_last_polled
        return most is None or (last_polled is not None and now() - last_polled <= timedelta(seconds=most))


class WorkQueueStatusDetail(Record):
    """The health of a queue, and what it was judged by."""

    healthy: bool
    late_runs_count: int = 0
    last_polled: datetime | None = None
    health_check_policy: WorkQueueHealthPolicy


class FlowRunSlotSummary(Record):
    """A run that takes a slot of its queue. Times are UTC, durations seconds."""

    id: UUID
    name: str
    state_type: StateType | None = None
    state_name: str | None = None
    start_time: datetime | None = None
    state_timestamp: datetime | None = None
    time_in_current_state: timedelta | None = None


class WorkQueueConcurrencyStatus(Record):
    """How many runs of a queue are in progress, and which: those of page `page`, of `pages` with `limit` each."""

    active_slots: int
    concurrency_limit: int | None = None
    flow_runs: list[FlowRunSlotSummary] = Field(default_factory=list[FlowRunSlotSummary])
    count: int
    limit: int
    pages: int
    page: int


class WorkQueueConcurrencyStatusDetail(Record):
    """How many runs of one of a pool's queues are in progress, and some of them."""

    queue_id: UUID
    queue_name: str
    active_slots: int
    concurrency_limit: int | None = None
    flow_runs: list[FlowRunSlotSummary] = Field(default_factory=list[FlowRunSlotSummary])
    flow_run_count: int | None = None
