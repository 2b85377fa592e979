"""The tables of blocks: their types, the schemas of their fields, and the documents saved under them."""

from __future__ import annotations

from prefect.store.tables.table import Table

TABLES: tuple[Table, ...] = ()
