"""Workers: the processes that look for runs in a work pool and start them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from pydantic import ConfigDict

from prefect.schemas._base import Body, Identified, Record


class WorkerStatus(str, Enum):
    """Whether a worker was heard of lately."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"

    def __str__(self) -> str:
        return self.value


class Worker(Identified):
    """A process that looks for runs in a work pool and starts them. Times are UTC."""

    name: str
    work_pool_id: UUID
    last_heartbeat_time: datetime | None = None
    heartbeat_interval_seconds: int | None = None
    status: WorkerStatus = WorkerStatus.OFFLINE


class Integration(Record):
    """A package of integrations that a worker has."""

    name: str
    version: str


class WorkerMetadata(Record):
    """What else a worker tells of itself. More fields are kept."""

    model_config = ConfigDict(extra="allow")

    integrations: list[Integration]


class TaskWorkerFilter(Body):
    """Which task workers: those that run one of these tasks."""

    task_keys: list[str]


class TaskWorkerResponse(Record):
    """A process that runs background tasks: which ones, and when it was heard of last, in UTC."""

    identifier: str
    task_keys: list[str]
    timestamp: datetime
