"""Settings at `server.database`: where records are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.exceptions import ConfigurationError
from prefect.settings.kinds import DatabaseDriver
from prefect.settings.secret import SecretStr
from prefect.settings.section import Section, section, setting

if TYPE_CHECKING:
    from prefect.settings.models.root import Settings


def default_connection_url(settings: Settings) -> SecretStr:
    """Return the URL of the database that the parts describe; by default an SQLite file in the home.

    Raises:
        ConfigurationError: PostgreSQL is asked for and a part is missing.
    """
    parts = settings.server.database
    if parts.driver != "postgresql+asyncpg":
        return SecretStr(f"sqlite+aiosqlite:///{parts.name or (settings.home / 'prefect.db').as_posix()}")
    missing = [
        f"PREFECT_SERVER_DATABASE_{part.upper()}"
        for part in ("host", "user", "name")
        if not getattr(parts, part)
    ]
    if missing:
        raise ConfigurationError(
            f"PREFECT_SERVER_DATABASE_DRIVER is {parts.driver!r}, but {' and '.join(missing)} not set. "
            "Set them, or PREFECT_SERVER_DATABASE_CONNECTION_URL."
        )
    from urllib.parse import quote  # who names no parts need not load it

    password = f":{quote(parts.password.get_secret_value(), safe='')}" if parts.password else ""
    user = quote(str(parts.user), safe="")
    return SecretStr(f"{parts.driver}://{user}{password}@{parts.host}:{parts.port or 5432}/{parts.name}")


class ServerDatabaseSettings(Section, path="server.database"):
    """Where records are kept."""

    connection_url: SecretStr | None = setting(
        "Where the database is; by default an SQLite file in the home.",
        default=None,
        computed=default_connection_url,
        also="PREFECT_API_DATABASE_CONNECTION_URL",
    )
    driver: DatabaseDriver | None = setting(
        "The kind of database, when there is no connection URL.",
        default=None,
        also="PREFECT_API_DATABASE_DRIVER",
    )
    host: str | None = setting(
        "The host of the database, when there is no connection URL.",
        default=None,
        also="PREFECT_API_DATABASE_HOST",
    )
    port: int | None = setting(
        "The port of the database, when there is no connection URL.",
        default=None,
        also="PREFECT_API_DATABASE_PORT",
        unit="port",
    )
    user: str | None = setting(
        "The user of the database, when there is no connection URL.",
        default=None,
        also="PREFECT_API_DATABASE_USER",
    )
    name: str | None = setting(
        "The name of the database, or the SQLite file, when there is no connection URL.",
        default=None,
        also="PREFECT_API_DATABASE_NAME",
    )
    password: SecretStr | None = setting(
        "The password of the database, when there is no connection URL.",
        default=None,
        also="PREFECT_API_DATABASE_PASSWORD",
    )
    echo: bool = setting(
        "Whether every SQL statement is logged.",
        default=False,
        also="PREFECT_API_DATABASE_ECHO",
        planned=True,
    )
    migrate_on_start: bool = setting(
        "Whether the server brings the database up to date when it starts.",
        default=True,
        also="PREFECT_API_DATABASE_MIGRATE_ON_START",
    )
    timeout: float | None = setting(
        "How long a statement may take.",
        default=10.0,
        also="PREFECT_API_DATABASE_TIMEOUT",
        unit="seconds",
    )
    connection_timeout: float | None = setting(
        "How long connecting may take.",
        default=5.0,
        also="PREFECT_API_DATABASE_CONNECTION_TIMEOUT",
        unit="seconds",
    )
    migration_timeout: float | None = setting(
        "How long bringing the database up to date may take.",
        default=None,
        unit="seconds",
        more_than=0,
    )
    sqlalchemy: SQLAlchemySettings = section("server.database")


class SQLAlchemySettings(Section, path="server.database.sqlalchemy"):
    """The pool of database connections."""

    pool_size: int = setting(
        "How many connections stay open.",
        default=5,
        also="PREFECT_SQLALCHEMY_POOL_SIZE",
        unit="connections",
    )
    pool_recycle: int = setting(
        "How old a connection may become before it is replaced.",
        default=3600,
        unit="seconds",
    )
    pool_timeout: float | None = setting(
        "How long to wait for a free connection.",
        default=30.0,
        unit="seconds",
    )
    max_overflow: int = setting(
        "How many more connections may be open for a while.",
        default=10,
        also="PREFECT_SQLALCHEMY_MAX_OVERFLOW",
        unit="connections",
    )
    connect_args: SQLAlchemyConnectArgsSettings = section("server.database")


class SQLAlchemyConnectArgsSettings(Section, path="server.database.sqlalchemy.connect_args"):
    """How a database connection is opened."""

    application_name: str | None = setting(
        "The name under which PostgreSQL lists the connections.",
        default=None,
    )
    search_path: str | None = setting(
        "The schemas in which PostgreSQL looks for tables.",
        default=None,
    )
    statement_cache_size: int | None = setting(
        "How many statements a connection keeps prepared; 0 behind a pooler.",
        default=None,
        unit="statements",
    )
    prepared_statement_cache_size: int | None = setting(
        "How many prepared statements SQLAlchemy remembers.",
        default=None,
        unit="statements",
        planned=True,
    )
    tls: SQLAlchemyTLSSettings = section("server.database")


class SQLAlchemyTLSSettings(Section, path="server.database.sqlalchemy.connect_args.tls"):
    """Encryption of database connections."""

    enabled: bool = setting(
        "Whether the connection is encrypted with certificates.",
        default=False,
    )
    ca_file: str | None = setting(
        "The certificates that the database's certificate is checked with.",
        default=None,
    )
    cert_file: str | None = setting(
        "The certificate that this side shows.",
        default=None,
    )
    key_file: str | None = setting(
        "The private key of that certificate.",
        default=None,
    )
    check_hostname: bool = setting(
        "Whether the certificate must name the host.",
        default=True,
    )
