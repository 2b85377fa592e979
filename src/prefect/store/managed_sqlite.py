"""The tables in a SQLite file, managed by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from prefect.exceptions import DatabaseError
from prefect.store import sqlite_schema
from prefect.store.migrations.history import SCHEMA_VERSION, revisions_between, revisions_to_undo
from prefect.store.sqlite_file import connect, connect_to_look, explain
from prefect.store.tables import TABLES


class SqliteManagedSchema:
    """Implements `prefect.store.managed_schema.ManagedSchema` on the file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = f"The database {path}"

    def version(self) -> int:
        """See `ManagedSchema.version`."""
        if not self.path.exists():
            return 0
        with self._looking() as connection:
            return sqlite_schema.version_of(connection)

    def pending(self, version: int) -> list[str]:
        """See `ManagedSchema.pending`."""
        if not self.path.exists():
            return [statement for table in TABLES for statement in table.create_statements()]
        with self._looking() as connection:
            present = sqlite_schema.version_of(connection)
            ahead = revisions_between(present, version)
            before = [statement for revision in ahead for statement in revision.before]
            after = [statement for revision in ahead for statement in revision.after]
            return [*before, *sqlite_schema.what_is_missing(connection), *after]

    def upgrade(self, version: int) -> None:
        """See `ManagedSchema.upgrade`."""
        if not self.path.exists():
            connect(self.path).close()
        with self._changing() as connection:
            sqlite_schema.upgrade(connection, version)

    def downgrade(self, version: int) -> None:
        """See `ManagedSchema.downgrade`."""
        with self._changing() as connection:
            for revision in revisions_to_undo(version):
                for statement in revision.undo:
                    connection.execute(statement)
            sqlite_schema.stamp(connection, version)

    def reset(self) -> None:
        """See `ManagedSchema.reset`."""
        if self.path.exists():
            with self._changing() as connection:
                sqlite_schema.drop_everything(connection)
                sqlite_schema.upgrade(connection, SCHEMA_VERSION)
        else:
            connect(self.path).close()

    def stamp(self, version: int) -> None:
        """See `ManagedSchema.stamp`."""
        with self._changing() as connection:
            sqlite_schema.stamp(connection, version)

    @contextmanager
    def _looking(self) -> Generator[sqlite3.Connection]:
        if not self.path.exists():
            raise DatabaseError(
                f"{self.place} does not exist yet. `prefect server database upgrade` makes it."
            )
        connection = connect_to_look(self.path)
        try:
            yield connection
        except sqlite3.Error as error:
            raise explain(error, self.path) from error
        finally:
            connection.close()

    @contextmanager
    def _changing(self) -> Generator[sqlite3.Connection]:
        with self._looking() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
