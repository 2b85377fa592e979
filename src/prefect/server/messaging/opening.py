"""The bell that belongs to a database."""

from __future__ import annotations

from prefect.server.messaging.bells import Bell, LocalBell
from prefect.server.messaging.ringing import RingingDatabase
from prefect.store.database import Database
from prefect.store.sqlite_database import SqliteDatabase


def with_bell(database: Database) -> RingingDatabase:
    """Return a database that rings for what it writes.

    On SQLite the bell is heard in this process, others on the same file look once a second; on PostgreSQL it is heard
    by all servers.
    """
    return RingingDatabase(database, _bell(database))


def _bell(database: Database) -> Bell:
    if isinstance(database, SqliteDatabase):
        return LocalBell()
    from prefect.server.messaging.postgres_bell import (
        PostgresBell,
    )  # loads asyncpg, which SQLite does without
    from prefect.store.postgres_database import PostgresDatabase

    return PostgresBell(database) if isinstance(database, PostgresDatabase) else LocalBell()
