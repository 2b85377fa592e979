"""The database that the settings name, opened."""

from __future__ import annotations

from prefect.backend.in_memory import IN_MEMORY, private_file
from prefect.exceptions import ConfigurationError
from prefect.settings import Settings
from prefect.store.database import Database
from prefect.store.opening import is_postgres, open_database, sqlite_path


def open_configured_database(settings: Settings) -> Database:
    """Open the database of a server with these settings.

    Raises:
        ConfigurationError: The settings name a database that cannot be used.
        DatabaseError: It cannot be opened.
    """
    secret = settings.server.database.connection_url
    if secret is None:
        raise ConfigurationError("PREFECT_SERVER_DATABASE_CONNECTION_URL is empty: unset it, or give a URL.")
    place = secret.get_secret_value()
    if not is_postgres(place) and sqlite_path(place) == IN_MEMORY:
        return open_database(private_file(), settings)
    return open_database(place, settings)
