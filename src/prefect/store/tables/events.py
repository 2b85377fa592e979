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
    indexes={"event_by_time": "(occurred, id)", "event_by_resource": "(resource_id, occurred)"},
    served_indexes={"event_by_name": "(event, occurred)"},
    ordered=True,
)

EVENT_INVOLVED = Table(
    "event_involved",
    {
        "resource_id": TEXT_COLUMN,
        "event_id": UUID_COLUMN,
        "position": INTEGER_COLUMN,
        "role": TEXT_COLUMN,
    },
    primary_key=("resource_id", "event_id", "position"),
    options="WITHOUT ROWID",
)
"""What had a part in an event: an index from these to the event. What the event is about has one in EVENT."""

TABLES: tuple[Table, ...] = (EVENT, EVENT_INVOLVED)
