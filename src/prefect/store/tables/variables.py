"""The table of variables."""

from __future__ import annotations

from prefect.store.tables.table import Table

TABLES: tuple[Table, ...] = ()
