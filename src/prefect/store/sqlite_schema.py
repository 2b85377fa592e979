"""The tables in a SQLite file: made when they are missing, brought up to date, compared with what is declared."""

from __future__ import annotations

import sqlite3

from prefect.store.dialects import sqlite_text
from prefect.store.migrations.history import revisions_between
from prefect.store.tables import TABLES

APPLICATION_ID = 0x50464C57
"""Written into the header of every file we make (`PRAGMA application_id`), so that a stranger's file is recognised."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of a file, 0 if it has no tables yet."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring a file to a version, and to what is declared, in the transaction that is open."""
    present = version_of(connection)
    ahead = revisions_between(present, version)
    for revision in ahead:
        for statement in revision.before:
            connection.execute(sqlite_text(statement))
    for statement in what_is_missing(connection):
        connection.execute(statement)
    for revision in ahead:
        for statement in revision.after:
            # In batches here too, where it is written so; the file is ours alone meanwhile.
            while connection.execute(sqlite_text(statement)).rowcount > 0 and "LIMIT" in statement:
                pass
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    stamp(connection, max(version, present))


def stamp(connection: sqlite3.Connection, version: int) -> None:
    """Write which version a file has, and do nothing else."""
    connection.execute(f"PRAGMA user_version = {int(version)}")


def what_is_missing(connection: sqlite3.Connection) -> list[str]:
    """Return the SQL that adds what a file lacks of what is declared: tables, columns, indexes."""
    statements: list[str] = []
    indexes = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    for table in TABLES:
        present = {row["name"] for row in connection.execute(f"PRAGMA table_info({table.name})")}
        if not present:
            statements += table.create_statements()
            continue
        for name in table.columns:
            if name not in present:
                definition = table.column_definition(name, added=True)
                statements.append(f"ALTER TABLE {table.name} ADD COLUMN {definition}")
        statements += [sql for name, sql in table.index_statements().items() if name not in indexes]
    return statements


def drop_everything(connection: sqlite3.Connection) -> None:
    """Drop our tables with all that is in them, in the transaction that is open."""
    for table in TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table.name}")
    stamp(connection, 0)
