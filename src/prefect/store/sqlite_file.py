"""The SQLite file: opened with the right pragmas, created at the newest schema, refused when it is not ours."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from prefect.exceptions import ConstraintViolated, DatabaseError, UnstorableValue
from prefect.store.migrations.history import SCHEMA_VERSION, must_not_be_newer
from prefect.store.sqlite_schema import APPLICATION_ID, upgrade

BUSY_TIMEOUT = 60.0
"""How long, in seconds, to wait for another process that is writing."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the database of the runs, creating the file and its folder when they are missing.

    Args:
        path: The database file.
        read_only: Open for reading; a missing file is an error.

    Raises:
        DatabaseError: The file or its folder cannot be used; the message says why and what to do.
    """
    try:
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = _open(path, read_only=read_only)
    except OSError as error:
        raise DatabaseError(_not_writable(path, error)) from error
    except sqlite3.Error as error:
        raise explain(error, path) from error
    return connection


def connect_to_look(path: Path) -> sqlite3.Connection:
    """Open a file that is there without changing anything in it.

    Raises:
        DatabaseError: It cannot be used, or is not ours.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT)
        connection.row_factory = sqlite3.Row
        _ownership(connection, path)
    except sqlite3.Error as error:
        raise explain(error, path) from error
    return connection


def _open(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if read_only and not path.exists():
        raise DatabaseError(f"There is no database at {path} yet: no flow has run with this PREFECT_HOME.")
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        _prepare(connection, path, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    ownership = _ownership(connection, path)
    if ownership == "empty" and read_only:
        raise DatabaseError(f"The database {path} is empty: no flow has run with this PREFECT_HOME.")
    if ownership != "ours" and not read_only:
        _create(connection, path)
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -20000")
    connection.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")


def _ownership(connection: sqlite3.Connection, path: Path) -> str:
    """Return "ours", "older" (ours, from a release that lacked some tables) or "empty"; refuse any other file."""
    # One statement sees one moment of the file, which another process may be creating just now.
    application_id, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT group_concat(name) FROM sqlite_master WHERE type = 'table') "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if application_id == APPLICATION_ID:
        must_not_be_newer(version, f"The database {path}")
        return "ours" if version == SCHEMA_VERSION else "older"
    if not tables and application_id == 0:
        return "empty"
    whose = "the original Prefect server" if "alembic_version" in (tables or "") else "another program"
    raise DatabaseError(
        f"The database {path} belongs to {whose}; it is left untouched. "
        "Set PREFECT_HOME to another folder, or move that file away."
    )


def _create(connection: sqlite3.Connection, path: Path) -> None:
    """Bring an empty or older file to the present schema.

    Several processes may try at once; one does it, the others find it done.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError as error:
            # Changing the journal mode does not wait for other processes as statements do.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    try:
        if _ownership(connection, path) != "ours":
            upgrade(connection, SCHEMA_VERSION)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the file right now, so that trying again will help."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


_ABOUT_THE_FILE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOTADB,
    }
)


def concerns_file(error: sqlite3.Error) -> bool:
    """Whether an error is about the file as a whole, and not about one statement or row."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _ABOUT_THE_FILE


def explain_refusal(error: Exception) -> DatabaseError:
    """Turn an error of SQLite about one row or value into one that is the same for all databases."""
    if isinstance(error, sqlite3.IntegrityError):
        return ConstraintViolated(f"A row cannot be stored: {error}.")
    return UnstorableValue(f"A value cannot be stored: {error}.")


def explain(error: sqlite3.Error, path: Path) -> DatabaseError:
    """Turn an error of SQLite into one that says what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return DatabaseError(
            f"{path} is not an SQLite database; it is left untouched. "
            "Set PREFECT_HOME to another folder, or move that file away."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return DatabaseError(_not_writable(path, error))
    if code == sqlite3.SQLITE_FULL:
        return DatabaseError(f"The disk that holds {path} is full. Free some space and run again.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseError(
            f"Another process has held the database {path} for more than {BUSY_TIMEOUT:g} seconds. "
            "Look for a program that keeps a transaction open on it."
        )
    if code == sqlite3.SQLITE_CORRUPT:
        return DatabaseError(
            f"The database {path} is damaged ({error}). Move it away and run again; "
            f"`sqlite3 {path} .recover` may save what it holds."
        )
    return DatabaseError(f"The database {path} cannot be used: {error}.")


def _not_writable(path: Path, error: Exception) -> str:
    return (
        f"Runs cannot be recorded in {path}: {error}. "
        f"Make the folder {path.parent} writable, or set PREFECT_HOME to one that is."
    )
