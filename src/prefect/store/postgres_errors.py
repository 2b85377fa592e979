"""What PostgreSQL's errors mean for whoever runs a transaction: once more, elsewhere, or not at all."""

from __future__ import annotations

import asyncpg

from prefect.exceptions import ConstraintViolated, DatabaseError, DatabaseUnavailable, UnstorableValue

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a statement, or a connection, can raise; a statement that took too long is an `OSError` (TimeoutError)."""

_CLASHES = frozenset({"40001", "40P01"})
"""Serialisation failure and deadlock: the transaction was undone for the sake of another one."""

_GOING_AWAY = frozenset({"57P01", "57P02", "57P03"})
"""The server is shutting down or starting."""

_REPLICA = "25006"
"""The server has become a replica, which takes no writes; another one does."""

_FULL = frozenset({"53000", "53100", "53200", "53300", "53400"})
"""No disk, memory or connection is left."""


def is_clash(error: BaseException) -> bool:
    """Whether a transaction was undone only because of another one, so that running it again will help.

    A key that is taken counts: the one who has it may have come in between, and a second run will see him. So does a
    statement that was prepared before the tables changed.
    """
    return isinstance(error, asyncpg.PostgresError) and (
        error.sqlstate in _CLASHES
        or isinstance(error, (asyncpg.UniqueViolationError, asyncpg.InvalidCachedStatementError))
    )


def is_taken_key(error: BaseException) -> bool:
    """Whether an error says that another row has this key."""
    return isinstance(error, asyncpg.UniqueViolationError)


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, so that what was not committed is undone."""
    if isinstance(error, asyncpg.PostgresError):
        return isinstance(error, asyncpg.PostgresConnectionError) or error.sqlstate in _GOING_AWAY
    return isinstance(error, DRIVER_ERRORS) and not isinstance(error, TimeoutError)


def is_replica(error: BaseException) -> bool:
    """Whether the server refused to write because it only reads."""
    return isinstance(error, asyncpg.PostgresError) and error.sqlstate == _REPLICA


def explain(error: Exception, place: str) -> Exception:
    """Turn an error of PostgreSQL into one that says what to do; a mistake in SQL is returned as it is.

    Args:
        error: What was raised by a statement or by connecting.
        place: The database in words, without its password.
    """
    match error:
        case asyncpg.IntegrityConstraintViolationError():
            where = error.table_name or "a table"
            return ConstraintViolated(f"A row cannot be stored in {where}: {error.detail or error}")
        case asyncpg.DataError() | asyncpg.ProgramLimitExceededError():
            return UnstorableValue(f"A value cannot be stored: {error}")
        case asyncpg.PostgresError() if is_clash(error):
            return DatabaseUnavailable(f"{place} has too much to do at once ({error}). Ask again later.")
        case asyncpg.PostgresError() if error.sqlstate in _FULL:
            return DatabaseUnavailable(f"{place} has no room left: {error}.")
        case _:
            return _explain_unreachable(error, place)


def _explain_unreachable(error: Exception, place: str) -> Exception:
    match error:
        case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
            return DatabaseError(
                f"{place} does not let us in: {error}. Check user and password of the connection URL."
            )
        case asyncpg.InvalidCatalogNameError():
            return DatabaseError(
                f"{place} does not exist. Create it (`createdb`), or correct the connection URL."
            )
        case asyncpg.InsufficientPrivilegeError() | asyncpg.InvalidSchemaNameError():
            return DatabaseError(
                f"{place} does not let this user work in it: {error}. Make the user the owner of the database, or let "
                "him make tables: GRANT USAGE, CREATE ON SCHEMA public TO ..."
            )
        case asyncpg.QueryCanceledError() | TimeoutError():
            return DatabaseUnavailable(
                f"{place} did not answer in time. If it is slow, and not away, raise PREFECT_SERVER_DATABASE_TIMEOUT."
            )
        case _ if is_lost(error) or is_replica(error):
            return DatabaseUnavailable(
                f"{place} cannot be reached: {error}. Check that it runs, and the connection URL."
            )
        case _:
            return error
