"""Who holds the slots of a concurrency limit, and who waits for them, by name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Record


class SlotParty(Record):
    """Who holds slots, or waits for them.

    Attributes:
        kind: What it is: `flow_run`, `task_run`, `deployment`; None for a process that is in no run.
        id: Its id.
        name: Its name.
        flow_run_id: The flow run of a task run.
        flow_run_name: The name of that.
        slots: How many.
        since: Since when.
        expires_at: When the slots are free again, or the place in the queue is lost, unless that is renewed.
        lease_id: What is given back to free the slots; None for who waits.
        machine: The machine of the process, as its processes know it.
        pid: The process.
    """

    kind: str | None = None
    id: UUID | None = None
    name: str | None = None
    flow_run_id: UUID | None = None
    flow_run_name: str | None = None
    slots: int = 1
    since: datetime | None = None
    expires_at: datetime | None = None
    lease_id: UUID | None = None
    machine: str | None = None
    pid: int | None = None


class SlotOverview(Record):
    """The slots of a concurrency limit.

    Attributes:
        holders: Who holds slots, the longest holder first.
        waiting: Who waits, the first in the queue first.
    """

    holders: list[SlotParty] = Field(default_factory=list[SlotParty])
    waiting: list[SlotParty] = Field(default_factory=list[SlotParty])
