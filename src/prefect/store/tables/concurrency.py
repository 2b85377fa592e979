"""The tables of concurrency limits and of the leases that hold their slots."""

from __future__ import annotations

from prefect.store.tables.table import Table

TABLES: tuple[Table, ...] = ()
