"""What workers and the server say to one another over a worker's channel, one frame to a message."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect._ids import uuid7
from prefect.schemas._base import Body
from prefect.schemas.work_pools import WorkPool

VERSION = "work_pool_worker_channel.v1"
HEARTBEAT, SNAPSHOT = "worker_heartbeat.v1", "work_pool_snapshot.v1"


class Hello(Body):
    """The first frame of a worker: who it is, and what it can do."""

    consumer_id: UUID
    worker_name: str = Field(min_length=1)
    worker_type: str = Field(min_length=1)
    heartbeat_interval_seconds: int = Field(gt=0)
    supported_channel_versions: list[str] = Field(min_length=1)
    requested_capabilities: list[str] = Field(min_length=1)
    work_queue_names: list[str] = Field(default_factory=list)
    handled_cleanup_kinds: list[str] = Field(default_factory=list)
    max_cleanup_concurrency: int = Field(default=0, ge=0)
    create_pool_if_not_found: bool = False
    default_base_job_template: dict[str, Any] = Field(default_factory=dict)
    worker_metadata: dict[str, Any] | None = None


class Heartbeat(Body):
    """A worker says that it lives."""

    consumer_id: UUID
    worker_name: str = Field(min_length=1)
    heartbeat_interval_seconds: int = Field(gt=0)


class CleanupOperation(Body):
    """A worker tells of a clean-up that was handed to it. None are, but workers may ask."""

    message_id: UUID
    reservation_token: str = Field(min_length=1)
    reason: str | None = None


class _Frame(Body):
    id: UUID
    sent_at: datetime


class HelloFrame(_Frame):
    """A frame with a `Hello`."""

    type: Literal["worker.hello.v1"]
    payload: Hello


class HeartbeatFrame(_Frame):
    """A frame with a `Heartbeat`."""

    type: Literal["worker.heartbeat.v1"]
    payload: Heartbeat


class CleanupFrame(_Frame):
    """A frame with a `CleanupOperation`."""

    type: Literal["cleanup.ack.v1", "cleanup.release.v1", "cleanup.renew.v1"]
    payload: CleanupOperation

    @property
    def operation(self) -> str:
        """What the worker wants: ack, release or renew."""
        return self.type.split(".")[1]


def frame(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Return a frame of the server, as values that JSON has."""
    sent_at = now().isoformat().replace("+00:00", "Z")
    return {"type": kind, "id": str(uuid7()), "sent_at": sent_at, "payload": payload}


def snapshot(pool: WorkPool, sequence: int, reason: str) -> dict[str, Any]:
    """Return what a worker has to know of its pool."""
    return {"snapshot_sequence": sequence, "reason": reason, "work_pool": pool.model_dump(mode="json")}
