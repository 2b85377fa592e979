"""The table of claims on background task runs."""

from __future__ import annotations

from prefect.store.tables.table import Table

TABLES: tuple[Table, ...] = ()
