"""Operations on named concurrency limits: create, read, change, delete, and who holds their slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimitV2,
    ConcurrencyLimitV2Create,
    ConcurrencyLimitV2Update,
    GlobalConcurrencyLimitResponse,
    SlotHolder,
)
from prefect.schemas.paging import Offset
from prefect.schemas.resources import ID, NAME
from prefect.store.columns import timestamp_text
from prefect.store.concurrency_slots import (
    Limit,
    count_alive,
    count_held,
    free_all_held,
    gone_ids,
    limit_of,
)
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.concurrency import CONCURRENCY_LIMIT

ALL = 2**31


@operation("POST", "/v2/concurrency_limits/", status=201)
def create_concurrency_limit_v2(
    concurrency_limit: ConcurrencyLimitV2Create,
) -> Transaction[ConcurrencyLimitV2]:
    """Create a named limit.

    Raises:
        ObjectAlreadyExists: There is a limit of this name.
    """
    moment = now()
    values = {
        **concurrency_limit.model_dump(exclude={"limit"}),
        "id": uuid7(),
        "created": moment,
        "updated": moment,
        "slot_limit": concurrency_limit.limit,
        "counted_at": moment,
        "avg_slot_occupancy_seconds": 2.0,
        "fence": 0,
    }
    yield from _refuse_duplicate(concurrency_limit.name, None)
    yield Statement(CONCURRENCY_LIMIT.insert, CONCURRENCY_LIMIT.encode(values))
    yield from _tell(values, "created", moment)
    return ConcurrencyLimitV2.model_validate({**values, "limit": concurrency_limit.limit})


@operation("GET", "/v2/concurrency_limits/{id_or_name}", reads=True)
def read_concurrency_limit_v2(id_or_name: UUID | str) -> Transaction[GlobalConcurrencyLimitResponse]:
    """Return a limit as it stands now.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    moment = now()
    row = yield from find_limit(id_or_name)
    return (yield from _records([row], moment))[0]


@operation("POST", "/v2/concurrency_limits/filter", reads=True)
def read_all_concurrency_limits_v2(
    limit: int = 200, offset: Offset = 0
) -> Transaction[list[GlobalConcurrencyLimitResponse]]:
    """Return limits in the order of their names.

    Args:
        limit: How many at most.
        offset: How many to pass over.
    """
    moment = now()
    rows = yield Statement("SELECT * FROM concurrency_limit ORDER BY name LIMIT ? OFFSET ?", (limit, offset))
    return (yield from _records(rows, moment))


@operation("PATCH", "/v2/concurrency_limits/{id_or_name}", status=204)
def update_concurrency_limit_v2(
    id_or_name: UUID | str, concurrency_limit: ConcurrencyLimitV2Update
) -> Transaction[None]:
    """Change a limit. `active_slots` below what leases hold takes the slots from their holders.

    Raises:
        ObjectNotFound: There is no such limit.
        ObjectAlreadyExists: There is a limit of the new name.
    """
    moment = now()
    row = yield from find_limit(id_or_name)
    present = limit_of(row, moment)
    yield from count_held([present], moment)
    sent = concurrency_limit.model_dump(exclude_unset=True)
    changes = {name: value for name, value in sent.items() if value is not None}
    if "name" in changes:
        yield from _refuse_duplicate(changes["name"], row["id"])
    if "limit" in changes:
        changes["slot_limit"] = changes.pop("limit")
    decay = changes.get("slot_decay_per_second", present.decay)
    taken = changes.pop("active_slots", None)
    if taken is not None:
        if taken < present.held:
            yield from free_all_held(row["id"])
            present.held = 0
        changes["active_slots"] = taken if decay else taken - present.held
    elif bool(decay) != bool(present.decay):
        # Held slots are counted with the others while there is decay, and one by one while there is none.
        present.loose += present.held if decay else -present.held
        changes["active_slots"] = max(0.0, present.loose)
    else:
        changes["active_slots"] = present.loose
    changes |= {"counted_at": moment, "updated": moment}
    parameters = [*CONCURRENCY_LIMIT.encode(changes, tuple(changes)), row["id"]]
    yield Statement(CONCURRENCY_LIMIT.update(changes), parameters)
    yield from _tell({**dict(row), **changes}, "updated", moment)


