"""Slots of concurrency limits: counting them, taking them, giving them back.

These are parts of transactions; the operations made of them are in `concurrency_limits`, `concurrency_leases` and
`concurrency_queue`.

A limit without decay has `active_slots` taken, and those of its leases. A limit with decay is a leaky bucket: all
slots, held or not, are in `active_slots`, which sinks by `slot_decay_per_second` each second.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from prefect._clock import now
from prefect._processes import ProcessIdentity, this_machine
from prefect.exceptions import ConcurrencyRequestRefused, ConcurrencySlotsTaken
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder, SlotMode
from prefect.settings import get_current_settings
from prefect.store.columns import timestamp_text
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.concurrency import CONCURRENCY_LEASE, CONCURRENCY_SLOT

_ROUNDING = 1e-9
"""By how much a number of slots that was computed from times may be off."""

SHORTEST_WAIT = 0.5
"""After how many seconds at least whoever asks for slots that others hold is told to ask again."""


@dataclass(slots=True)
class Limit:
    """A limit as it stands now. `loose` are slots that are taken and not held by a lease; `held` those that are."""

    id: str
    name: str
    active: bool
    slots: int
    decay: float
    loose: float
    occupancy: float
    fence: int
    held: int = 0
    reserved: int = 0

    @property
    def taken(self) -> float:
        """How many slots are taken."""
        return self.loose if self.decay else self.loose + self.held

    @property
    def whole_slots_taken(self) -> int:
        """How many slots cannot be had, in whole numbers."""
        return math.ceil(self.taken - _ROUNDING)

    def lacks(self, slots: int) -> float:
        """Return how many slots are missing for a request, 0 if none."""
        missing = self.taken + self.reserved + slots - self.slots
        return missing if missing > _ROUNDING else 0


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease that is to be made; `duration` is in seconds, None never lapses."""

    id: UUID
    duration: float | None
    holder: ConcurrencyLeaseHolder | None = None
    process: ProcessIdentity | None = None


@dataclass(slots=True)
class Waiting:
    """Somebody who waits, and for how many slots of which limits (by id)."""

    id: str
    slots: int
    limits: list[str] = field(default_factory=list[str])


def limit_of(row: Row, moment: datetime) -> Limit:
    """Return a limit from its row, decayed until a moment."""
    elapsed = (moment - datetime.fromisoformat(row["counted_at"])).total_seconds()
    decay = row["slot_decay_per_second"] or 0.0
    return Limit(
        id=row["id"],
        name=row["name"],
        active=bool(row["active"]),
        slots=row["slot_limit"],
        decay=decay,
        # A clock that was set back must not add slots.
        loose=max(0.0, row["active_slots"] - decay * max(elapsed, 0.0)),
        occupancy=row["avg_slot_occupancy_seconds"],
        fence=row["fence"],
    )


def read_limits(names: Collection[str], moment: datetime) -> Transaction[list[Limit]]:
    """Return the limits that exist of some names, with the slots that are held."""
    wanted = list(dict.fromkeys(names))
    rows = yield Statement(f"SELECT * FROM concurrency_limit WHERE name IN ({_marks(wanted)})", wanted)
    limits = [limit_of(row, moment) for row in rows]
    yield from count_held(limits, moment)
    return limits


def count_held(limits: Sequence[Limit], moment: datetime) -> Transaction[None]:
    """Set how many slots of limits are held by leases that have not lapsed."""
    ids = [limit.id for limit in limits]
    rows = yield Statement(
        "SELECT limit_id, sum(slots) AS held FROM concurrency_slot JOIN concurrency_lease ON id = lease_id "
        f"WHERE limit_id IN ({_marks(ids)}) AND (expires_at IS NULL OR expires_at > ?) GROUP BY limit_id",
        (*ids, timestamp_text(moment)),
    )
    held = {row["limit_id"]: row["held"] for row in rows}
    for limit in limits:
        limit.held = held.get(limit.id, 0)


