"""The tables of concurrency limits, of the leases that hold their slots, and of those who wait for slots.

A slot that is held is a row of `concurrency_slot`; it belongs to a lease, which lapses. Slots that nobody holds but are
taken all the same (those of rate limits, and those of old clients) are the number `active_slots` of the limit, as it
was at `counted_at`. A row of `key_lock` is a lock on a key, which one holder has.
"""

from __future__ import annotations

from prefect.store.columns import (
    BOOLEAN_COLUMN,
    INTEGER_COLUMN,
    SECONDS_COLUMN,
    TEXT_COLUMN,
    TIMESTAMP_COLUMN,
    UUID_COLUMN,
)
from prefect.store.tables.table import Table

_PROCESS = {"machine": TEXT_COLUMN, "pid": INTEGER_COLUMN, "began": TEXT_COLUMN}

CONCURRENCY_LIMIT = Table(
    "concurrency_limit",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "name": TEXT_COLUMN,
        "active": BOOLEAN_COLUMN,
        "slot_limit": INTEGER_COLUMN,
        "active_slots": SECONDS_COLUMN,
        "counted_at": TIMESTAMP_COLUMN,
        "denied_slots": INTEGER_COLUMN,
        "slot_decay_per_second": SECONDS_COLUMN,
        "avg_slot_occupancy_seconds": SECONDS_COLUMN,
        "fence": INTEGER_COLUMN,
    },
    not_null=frozenset({"name", "slot_limit", "active_slots", "counted_at", "fence"}),
    unique=("name",),
)

CONCURRENCY_LEASE = Table(
    "concurrency_lease",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "expires_at": TIMESTAMP_COLUMN,
        "holder_type": TEXT_COLUMN,
        "holder_id": UUID_COLUMN,
        **_PROCESS,
    },
    not_null=frozenset({"created"}),
    indexes={"concurrency_lease_by_expiry": "(expires_at)"},
)

CONCURRENCY_SLOT = Table(
    "concurrency_slot",
    {"limit_id": UUID_COLUMN, "lease_id": UUID_COLUMN, "slots": INTEGER_COLUMN, "fence": INTEGER_COLUMN},
    primary_key=("limit_id", "lease_id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"slots", "fence"}),
    indexes={"concurrency_slot_by_lease": "(lease_id)"},
)

CONCURRENCY_TICKET = Table(
    "concurrency_ticket",
    {
        "limit_id": UUID_COLUMN,
        "id": UUID_COLUMN,
        "number": INTEGER_COLUMN,
        "slots": INTEGER_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "expires_at": TIMESTAMP_COLUMN,
        "holder_type": TEXT_COLUMN,
        "holder_id": UUID_COLUMN,
        **_PROCESS,
    },
    primary_key=("limit_id", "id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"number", "slots", "expires_at"}),
    indexes={"concurrency_ticket_by_id": "(id)"},
)

KEY_LOCK = Table(
    "key_lock",
    {"key": TEXT_COLUMN, "holder": TEXT_COLUMN, "expires_at": TIMESTAMP_COLUMN, **_PROCESS},
    primary_key=("key",),
    options="WITHOUT ROWID",
    not_null=frozenset({"holder"}),
)

TABLES: tuple[Table, ...] = (
    CONCURRENCY_LIMIT,
    CONCURRENCY_LEASE,
    CONCURRENCY_SLOT,
    CONCURRENCY_TICKET,
    KEY_LOCK,
)
