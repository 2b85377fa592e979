"""The tables of artifacts: every version, and the latest of each key."""

from __future__ import annotations

from prefect.store.tables.table import Table

TABLES: tuple[Table, ...] = ()