def count_alive(limits: Sequence[Limit], moment: datetime) -> Transaction[list[str]]:
    """Set how many slots of limits are held by those who live; return the leases of the dead."""
    dead = yield from dead_leases(limits)
    yield from count_held(limits, moment)
    for limit in limits if dead else ():
        rows = yield Statement(
            f"SELECT sum(slots) AS slots FROM concurrency_slot WHERE limit_id = ? AND lease_id IN ({_marks(dead)})",
            (limit.id, *dead),
        )
        limit.held -= rows[0]["slots"] or 0
    return dead


def dead_leases(limits: Iterable[Limit]) -> Transaction[list[str]]:
    """Return the leases on limits whose process, on this machine, has ended."""
    ids = [limit.id for limit in limits]
    rows = yield Statement(
        "SELECT DISTINCT id, machine, pid, began FROM concurrency_slot JOIN concurrency_lease ON id = lease_id "
        f"WHERE limit_id IN ({_marks(ids)}) AND machine = ? AND (expires_at IS NULL OR expires_at > ?)",
        (*ids, this_machine(), timestamp_text(now())),
    )
    return gone_ids(rows)


def gone_ids(rows: Iterable[Row]) -> list[str]:
    """Return the ids of those rows whose process has ended; each process is looked at once."""
    gone: dict[ProcessIdentity, bool] = {}
    ids: list[str] = []
    for row in rows:
        if row["machine"] is None:
            continue
        process = ProcessIdentity(row["machine"], row["pid"], row["began"])
        if process not in gone:
            gone[process] = process.is_gone()
        if gone[process]:
            ids.append(row["id"])
    return ids


def waiting_before(
    limits: Sequence[Limit], ticket: UUID | None, moment: datetime
) -> Transaction[list[Waiting]]:
    """Return who waits for slots of limits and came before a ticket, or at all if there is none, in their order."""
    ids = [limit.id for limit in limits]
    rows = yield Statement(
        "SELECT * FROM concurrency_ticket WHERE id IN "
        f"(SELECT id FROM concurrency_ticket WHERE limit_id IN ({_marks(ids)})) AND expires_at > ? ORDER BY number",
        (*ids, timestamp_text(moment)),
    )
    gone = set(gone_ids(rows))
    before: dict[str, Waiting] = {}
    for row in rows:
        if ticket is not None and row["id"] == str(ticket):
            break
        if row["id"] not in gone:
            before.setdefault(row["id"], Waiting(row["id"], row["slots"])).limits.append(row["limit_id"])
    return list(before.values())


def reserve_for(before: Iterable[Waiting], limits: Sequence[Limit], moment: datetime) -> Transaction[None]:
    """Keep slots for those who came before.

    Nothing is kept for somebody who could not have them anyway because another of his limits is full or too small:
    that would waste slots, and could make two wait for each other.
    """
    known = {limit.id: limit for limit in limits}
    others = list({each for one in before for each in one.limits} - known.keys())
    if others:
        rows = yield Statement(f"SELECT * FROM concurrency_limit WHERE id IN ({_marks(others)})", others)
        elsewhere = [limit_of(row, moment) for row in rows]
        yield from count_held(elsewhere, moment)
        known_elsewhere = {limit.id: limit for limit in elsewhere}
    else:
        known_elsewhere = {}
    for one in before:
        mine = [known[each] for each in one.limits if each in known]
        others_of_his = [known_elsewhere[each] for each in one.limits if each in known_elsewhere]
        if any(limit.lacks(one.slots) for limit in others_of_his):
            continue
        if any(one.slots > limit.slots for limit in mine):
            continue
        for limit in mine:
            limit.reserved += one.slots


