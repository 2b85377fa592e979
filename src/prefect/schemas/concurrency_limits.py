"""Concurrency limits: how many slots there are of something, who holds them, and what callers send about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body, Identified, Record
from prefect.types._concurrency import ConcurrencyLeaseHolder

__all__ = [
    "ConcurrencyLeaseHolder",
    "ConcurrencyLimit",
    "ConcurrencyLimitCreate",
    "ConcurrencyLimitV2",
    "ConcurrencyLimitV2Create",
    "ConcurrencyLimitV2Update",
    "ConcurrencyLimitWithLeaseResponse",
    "GlobalConcurrencyLimit",
    "GlobalConcurrencyLimitResponse",
    "LimitName",
    "MinimalConcurrencyLimitResponse",
    "SlotHolder",
    "SlotMode",
]

LimitName = Annotated[str, Field(pattern=r"^[^/%&><]+$")]
"""A name that can stand in a path."""

SlotMode = Literal["concurrency", "rate_limit"]
"""Slots that are held, or slots that are used up and come back with time."""


class NamedLimit(Identified):
    """What all named limits have."""

    active: bool = True
    name: str
    limit: int


class GlobalConcurrencyLimit(NamedLimit):
    """A named limit. `active_slots` is how many of its slots are taken at the moment at which it was read."""

    active_slots: int = 0
    slot_decay_per_second: float = 0.0


class GlobalConcurrencyLimitResponse(NamedLimit):
    """A named limit as it is answered. Its default decay is what the API says; the answer always tells it."""

    active_slots: int
    slot_decay_per_second: float = 2.0


class ConcurrencyLimitV2(GlobalConcurrencyLimit):
    """A named limit with what is known of its use. Times are in seconds."""

    name: LimitName
    denied_slots: int = 0
    avg_slot_occupancy_seconds: float = 2.0


class ConcurrencyLimitV2Create(Body):
    """What is sent to create a limit."""

    active: bool = True
    name: LimitName
    limit: int = Field(ge=0)
    active_slots: int = Field(default=0, ge=0)
    denied_slots: int = Field(default=0, ge=0)
    slot_decay_per_second: float = Field(default=0, ge=0, allow_inf_nan=False)


class ConcurrencyLimitV2Update(Body):
    """What is sent to change a limit; what is not set stays."""

    active: bool | None = None
    name: LimitName | None = None
    limit: int | None = Field(default=None, ge=0)
    active_slots: int | None = Field(default=None, ge=0)
    denied_slots: int | None = Field(default=None, ge=0)
    slot_decay_per_second: float | None = Field(default=None, ge=0, allow_inf_nan=False)


class MinimalConcurrencyLimitResponse(Record):
    """A limit of which slots were taken or given back."""

    id: UUID
    name: str
    limit: int


class ConcurrencyLimitWithLeaseResponse(Record):
    """Slots that were taken: the lease that holds them, and the limits that they are of."""

    lease_id: UUID
    limits: list[MinimalConcurrencyLimitResponse]


class SlotHolder(Record):
    """Some slots of a limit, who holds them and since when.

    Attributes:
        lease_id: The lease by which they are held.
        slots: How many they are.
        since: When they were taken, in UTC.
        expires_at: When they are free again unless the lease is renewed; None is never.
        holder: The run or deployment that holds them, if it said so.
        machine: The machine of the process that holds them, if it said so.
        pid: The number of that process.
        fence: A number that grows with each lease of the limit: a later holder has a higher one.
    """

    lease_id: UUID
    slots: int
    since: datetime
    expires_at: datetime | None = None
    holder: ConcurrencyLeaseHolder | None = None
    machine: str | None = None
    pid: int | None = None
    fence: int


class ConcurrencyLimit(Identified):
    """A limit on task runs with a tag. `active_slots` are the ids of the task runs that hold its slots."""

    tag: str
    concurrency_limit: int
    active_slots: list[UUID] = Field(default_factory=list[UUID])


class ConcurrencyLimitCreate(Body):
    """What is sent to limit the task runs with a tag."""

    tag: str
    concurrency_limit: int
