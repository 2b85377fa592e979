"""Operations on the queue of those who wait for slots of concurrency limits.

Who finds no free slots takes a ticket and looks, by reading only, whether his turn has come. A ticket is forgotten when
it is not renewed, or when its process has ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from prefect._clock import now
from prefect._processes import ProcessIdentity
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder
from prefect.store.concurrency_slots import (
    count_held,
    dead_leases,
    limit_of,
    read_limits,
    reserve_for,
    seconds_to_wait,
    waiting_before,
)
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.concurrency import CONCURRENCY_TICKET

TICKET_LASTS = 15.0
"""How many seconds after it was last renewed a ticket is forgotten."""


class Outlook(NamedTuple):
    """How it stands with somebody who waits: how many come before, and in how many seconds it may be his turn."""

    before: int
    wait: float


@operation("POST", "/v2/concurrency_limits/queue", status=204)
def join_slot_queue(
    ticket: UUID,
    names: list[str],
    slots: int,
    process: ProcessIdentity | None = None,
    holder: ConcurrencyLeaseHolder | None = None,
) -> Transaction[None]:
    """Take a place in the queue, or keep it.

    Args:
        ticket: The id of the place.
        names: The limits, all of which are waited for.
        slots: For how many slots of each.
        process: The process that waits.
        holder: The run that waits.
    """
    moment = now()
    expires_at = moment + timedelta(seconds=TICKET_LASTS)
    rows = yield Statement(
        "SELECT min(number) FILTER (WHERE id = ?) AS mine, max(number) AS last FROM concurrency_ticket",
        (str(ticket),),
    )
    number = rows[0]["mine"] or (rows[0]["last"] or 0) + 1
    for limit in (yield from read_limits(names, moment)):
        if limit.active:
            values = {
                "limit_id": UUID(limit.id),
                "id": ticket,
                "number": number,
                "slots": slots,
                "created": moment,
                "expires_at": expires_at,
                **({"holder_type": holder.type, "holder_id": holder.id} if holder else {}),
                **(process._asdict() if process else {}),
            }
            yield Statement(CONCURRENCY_TICKET.upsert, CONCURRENCY_TICKET.encode(values))


@operation("GET", "/v2/concurrency_limits/queue/{ticket}", reads=True)
def read_slot_outlook(ticket: UUID) -> Transaction[Outlook]:
    """Return how it stands with a ticket. One that is not there (any more) should ask for its slots again."""
    moment = now()
    rows = yield Statement(
        "SELECT concurrency_limit.*, slots FROM concurrency_ticket AS ticket "
        "JOIN concurrency_limit ON concurrency_limit.id = limit_id WHERE ticket.id = ?",
        (str(ticket),),
    )
    limits = [limit_of(row, moment) for row in rows if row["active"]]
    if not limits:
        return Outlook(0, 0.0)
    slots = rows[0]["slots"]
    yield from count_held(limits, moment)
    if any(limit.lacks(slots) for limit in limits) and (yield from dead_leases(limits)):
        return Outlook(0, 0.0)
    before = yield from waiting_before(limits, ticket, moment)
    yield from reserve_for(before, limits, moment)
    impossible = any(slots > limit.slots for limit in limits)
    wait = 0.0 if impossible else seconds_to_wait(limits, slots) or 0.0
    return Outlook(len(before), wait)


@operation("DELETE", "/v2/concurrency_limits/queue/{ticket}", status=204)
def leave_slot_queue(ticket: UUID) -> Transaction[None]:
    """Give up a place in the queue."""
    yield Statement("DELETE FROM concurrency_ticket WHERE id = ?", (str(ticket),))