def check_possible(limits: Iterable[Limit], slots: int, mode: SlotMode) -> None:
    """Refuse what can never be had.

    Raises:
        ConcurrencyRequestRefused: It asks for no slots, for more than there are, or of a limit that does not decay.
    """
    if slots <= 0:
        raise ConcurrencyRequestRefused(f"{slots} slots were asked for. Ask for at least 1.")
    limits = list(limits)
    without_decay = [limit.name for limit in limits if not limit.decay]
    if mode == "rate_limit" and without_decay:
        names = ", ".join(repr(name) for name in without_decay)
        raise ConcurrencyRequestRefused(
            "Only concurrency limits with slot decay can be used for rate limiting. "
            f"The following limits do not have a decay configured: {names}"
        )
    for limit in limits:
        if slots > limit.slots:
            raise ConcurrencyRequestRefused(
                f"Slots requested is greater than the limit: {slots} of {limit.name!r}, which has {limit.slots}. "
                "Ask for fewer, or raise the limit."
            )


def take_slots(
    names: Collection[str],
    slots: int,
    mode: SlotMode,
    *,
    lease: Lease | None = None,
    ticket: UUID | None = None,
    ahead: bool = False,
) -> Transaction[list[Limit]]:
    """Take slots of all these limits, or none.

    Args:
        names: The limits. Those that do not exist, or are not active, are passed over.
        slots: How many of each.
        mode: Whether they are held, or used up.
        lease: The lease that shall hold them; without one they stay taken until somebody gives them back.
        ticket: The place in the queue of whoever asks.
        ahead: Do not queue behind others.

    Returns:
        The limits that exist.

    Raises:
        ConcurrencySlotsTaken: They are not free, or others come before.
        ConcurrencyRequestRefused: They can never be had.
    """
    moment = now()
    limits = yield from read_limits(names, moment)
    active = [limit for limit in limits if limit.active]
    check_possible(active, slots, mode)
    yield from forget_lapsed(moment)
    if any(limit.lacks(slots) for limit in active):
        yield from revoke_leases((yield from dead_leases(active)))
        yield from count_held(active, moment)
    if not ahead and active:
        before = yield from waiting_before(active, ticket, moment)
        if before:
            yield from reserve_for(before, active, moment)
    wait = seconds_to_wait(active, slots)
    if wait is not None:
        full = ", ".join(repr(limit.name) for limit in active if limit.lacks(slots))
        raise ConcurrencySlotsTaken(f"Locked: {slots} slot(s) of {full} are not free now.", wait)
    if lease is not None:
        yield _insert_lease(lease, moment)
    for limit in active:
        yield from _occupy(limit, slots, lease, moment)
    if ticket is not None:
        yield Statement("DELETE FROM concurrency_ticket WHERE id = ?", (str(ticket),))
    return limits


def seconds_to_wait(limits: Iterable[Limit], slots: int) -> float | None:
    """Return in how many seconds slots may be free; None: they are now."""
    longest: float | None = None
    for limit in limits:
        missing = limit.lacks(slots)
        if not missing:
            continue
        most = get_current_settings().server.concurrency.maximum_concurrency_slot_wait_seconds
        wait = missing / limit.decay if limit.decay else min(max(limit.occupancy, SHORTEST_WAIT), most)
        longest = max(longest or 0.0, wait)
    return longest


def _insert_lease(lease: Lease, moment: datetime) -> Statement:
    process = lease.process
    values = {
        "id": lease.id,
        "created": moment,
        "expires_at": None if lease.duration is None else moment + timedelta(seconds=lease.duration),
        "holder_type": lease.holder.type if lease.holder else None,
        "holder_id": lease.holder.id if lease.holder else None,
        **(process._asdict() if process else {}),
    }
    return Statement(CONCURRENCY_LEASE.insert, CONCURRENCY_LEASE.encode(values))