@operation("DELETE", "/v2/concurrency_limits/{id_or_name}", status=204)
def delete_concurrency_limit_v2(id_or_name: UUID | str) -> Transaction[None]:
    """Delete a limit; whoever holds its slots goes on without them.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    row = yield from find_limit(id_or_name)
    yield from delete_limit(row["id"])
    yield from _tell(row, "deleted", now())


def delete_limit(limit_id: str) -> Transaction[None]:
    """Delete a limit with its held slots and its queue."""
    yield from free_all_held(limit_id)
    yield Statement("DELETE FROM concurrency_ticket WHERE limit_id = ?", (limit_id,))
    yield Statement("DELETE FROM concurrency_limit WHERE id = ?", (limit_id,))


@operation("GET", "/v2/concurrency_limits/{id_or_name}/holders", reads=True)
def read_concurrency_limit_holders(id_or_name: UUID | str) -> Transaction[list[SlotHolder]]:
    """Return who holds slots of a limit, the longest holder first.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    moment = now()
    row = yield from find_limit(id_or_name)
    rows = yield Statement(
        "SELECT * FROM concurrency_slot JOIN concurrency_lease ON id = lease_id "
        "WHERE limit_id = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY fence",
        (row["id"], timestamp_text(moment)),
    )
    gone = set(gone_ids(rows))
    return [_holder(each) for each in rows if each["id"] not in gone]


def _holder(row: Row) -> SlotHolder:
    held_by = (
        ConcurrencyLeaseHolder(type=row["holder_type"], id=row["holder_id"]) if row["holder_type"] else None
    )
    return SlotHolder.model_validate({**dict(row), "since": row["created"], "holder": held_by})


def find_limit(id_or_name: UUID | str) -> Transaction[Row]:
    """Return the row of a limit.

    Raises:
        ObjectNotFound: There is no such limit.
    """
    text = str(id_or_name)
    rows = yield Statement("SELECT * FROM concurrency_limit WHERE id = ? OR name = ?", (text, text))
    if not rows:
        _not_found(id_or_name)
    return rows[0]


def _tell(limit: Mapping[str, Any], what: str, moment: datetime) -> Transaction[None]:
    """Tell that a limit was created, updated or deleted."""
    payload = {
        "name": limit["name"],
        "limit": limit["slot_limit"],
        "active": bool(limit["active"]),
        "slot_decay_per_second": limit["slot_decay_per_second"],
    }
    labels = {ID: f"prefect.concurrency-limit.{limit['id']}", NAME: limit["name"]}
    event = EventRow(uuid7(), moment, f"prefect.concurrency-limit.{what}", labels, payload=payload)
    yield from insert_events([event])


def limits_by_id(
    ids: Sequence[str], moment: datetime
) -> Transaction[dict[str, GlobalConcurrencyLimitResponse]]:
    """Return those limits that there are, by their ids, as they stand at a moment."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, GlobalConcurrencyLimitResponse] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = yield Statement(
            f"SELECT * FROM concurrency_limit WHERE id IN ({', '.join('?' * len(some))})", some
        )
        for record in (yield from _records(rows, moment)) if rows else []:
            found[str(record.id)] = record
    return found


def _not_found(id_or_name: UUID | str) -> NoReturn:
    raise ObjectNotFound(
        KeyError(id_or_name),
        f"There is no concurrency limit {str(id_or_name)!r}. "
        "`prefect global-concurrency-limit ls` lists those that there are.",
    )


def _refuse_duplicate(name: str, except_id: str | None) -> Transaction[None]:
    rows = yield Statement("SELECT id FROM concurrency_limit WHERE name = ?", (name,))
    if rows and rows[0]["id"] != except_id:
        raise ObjectAlreadyExists(
            KeyError(name),
            f"There is a concurrency limit {name!r} already. Choose another name, or update it.",
        )


def _records(rows: list[Row], moment: datetime) -> Transaction[list[GlobalConcurrencyLimitResponse]]:
    limits = [limit_of(row, moment) for row in rows]
    yield from count_alive(limits, moment)
    return [
        GlobalConcurrencyLimitResponse.model_validate(_values(row, limit))
        for row, limit in zip(rows, limits, strict=True)
    ]


def _values(row: Row, limit: Limit) -> dict[str, Any]:
    values = CONCURRENCY_LIMIT.decode(row)
    return {**values, "limit": limit.slots, "active_slots": limit.whole_slots_taken}
