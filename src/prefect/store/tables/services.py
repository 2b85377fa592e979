"""The tables of the server's services: who does what now, and how long records are kept."""

from __future__ import annotations

from prefect.store.columns import INTEGER_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN
from prefect.store.tables.table import Table

SERVICE_CLAIM = Table(
    "service_claim",
    {"name": TEXT_COLUMN, "owner": TEXT_COLUMN, "expires_at": TIMESTAMP_COLUMN},
    primary_key=("name",),
    options="WITHOUT ROWID",
    not_null=frozenset({"owner", "expires_at"}),
)
"""Which server runs a service: of several on one database, one at a time."""

RETENTION = Table(
    "retention",
    {"kind": TEXT_COLUMN, "seconds": INTEGER_COLUMN, "updated": TIMESTAMP_COLUMN},
    primary_key=("kind",),
    options="WITHOUT ROWID",
)
"""How long records of a kind are kept, where somebody has said so; nothing in `seconds` is for ever."""

TABLES: tuple[Table, ...] = (SERVICE_CLAIM, RETENTION)
