"""The tables in a PostgreSQL database, managed by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from prefect.store.migrations.history import revisions_between, revisions_to_undo
from prefect.store.postgres_connection import Connection, PostgresOptions, connect
from prefect.store.postgres_errors import DRIVER_ERRORS, explain
from prefect.store.postgres_schema import (
    build_indexes,
    drop_everything,
    prepare,
    stamp,
    upgrade,
    version_of,
    what_is_missing,
)

R = TypeVar("R")


class PostgresManagedSchema:
    """Implements `prefect.store.managed_schema.ManagedSchema` on a PostgreSQL database."""

    def __init__(self, options: PostgresOptions) -> None:
        self.options = replace(options, statement_timeout=options.migration_timeout)
        self.place = options.place

    def version(self) -> int:
        """See `ManagedSchema.version`."""
        return self._do(lambda connection: version_of(connection, self.place))

    def pending(self, version: int) -> list[str]:
        """See `ManagedSchema.pending`."""

        async def look(connection: Connection) -> list[str]:
            present = await version_of(connection, self.place)
            ahead = revisions_between(present, version)
            missing = await what_is_missing(connection)
            return [
                *(statement for revision in ahead for statement in revision.before),
                *missing.tables,
                *missing.columns,
                *(statement for revision in ahead for statement in revision.after),
                *missing.indexes,
            ]

        return self._do(look)

    def upgrade(self, version: int) -> None:
        """See `ManagedSchema.upgrade`."""

        async def do(connection: Connection) -> None:
            await upgrade(connection, self.place, version)
            await build_indexes(connection)

        self._do(do)

    def downgrade(self, version: int) -> None:
        """See `ManagedSchema.downgrade`."""

        async def do(connection: Connection) -> None:
            await version_of(connection, self.place)
            await connection.execute("BEGIN")
            for revision in revisions_to_undo(version):
                for statement in revision.undo:
                    await connection.execute(statement)
            await stamp(connection, version)
            await connection.execute("COMMIT")

        self._do(do)

    def reset(self) -> None:
        """See `ManagedSchema.reset`."""

        async def do(connection: Connection) -> None:
            await version_of(connection, self.place)
            await drop_everything(connection)
            await prepare(connection, self.place)

        self._do(do)

    def stamp(self, version: int) -> None:
        """See `ManagedSchema.stamp`."""

        async def do(connection: Connection) -> None:
            await version_of(connection, self.place)
            await stamp(connection, version)

        self._do(do)

    def _do(self, what: Callable[[Connection], Coroutine[Any, Any, R]]) -> R:
        """Do something on a connection of its own.

        Raises:
            DatabaseError: The database cannot be used.
        """

        async def do() -> R:
            connection = await connect(self.options)
            try:
                return await what(connection)
            except DRIVER_ERRORS as error:
                raise explain(error, self.place) from error
            finally:
                connection.terminate()

        return asyncio.run(do())
