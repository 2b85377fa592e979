"""The table of what is sent to a run while it runs."""

from __future__ import annotations

from prefect.store.tables.table import Table

TABLES: tuple[Table, ...] = ()
