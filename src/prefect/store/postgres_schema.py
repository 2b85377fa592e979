"""The tables in a PostgreSQL database: made when they are missing, brought up to date, compared with what is declared.

Several servers may open the same database at once; one of them does the work, under an advisory lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prefect.exceptions import DatabaseError
from prefect.store.migrations.history import SCHEMA_VERSION, must_not_be_newer, revisions_between
from prefect.store.postgres_connection import Connection
from prefect.store.tables import TABLES, Table

_LOCK = 0x50464C57
_VERSION_TABLE = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"
_OURS = "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
_COLUMNS = (
    "SELECT relname AS table, attname AS column FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
)
_INDEXES = (
    "SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True)
class Missing:
    """What a database lacks of what is declared, as the SQL that adds it."""

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    indexes: tuple[str, ...]


async def version_of(connection: Connection, place: str) -> int:
    """Return the version of a database, 0 if it has none of our tables.

    Raises:
        DatabaseError: It belongs to another program, or to a newer release.
    """
    known = (await connection.fetch("SELECT to_regclass('schema_version') IS NOT NULL AS known"))[0]["known"]
    if known and (rows := await connection.fetch("SELECT version FROM schema_version")):
        must_not_be_newer(rows[0]["version"], place)
        return rows[0]["version"]
    present = {row["name"] for row in await connection.fetch(_OURS)}
    taken = sorted(present & {table.name for table in TABLES})
    if taken:
        whose = "the original Prefect server" if "alembic_version" in present else "another program"
        raise DatabaseError(
            f"{place} belongs to {whose} (it has a table {taken[0]!r} that is not ours); it is left untouched. "
            "Use another database, or another schema (PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_SEARCH_PATH)."
        )
    return 0


async def prepare(connection: Connection, place: str, *, migrate: bool = True) -> None:
    """Make the tables in an empty database, or bring those of an older release up to date.

    Args:
        connection: A connection on which no transaction is open.
        place: The database in words.
        migrate: Whether an older one may be changed.

    Raises:
        DatabaseError: The database is not ours, or is older and must not be changed.
    """
    version = await version_of(connection, place)
    if version == SCHEMA_VERSION:
        return
    if version and not migrate:
        raise DatabaseError(
            f"{place} has the tables of an older release (schema {version}; this one needs {SCHEMA_VERSION}). Run "
            "`prefect server database upgrade`, or allow it on start: PREFECT_SERVER_DATABASE_MIGRATE_ON_START=true."
        )
    await upgrade(connection, place, SCHEMA_VERSION)


async def upgrade(connection: Connection, place: str, version: int) -> None:
    """Bring a database to a version, and to what is declared. Indexes of tables that were there are left for later."""
    batched: list[str] = []
    await connection.execute("BEGIN")
    try:
        await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        present = await version_of(connection, place)
        ahead = revisions_between(present, version)
        for revision in ahead:
            for statement in revision.before:
                await connection.execute(statement)
        missing = await what_is_missing(connection)
        if script := "; ".join((*missing.tables, *missing.columns)):
            await connection.execute(script)
        for statement in (each for revision in ahead for each in revision.after):
            if "LIMIT" in statement:
                batched.append(statement)
            else:
                await connection.execute(statement)
        if not batched:
            await stamp(connection, max(version, present))
    except BaseException:
        await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")
    for statement in batched:
        while await connection.execute(statement) not in {"UPDATE 0", "DELETE 0", "INSERT 0 0"}:
            pass
    if batched:
        await stamp(connection, version)


async def stamp(connection: Connection, version: int) -> None:
    """Write which version a database has, and do nothing else."""
    await connection.execute(
        f"{_VERSION_TABLE}; DELETE FROM schema_version; INSERT INTO schema_version (version) VALUES ({int(version)})"
    )


async def what_is_missing(connection: Connection) -> Missing:
    """Compare a database with what is declared. Indexes that were not finished count as missing."""
    columns: dict[str, set[str]] = {}
    for row in await connection.fetch(_COLUMNS):
        columns.setdefault(row["table"], set()).add(row["column"])
    indexes = {row["name"]: row["valid"] for row in await connection.fetch(_INDEXES)}
    new = [table for table in TABLES if table.name not in columns]
    old = [table for table in TABLES if table.name in columns]
    added = [
        f"ALTER TABLE {table.name} ADD COLUMN {table.column_definition(name, 'postgres', added=True)}"
        for table in old
        for name in table.columns
        if name not in columns[table.name]
    ]
    return Missing(
        tuple(statement for table in new for statement in table.create_statements("postgres")),
        tuple(added),
        tuple(_indexing(name, sql, indexes) for table in old for name, sql in _lacking(table, indexes)),
    )


def _lacking(table: Table, indexes: dict[str, bool]) -> list[tuple[str, str]]:
    wanted = table.index_statements("postgres")
    return [(name, sql) for name, sql in wanted.items() if not indexes.get(name)]


def _indexing(name: str, sql: str, indexes: dict[str, bool]) -> str:
    concurrently = sql.replace("INDEX", "INDEX CONCURRENTLY", 1)
    return f"DROP INDEX CONCURRENTLY {name}; {concurrently}" if name in indexes else concurrently


async def build_indexes(connection: Connection) -> Sequence[str]:
    """Build the indexes that are missing while others read and write. Return the statements that were run.

    If another server is at it, nothing is done.
    """
    missing = await what_is_missing(connection)
    if not missing.indexes:
        return ()
    if not (await connection.fetch(f"SELECT pg_try_advisory_lock({_LOCK + 1}) AS mine"))[0]["mine"]:
        return ()
    try:
        missing = await what_is_missing(connection)
        for statements in missing.indexes:
            # Not in one message: that would be a transaction, which building beside others must not be in.
            for statement in statements.split("; "):
                await connection.execute(statement)
    finally:
        await connection.execute(f"SELECT pg_advisory_unlock({_LOCK + 1})")
    return missing.indexes


async def drop_everything(connection: Connection) -> None:
    """Drop our tables with all that is in them."""
    names = [*(table.name for table in TABLES), "schema_version"]
    await connection.execute("; ".join(f"DROP TABLE IF EXISTS {name}" for name in names))
