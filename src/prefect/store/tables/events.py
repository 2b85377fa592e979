"""The tables of events and of what they are about."""

from __future__ import annotations

from prefect.store.columns import INTEGER_COLUMN, JSON_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

EVENT = Table(
    "event",
    {
        "id": UUID_COLUMN,
        "occurred": TIMESTAMP_COLUMN,
        "event": TEXT_COLUMN,
        "resource_id": TEXT_COLUMN,
        "resource": JSON_COLUMN,
        "related": JSON_COLUMN,
        "payload": JSON_COLUMN,
        "received": TIMESTAMP_COLUMN,
        "follows": UUID_COLUMN,
    },
    not_null=frozenset({"occurred", "event", "resource_id", "resource", "related", "payload", "received"}),
    indexes={
        "event_by_time": "(occurred, id)",
        "event_by_name": "(event, occurred)",
        "event_by_resource": "(resource_id, occurred)",
    },
)

EVENT_RESOURCE = Table(
    "event_resource",
    {
        "event_id": UUID_COLUMN,
        "position": INTEGER_COLUMN,
        "resource_id": TEXT_COLUMN,
        "role": TEXT_COLUMN,
        "labels": JSON_COLUMN,
    },
    primary_key=("event_id", "position"),
    options="WITHOUT ROWID",
    not_null=frozenset({"resource_id", "labels"}),
    indexes={"event_resource_by_resource": "(resource_id)", "event_resource_by_role": "(role)"},
)
"""What an event is about (position 0, no role), and what had a part in it."""

TABLES: tuple[Table, ...] = (EVENT, EVENT_RESOURCE)
