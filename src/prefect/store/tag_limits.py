"""Operations on the limits of tags: how many task runs with a tag may be running at once.

The limit of the tag `db` is the named limit `tag:db`; the task runs that hold its slots are the holders of its leases.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect._processes import ProcessIdentity
from prefect.exceptions import ConcurrencyRequestRefused, ConcurrencySlotsTaken, ObjectNotFound
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimit,
    ConcurrencyLimitCreate,
    MinimalConcurrencyLimitResponse,
)
from prefect.schemas.paging import Offset
from prefect.settings import get_current_settings
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_limits import delete_limit
from prefect.store.concurrency_slots import (
    Lease,
    forget_lapsed,
    free_all_held,
    gone_ids,
    release_lease,
    take_slots,
)
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.concurrency import CONCURRENCY_LEASE, CONCURRENCY_LIMIT, CONCURRENCY_SLOT

PREFIX = "tag:"
"""What the names of the limits of tags begin with."""


@operation("POST", "/concurrency_limits/", status=201)
def create_concurrency_limit(concurrency_limit: ConcurrencyLimitCreate) -> Transaction[ConcurrencyLimit]:
    """Limit the task runs with a tag; a tag that has a limit gets the new one."""
    moment = now()
    name = PREFIX + concurrency_limit.tag
    values = {
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "name": name,
        "active": True,
        "slot_limit": concurrency_limit.concurrency_limit,
        "active_slots": 0,
        "counted_at": moment,
        "denied_slots": 0,
        "slot_decay_per_second": 0,
        "avg_slot_occupancy_seconds": 2.0,
        "fence": 0,
    }
    rows = yield Statement(
        f"{CONCURRENCY_LIMIT.insert.removesuffix('DO NOTHING')} (name) DO UPDATE SET "
        "slot_limit = excluded.slot_limit, updated = excluded.updated RETURNING *",
        CONCURRENCY_LIMIT.encode(values),
    )
    return (yield from _records(rows, moment))[0]


@operation("GET", "/concurrency_limits/{id}", reads=True)
def read_concurrency_limit(id: UUID) -> Transaction[ConcurrencyLimit]:
    """Return the limit of a tag by its id.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    rows = yield Statement(
        "SELECT * FROM concurrency_limit WHERE id = ? AND substr(name, 1, 4) = 'tag:'", (str(id),)
    )
    if not rows:
        _not_found(str(id))
    return (yield from _records(rows, now()))[0]


@operation("GET", "/concurrency_limits/tag/{tag}", reads=True)
def read_concurrency_limit_by_tag(tag: str) -> Transaction[ConcurrencyLimit]:
    """Return the limit of a tag.

    Raises:
        ObjectNotFound: The tag has no limit.
    """
    row = yield from _find(tag)
    return (yield from _records([row], now()))[0]


