"""The database that a URL or a path names, opened."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from prefect.exceptions import ConfigurationError, DatabaseError
from prefect.settings import Settings, get_current_settings
from prefect.store.database import Database
from prefect.store.managed_schema import ManagedSchema
from prefect.store.managed_sqlite import SqliteManagedSchema
from prefect.store.sqlite_database import SqliteDatabase


def open_database(place: str | Path, settings: Settings | None = None) -> Database:
    """Open a database; it is made, or brought up to date, if that is needed and allowed.

    Args:
        place: A path or a URL: `sqlite:///PATH`, `sqlite+aiosqlite:///PATH`, `postgresql://USER:PASSWORD@HOST/NAME`,
            `postgresql+asyncpg://…`.
        settings: Whose section `server.database` tells how to connect; by default the current ones.

    Raises:
        ConfigurationError: It is a URL of another kind.
        DatabaseError: The database cannot be opened.
    """
    if is_postgres(place):
        return _open_postgres(str(place), settings or get_current_settings())
    return SqliteDatabase(sqlite_path(place))


def is_postgres(place: str | Path) -> bool:
    """Whether a URL names a PostgreSQL database."""
    return isinstance(place, str) and place.partition("://")[0] in {
        "postgresql",
        "postgresql+asyncpg",
        "postgres",
    }


def sqlite_path(place: str | Path) -> Path:
    """Return the file that a path or a URL names.

    Raises:
        ConfigurationError: It is a URL of another kind.
    """
    if isinstance(place, Path) or "://" not in place:
        return Path(place)
    scheme, separator, rest = place.partition(":///")
    if not separator or scheme not in {"sqlite", "sqlite+aiosqlite"}:
        raise ConfigurationError(
            f"PREFECT_SERVER_DATABASE_CONNECTION_URL begins with {place.partition('://')[0]!r}, which is no database "
            "that can be used. Give sqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST:PORT/NAME."
        )
    return Path(rest.partition("?")[0]).expanduser()


def open_schema(place: str | Path, settings: Settings) -> ManagedSchema:
    """Return the tables of a database, to manage them by hand. The arguments are those of `open_database`.

    Raises:
        ConfigurationError: It is a URL of another kind.
        DatabaseError: What is needed to use PostgreSQL is not installed.
    """
    if not is_postgres(place):
        return SqliteManagedSchema(sqlite_path(place))
    with _needing_asyncpg():
        from prefect.store.managed_postgres import PostgresManagedSchema  # loads asyncpg, which not all have
        from prefect.store.postgres_connection import PostgresOptions
    return PostgresManagedSchema(PostgresOptions.of(str(place), settings))


def _open_postgres(url: str, settings: Settings) -> Database:
    with _needing_asyncpg():
        from prefect.store.postgres_connection import PostgresOptions  # loads asyncpg, which not all have
        from prefect.store.postgres_database import PostgresDatabase
    options = PostgresOptions.of(url, settings)
    return PostgresDatabase(options, migrate=settings.server.database.migrate_on_start)


@contextmanager
def _needing_asyncpg() -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise DatabaseError(
            "To use PostgreSQL the package asyncpg is needed. Run: pip install 'prefect[postgres]'"
        ) from error
