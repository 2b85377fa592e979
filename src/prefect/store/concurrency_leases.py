"""Operations that take slots of concurrency limits, give them back, and renew the leases that hold them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect._clock import now
from prefect._ids import uuid7
from prefect._processes import ProcessIdentity
from prefect.exceptions import ConcurrencyLeaseGone, ConcurrencyRequestRefused
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimitWithLeaseResponse,
    MinimalConcurrencyLimitResponse,
    SlotMode,
)
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_slots import Lease, Limit, forget_lapsed, give_back, release_lease, take_slots
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction

SHORTEST_LEASE = 1.0
LONGEST_LEASE = 86400.0
"""How long, in seconds, a lease may last without being renewed."""

SlotCount = Annotated[int, Field(gt=0)]
LeaseDuration = Annotated[float, Field(ge=SHORTEST_LEASE, le=LONGEST_LEASE)]


@operation("POST", "/v2/concurrency_limits/increment")
def bulk_increment_active_slots(
    slots: SlotCount,
    names: list[str],
    mode: SlotMode = "concurrency",
    create_if_missing: bool | None = None,
    ticket: UUID | None = None,
    ahead: bool = False,
) -> Transaction[list[MinimalConcurrencyLimitResponse]]:
    """Take slots of all these limits, or none, without a lease.

    Args:
        slots: How many of each.
        names: The limits; those that do not exist are passed over.
        mode: Whether they are held, or used up and come back with time.
        create_if_missing: Has no effect any more.
        ticket: The place in the queue of whoever asks.
        ahead: Do not queue behind others.

    Raises:
        ConcurrencySlotsTaken: They are not free now.
        ConcurrencyRequestRefused: They can never be had.
    """
    del create_if_missing
    limits = yield from take_slots(names, slots, mode, ticket=ticket, ahead=ahead)
    return minimal(limits)


@operation("POST", "/v2/concurrency_limits/increment-with-lease")
def bulk_increment_active_slots_with_lease(
    slots: SlotCount,
    names: list[str],
    mode: SlotMode = "concurrency",
    lease_duration: LeaseDuration = 300,
    holder: ConcurrencyLeaseHolder | None = None,
    process: ProcessIdentity | None = None,
    ticket: UUID | None = None,
    ahead: bool = False,
) -> Transaction[ConcurrencyLimitWithLeaseResponse]:
    """Take slots of all these limits, or none, and hold them until they are given back or the lease lapses.

    Args:
        slots: How many of each.
        names: The limits; those that do not exist are passed over.
        mode: Whether they are held, or used up and come back with time.
        lease_duration: How long the lease lasts, in seconds, if it is not renewed.
        holder: For which run or deployment they are taken.
        process: The process that holds them; when it has ended they are free at once.
        ticket: The place in the queue of whoever asks.
        ahead: Do not queue behind others: for those who hold slots already.

    Raises:
        ConcurrencySlotsTaken: They are not free now.
        ConcurrencyRequestRefused: They can never be had.
    """
    _check_duration(lease_duration)
    lease = Lease(uuid7(), lease_duration, holder, process)
    limits = yield from take_slots(names, slots, mode, lease=lease, ticket=ticket, ahead=ahead)
    return ConcurrencyLimitWithLeaseResponse(lease_id=lease.id, limits=minimal(limits))


@operation("POST", "/v2/concurrency_limits/decrement")
def bulk_decrement_active_slots(
    slots: SlotCount,
    names: list[str],
    occupancy_seconds: float | None = None,
    create_if_missing: bool = False,
) -> Transaction[list[MinimalConcurrencyLimitResponse]]:
    """Give back slots that were taken without a lease.

    Args:
        slots: How many of each limit.
        names: The limits; those that do not exist are passed over.
        occupancy_seconds: How long they were taken.
        create_if_missing: Has no effect any more.
    """
    del create_if_missing
    return minimal((yield from give_back(names, slots, occupancy_seconds)))


@operation("POST", "/v2/concurrency_limits/decrement-with-lease", status=204)
def bulk_decrement_active_slots_with_lease(lease_id: UUID) -> Transaction[None]:
    """Give back the slots of a lease. A lease that does not exist any more has none."""
    yield from release_lease(lease_id)


@operation("POST", "/v2/concurrency_limits/leases/{lease_id}/renew", status=204)
def renew_concurrency_lease(lease_id: UUID, lease_duration: LeaseDuration = 300) -> Transaction[None]:
    """Let a lease last for `lease_duration` seconds from now.

    A lease whose time is over, and whose slots nobody has taken since, is renewed all the same.

    Raises:
        ConcurrencyLeaseGone: It lapsed and its slots were taken over, or it was revoked.
    """
    _check_duration(lease_duration)
    moment = now()
    rows = yield Statement(
        "UPDATE concurrency_lease SET expires_at = ? WHERE id = ? RETURNING id",
        (timestamp_text(moment + timedelta(seconds=lease_duration)), str(lease_id)),
    )
    if not rows:
        raise ConcurrencyLeaseGone("Lease not found - it may have expired or been revoked")
    yield from forget_lapsed(moment)


def minimal(limits: list[Limit]) -> list[MinimalConcurrencyLimitResponse]:
    """Return limits as operations on slots answer them, in the order of their names."""
    return [
        MinimalConcurrencyLimitResponse(id=UUID(limit.id), name=limit.name, limit=limit.slots)
        for limit in sorted(limits, key=lambda limit: limit.name)
    ]


def _check_duration(seconds: float) -> None:
    if not SHORTEST_LEASE <= seconds <= LONGEST_LEASE:
        raise ConcurrencyRequestRefused(
            f"A lease cannot last {seconds} seconds. Give lease_duration from {SHORTEST_LEASE:g} to {LONGEST_LEASE:g}."
        )