@operation("POST", "/concurrency_limits/filter", reads=True)
def read_concurrency_limits(limit: int = 200, offset: Offset = 0) -> Transaction[list[ConcurrencyLimit]]:
    """Return the limits of tags in the order of the tags.

    Args:
        limit: How many at most.
        offset: How many to pass over.
    """
    rows = yield Statement(
        "SELECT * FROM concurrency_limit WHERE substr(name, 1, 4) = 'tag:' ORDER BY name LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return (yield from _records(rows, now()))


@operation("DELETE", "/concurrency_limits/{id}")
def delete_concurrency_limit(id: UUID) -> Transaction[None]:
    """Delete the limit of a tag by its id.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    limit = yield from read_concurrency_limit(id)
    yield from delete_limit(str(limit.id))


@operation("DELETE", "/concurrency_limits/tag/{tag}")
def delete_concurrency_limit_by_tag(tag: str) -> Transaction[None]:
    """Delete the limit of a tag.

    Raises:
        ObjectNotFound: The tag has no limit.
    """
    row = yield from _find(tag)
    yield from delete_limit(row["id"])


@operation("POST", "/concurrency_limits/tag/{tag}/reset")
def reset_concurrency_limit_by_tag(tag: str, slot_override: list[UUID] | None = None) -> Transaction[None]:
    """Free all slots of a tag.

    Args:
        tag: The tag.
        slot_override: The task runs that shall hold slots from now on.

    Raises:
        ObjectNotFound: The tag has no limit.
    """
    row = yield from _find(tag)
    moment = now()
    yield from free_all_held(row["id"])
    fence = row["fence"]
    for task_run_id in slot_override or ():
        fence += 1
        lease = {"id": uuid7(), "created": moment, "holder_type": "task_run", "holder_id": task_run_id}
        slot = {"limit_id": UUID(row["id"]), "lease_id": lease["id"], "slots": 1, "fence": fence}
        yield Statement(CONCURRENCY_LEASE.insert, CONCURRENCY_LEASE.encode(lease))
        yield Statement(CONCURRENCY_SLOT.insert, CONCURRENCY_SLOT.encode(slot))
    text = timestamp_text(moment)
    yield Statement(
        "UPDATE concurrency_limit SET active_slots = 0, counted_at = ?, updated = ?, fence = ? WHERE id = ?",
        (text, text, fence, row["id"]),
    )


@operation("POST", "/concurrency_limits/increment")
def increment_concurrency_limits_v1(
    names: list[str], task_run_id: UUID, process: ProcessIdentity | None = None
) -> Transaction[list[MinimalConcurrencyLimitResponse]]:
    """Take a slot of each of these tags for a task run, or none. A slot that the run holds counts as taken.

    They do not lapse: they are free when they are given back, or when the process has ended.

    Raises:
        ConcurrencySlotsTaken: A slot is not free now.
        ConcurrencyRequestRefused: A limit is 0: the run can never start.
    """
    yield from forget_lapsed(now())
    limits = yield from _limits_of(names)
    holding = {row["limit_id"] for row in (yield from _slots_of(task_run_id))}
    wanted = [row for row in limits if row["id"] not in holding]
    for row in wanted:
        if row["slot_limit"] <= 0 and row["active"]:
            raise ConcurrencyRequestRefused(
                f'The concurrency limit on tag "{_tag(row)}" is 0 and will deadlock if the task tries to run again.'
            )
    holder = ConcurrencyLeaseHolder(type="task_run", id=task_run_id)
    try:
        for row in wanted:
            yield from take_slots(
                [row["name"]], 1, "concurrency", lease=Lease(uuid7(), None, holder, process)
            )
    except ConcurrencySlotsTaken as error:
        raise ConcurrencySlotsTaken(
            f"Concurrency limit for the {', '.join(_tag(row) for row in wanted)} tag has been reached",
            get_current_settings().server.tasks.tag_concurrency_slot_wait_seconds,
        ) from error
    return [_minimal(row) for row in limits]


@operation("POST", "/concurrency_limits/decrement")
def decrement_concurrency_limits_v1(
    names: list[str], task_run_id: UUID
) -> Transaction[list[MinimalConcurrencyLimitResponse]]:
    """Give back the slots of these tags that a task run holds, if any."""
    limits = yield from _limits_of(names)
    wanted = {row["id"] for row in limits}
    for slot in (yield from _slots_of(task_run_id)):
        if slot["limit_id"] in wanted:
            yield from release_lease(UUID(slot["lease_id"]))
    return [_minimal(row) for row in limits]


def _limits_of(tags: Iterable[str]) -> Transaction[list[Row]]:
    names = [PREFIX + tag for tag in dict.fromkeys(tags)]
    marks = ", ".join("?" * len(names))
    return (yield Statement(f"SELECT * FROM concurrency_limit WHERE name IN ({marks}) ORDER BY name", names))


def _slots_of(task_run_id: UUID) -> Transaction[list[Row]]:
    return (
        yield Statement(
            "SELECT limit_id, lease_id FROM concurrency_slot JOIN concurrency_lease ON id = lease_id "
            "WHERE holder_type = 'task_run' AND holder_id = ?",
            (str(task_run_id),),
        )
    )


def _find(tag: str) -> Transaction[Row]:
    rows = yield from _limits_of([tag])
    if not rows:
        _not_found(tag)
    return rows[0]


def _not_found(tag: str) -> NoReturn:
    raise ObjectNotFound(
        KeyError(tag),
        f"There is no concurrency limit for the tag {tag!r}. "
        "`prefect concurrency-limit ls` lists those that there are.",
    )


def _tag(row: Row) -> str:
    return row["name"].removeprefix(PREFIX)


def _minimal(row: Row) -> MinimalConcurrencyLimitResponse:
    return MinimalConcurrencyLimitResponse(id=row["id"], name=_tag(row), limit=row["slot_limit"])


def _records(rows: list[Row], moment: datetime) -> Transaction[list[ConcurrencyLimit]]:
    ids = [row["id"] for row in rows]
    holders = yield Statement(
        "SELECT * FROM concurrency_slot JOIN concurrency_lease ON id = lease_id "
        f"WHERE limit_id IN ({', '.join('?' * len(ids))}) AND holder_type = 'task_run' "
        "AND (expires_at IS NULL OR expires_at > ?) ORDER BY fence",
        (*ids, timestamp_text(moment)),
    )
    held: dict[str, list[str]] = {each: [] for each in ids}
    gone = set(gone_ids(holders))
    for holder in holders:
        if holder["id"] in gone:
            continue
        held[holder["limit_id"]].append(holder["holder_id"])
    return [
        ConcurrencyLimit.model_validate(
            {
                "id": row["id"],
                "created": row["created"],
                "updated": row["updated"],
                "tag": _tag(row),
                "concurrency_limit": row["slot_limit"],
                "active_slots": held[row["id"]],
            }
        )
        for row in rows
    ]
