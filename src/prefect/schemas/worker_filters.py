"""Which workers are meant."""

from __future__ import annotations

from datetime import datetime

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin
from prefect.schemas.workers import WorkerStatus


class WorkerFilterLastHeartbeatTime(Body):
    """When they were heard of last. The ends are meant too."""

    before_: datetime | None = None
    after_: datetime | None = None


class WorkerFilterStatus(Body):
    """Whether they were heard of lately."""

    any_: list[WorkerStatus] | None = None
    not_any_: list[WorkerStatus] | None = None


class WorkerFilter(OperatorMixin, Body):
    """Which workers."""

    last_heartbeat_time: WorkerFilterLastHeartbeatTime | None = None
    status: WorkerFilterStatus | None = None