def _occupy(limit: Limit, slots: int, lease: Lease | None, moment: datetime) -> Transaction[None]:
    counted = limit.loose + (slots if lease is None or limit.decay else 0)
    if lease is not None:
        values = {"limit_id": UUID(limit.id), "lease_id": lease.id, "slots": slots, "fence": limit.fence + 1}
        yield Statement(CONCURRENCY_SLOT.insert, CONCURRENCY_SLOT.encode(values))
    yield _counted(limit, counted, moment, fence=limit.fence + 1)


def _counted(limit: Limit, loose: float, moment: datetime, *, fence: int) -> Statement:
    text = timestamp_text(moment)
    return Statement(
        "UPDATE concurrency_limit SET active_slots = ?, counted_at = ?, updated = ?, fence = ? WHERE id = ?",
        (loose, text, text, fence, limit.id),
    )


def give_back(
    names: Collection[str], slots: int, occupancy_seconds: float | None = None
) -> Transaction[list[Limit]]:
    """Give back slots that no lease holds. Return the limits that exist."""
    moment = now()
    limits = yield from read_limits(names, moment)
    for limit in limits:
        yield _counted(limit, max(0.0, limit.loose - slots), moment, fence=limit.fence)
        if occupancy_seconds is not None:
            yield _occupancy(limit.id, occupancy_seconds)
    return limits


def release_lease(lease_id: UUID) -> Transaction[list[str]]:
    """Give back the slots of a lease and end it. Return the names of the limits that they were of."""
    moment = now()
    rows = yield Statement(
        "SELECT concurrency_limit.*, slots, concurrency_lease.created AS since FROM concurrency_slot "
        "JOIN concurrency_lease ON concurrency_lease.id = lease_id "
        "JOIN concurrency_limit ON concurrency_limit.id = limit_id WHERE lease_id = ?",
        (str(lease_id),),
    )
    for row in rows:
        limit = limit_of(row, moment)
        held_for = max(0.0, (moment - datetime.fromisoformat(row["since"])).total_seconds())
        if limit.decay:
            # What has decayed is free already, and may have been taken by others: it is not given back twice.
            left = max(0.0, row["slots"] - limit.decay * held_for)
            yield _counted(limit, max(0.0, limit.loose - left), moment, fence=limit.fence)
        yield _occupancy(limit.id, held_for)
    yield from revoke_leases([str(lease_id)])
    return [row["name"] for row in rows]


def _occupancy(limit_id: str, seconds: float) -> Statement:
    """Let the average time for which slots are held follow what was seen last."""
    return Statement(
        "UPDATE concurrency_limit SET avg_slot_occupancy_seconds = "
        "0.9 * avg_slot_occupancy_seconds + 0.1 * ?, updated = ? WHERE id = ?",
        (seconds, timestamp_text(now()), limit_id),
    )


def revoke_leases(ids: Sequence[str]) -> Transaction[None]:
    """End leases with the slots that they hold."""
    if ids:
        yield Statement(f"DELETE FROM concurrency_slot WHERE lease_id IN ({_marks(ids)})", ids)
        yield Statement(f"DELETE FROM concurrency_lease WHERE id IN ({_marks(ids)})", ids)


def free_all_held(limit_id: str) -> Transaction[None]:
    """Take the slots of a limit from whoever holds them."""
    yield Statement("DELETE FROM concurrency_slot WHERE limit_id = ?", (limit_id,))
    # A lease that lapses goes by itself; one that does not is of no use without slots.
    yield Statement(
        "DELETE FROM concurrency_lease WHERE expires_at IS NULL AND id NOT IN (SELECT lease_id FROM concurrency_slot)"
    )


def forget_lapsed(moment: datetime) -> Transaction[None]:
    """End the leases that have lapsed, and forget those who have stopped waiting without saying so."""
    rows = yield Statement(
        "SELECT id FROM concurrency_lease WHERE expires_at <= ?", (timestamp_text(moment),)
    )
    yield from revoke_leases([row["id"] for row in rows])
    yield Statement("DELETE FROM concurrency_ticket WHERE expires_at <= ?", (timestamp_text(moment),))


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
