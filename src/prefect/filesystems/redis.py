"""Redis as a place for results."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Self, cast

from pydantic import Field, SecretStr

from prefect._dual.dispatch import async_dispatch
from prefect.exceptions import PrefectImportError
from prefect.filesystems.base import WritableFileSystem


class RedisStorageContainer(WritableFileSystem):
    """Keeps results in a Redis server, each under its path.

    Example:
        ```python
        from prefect.blocks.redis import RedisStorageContainer

        RedisStorageContainer.from_host("localhost").save("BLOCK_NAME")
        ```
    """

    host: str | None = Field(default=None, description="The server.")
    port: int = Field(default=6379, description="Its port.")
    db: int = Field(default=0, description="The number of the database.")
    username: SecretStr | None = Field(default=None, description="Who logs in.")
    password: SecretStr | None = Field(default=None, description="The password.")
    connection_string: SecretStr | None = Field(
        default=None, description="An address instead of all of this."
    )

    def block_initialization(self) -> None:
        """Check that it is said where the server is.

        Raises:
            ValueError: It is not, or only half of a login is given.
        """
        if self.connection_string:
            return
        if not self.host:
            raise ValueError("Initialization error: 'host' is required but missing.")
        if self.username and not self.password:
            raise ValueError(
                "Initialization error: 'username' is provided, but 'password' is missing. Both are required."
            )

    async def aread_path(self, path: Path | str) -> bytes | None:
        """Return what is kept under a path; see `read_path`."""
        return await asyncio.to_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: Path | str) -> bytes | None:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Return what is kept under a path.

        Raises:
            FileNotFoundError: There is nothing.
        """
        return self._read(path)

    async def awrite_path(self, path: Path | str, content: bytes) -> bool:
        """Keep content under a path; see `write_path`."""
        return await asyncio.to_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: Path | str, content: bytes) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Keep content under a path and return whether Redis took it."""
        return self._write(path, content)

    @classmethod
    def from_host(
        cls,
        host: str,
        port: int = 6379,
        db: int = 0,
        username: str | SecretStr | None = None,
        password: str | SecretStr | None = None,
    ) -> Self:
        """Return a block for a server."""
        given: dict[str, Any] = {"username": username, "password": password}
        return cls(host=host, port=port, db=db, **given)

    @classmethod
    def from_connection_string(cls, connection_string: str | SecretStr) -> Self:
        """Return a block for an address: `redis://user:password@host:port/db`."""
        given: dict[str, Any] = {"connection_string": connection_string}
        return cls(**given)

    def _read(self, path: Path | str) -> bytes:
        with self._client() as client:
            content = client.get(str(path))
        if content is None:
            raise FileNotFoundError(f"Redis keeps nothing under {str(path)!r}.")
        return content

    def _write(self, path: Path | str, content: bytes) -> bool:
        with self._client() as client:
            return bool(client.set(str(path), content))

    def _client(self) -> Any:
        try:
            from redis import Redis  # an extra
        except ImportError as error:
            raise PrefectImportError(
                "Results in Redis need the package redis, which is not installed: pip install 'prefect[redis]'."
            ) from error
        if self.connection_string:
            return cast("Any", Redis).from_url(self.connection_string.get_secret_value())
        return Redis(
            host=self.host or "",
            port=self.port,
            db=self.db,
            username=None if self.username is None else self.username.get_secret_value(),
            password=None if self.password is None else self.password.get_secret_value(),
        )
