"""One connection to PostgreSQL: how it is opened, and what is asked of it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, cast
from urllib.parse import urlsplit

import asyncpg

from prefect.settings.models.root import Settings
from prefect.store.postgres_errors import explain
from prefect.store.statements import Row


class Connection(Protocol):
    """What we use of a connection of asyncpg, which has no types of its own."""

    async def execute(self, sql: str) -> str:
        """Run statements without parameters."""
        ...

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each row of parameters."""
        ...

    async def fetch(self, sql: str, *parameters: Any) -> list[Row]:
        """Run a statement and return its rows."""
        ...

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None:
        """Call back when a channel is notified."""
        ...

    def add_termination_listener(self, callback: Callable[..., None]) -> None:
        """Call back when the connection is gone."""
        ...

    def is_in_transaction(self) -> bool:
        """Whether a transaction is open."""
        ...

    def is_closed(self) -> bool:
        """Whether the connection is gone."""
        ...

    def terminate(self) -> None:
        """Close the connection without a word."""
        ...

    async def close(self, *, timeout: float) -> None:
        """Close the connection."""
        ...


CLOSE_TIMEOUT = 5.0
"""How long, in seconds, to take leave of the database when a connection is closed."""


@dataclass(frozen=True)
class PostgresOptions:
    """How to connect, and how many connections to have. Times are in seconds.

    Attributes:
        url: The URL of the database, `postgresql://user:password@host:port/name`.
        kept: How many idle connections are kept.
        most: How many connections there are at most.
        wait: How long to wait for a connection to become free.
        recycle: How old a connection may become.
        connect_timeout: How long connecting may take.
        statement_timeout: How long a statement may take.
        migration_timeout: How long one may take that changes the tables.
        more: Further arguments of `asyncpg.connect`.
    """

    url: str
    kept: int = 5
    most: int = 15
    wait: float | None = 30.0
    recycle: float = 3600
    connect_timeout: float | None = 5.0
    statement_timeout: float | None = 10.0
    migration_timeout: float | None = None
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def of(cls, url: str, settings: Settings) -> Self:
        """Return the options that settings tell for a database.

        Args:
            url: The URL of the database; a driver in it (`postgresql+asyncpg`) is left out.
            settings: Whose section `server.database` to follow.
        """
        database = settings.server.database
        pool = database.sqlalchemy
        arguments = pool.connect_args
        more: dict[str, Any] = {}
        server = {"application_name": arguments.application_name, "search_path": arguments.search_path}
        if told := {name: value for name, value in server.items() if value}:
            more["server_settings"] = told
        if arguments.statement_cache_size is not None:
            more["statement_cache_size"] = arguments.statement_cache_size
        if arguments.tls.enabled:
            context = ssl.create_default_context(cafile=arguments.tls.ca_file)
            context.check_hostname = arguments.tls.check_hostname
            if arguments.tls.cert_file:
                context.load_cert_chain(arguments.tls.cert_file, arguments.tls.key_file)
            more["ssl"] = context
        return cls(
            url=_without_driver(url),
            kept=pool.pool_size,
            most=pool.pool_size + max(pool.max_overflow, 0),
            wait=pool.pool_timeout,
            recycle=pool.pool_recycle,
            connect_timeout=database.connection_timeout,
            statement_timeout=database.timeout,
            migration_timeout=database.migration_timeout,
            more=more,
        )

    @property
    def place(self) -> str:
        """The database in words, without its password."""
        parts = urlsplit(self.url)
        where = f" at {parts.hostname}" if parts.hostname else ""
        return f"The PostgreSQL database {parts.path.lstrip('/')!r}{where}{f':{parts.port}' if parts.port else ''}"


def _without_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


async def connect(options: PostgresOptions) -> Connection:
    """Open a connection.

    Raises:
        DatabaseUnavailable: The database cannot be reached.
        DatabaseError: It does not exist, or does not let us in.
    """
    told: dict[str, Any] = {"timeout": options.connect_timeout, "command_timeout": options.statement_timeout}
    try:
        opened = await asyncpg.connect(options.url, **told, **options.more)
        # What sums of whole numbers are answered as.
        await opened.set_type_codec(
            "numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text"
        )
    except Exception as error:
        explained = explain(error, options.place)
        if explained is error:
            raise
        raise explained from error
    return cast("Connection", opened)


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
