"""What blocks of a kind have in common: interfaces to subclass, so that one service can stand in for another."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, Self, TypeAlias, TypeVar

from prefect.blocks.core import Block
from prefect.exceptions import MissingContextError, NotificationError
from prefect.logging.loggers import get_logger, get_run_logger

__all__ = [
    "CredentialsBlock",
    "DatabaseBlock",
    "JobBlock",
    "JobRun",
    "LoggerOrAdapter",
    "NotificationBlock",
    "NotificationError",
    "ObjectStorageBlock",
    "SecretBlock",
]

T = TypeVar("T")

LoggerOrAdapter: TypeAlias = logging.Logger | logging.LoggerAdapter[logging.Logger]


class _HasLogger:
    """Knows what to log with."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run that goes on here; outside of any run one with the name of this class."""
        try:
            return get_run_logger()
        except MissingContextError:
            return get_logger(type(self).__name__)


class CredentialsBlock(_HasLogger, Block, ABC):
    """What it takes to log in somewhere."""

    @abstractmethod
    def get_client(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client that is logged in."""


class NotificationBlock(_HasLogger, Block, ABC):
    """Tells people something."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["notify"]
    _raise_on_failure: bool = False

    @abstractmethod
    async def notify(self, body: str, subject: str | None = None) -> None:
        """Send a message.

        Args:
            body: The message.
            subject: Its heading, where there is room for one.
        """

    @contextmanager
    def raise_on_failure(self) -> Generator[None]:
        """Let a message that cannot be sent raise a NotificationError, within this context."""
        before = self._raise_on_failure
        self._raise_on_failure = True
        try:
            yield
        finally:
            self._raise_on_failure = before


class JobRun(_HasLogger, ABC, Generic[T]):
    """One run of a job that goes on elsewhere."""

    @abstractmethod
    async def wait_for_completion(self) -> Any:
        """Wait until the job has ended."""

    @abstractmethod
    async def fetch_result(self) -> T:
        """Return what the job has come to."""


class JobBlock(_HasLogger, Block, ABC, Generic[T]):
    """A job that goes on elsewhere."""

    @abstractmethod
    async def trigger(self) -> JobRun[T]:
        """Start the job and return its run."""


class DatabaseBlock(_HasLogger, Block, ABC):
    """A database that is asked in SQL or the like. Parameters are bound by the database, never put into the text."""

    @abstractmethod
    async def fetch_one(
        self, operation: str, parameters: dict[str, Any] | None = None, **execution_kwargs: Any
    ) -> tuple[Any, ...]:
        """Return one row."""

    @abstractmethod
    async def fetch_many(
        self,
        operation: str,
        parameters: dict[str, Any] | None = None,
        size: int | None = None,
        **execution_kwargs: Any,
    ) -> list[tuple[Any, ...]]:
        """Return `size` rows at most."""

    @abstractmethod
    async def fetch_all(
        self, operation: str, parameters: dict[str, Any] | None = None, **execution_kwargs: Any
    ) -> list[tuple[Any, ...]]:
        """Return all rows."""

    @abstractmethod
    async def execute(
        self, operation: str, parameters: dict[str, Any] | None = None, **execution_kwargs: Any
    ) -> None:
        """Execute what returns no rows."""

    @abstractmethod
    async def execute_many(
        self, operation: str, seq_of_parameters: list[dict[str, Any]], **execution_kwargs: Any
    ) -> None:
        """Execute the same once for each set of parameters."""

    async def __aenter__(self) -> Self:
        raise NotImplementedError(f"{type(self).__name__} does not support async context management.")

    async def __aexit__(self, *args: object) -> None:
        raise NotImplementedError(f"{type(self).__name__} does not support async context management.")

    def __enter__(self) -> Self:
        raise NotImplementedError(f"{type(self).__name__} does not support context management.")

    def __exit__(self, *args: object) -> None:
        raise NotImplementedError(f"{type(self).__name__} does not support context management.")


class ObjectStorageBlock(_HasLogger, Block, ABC):
    """A store of objects, such as a bucket. Each method returns where the copy is."""

    @abstractmethod
    async def download_object_to_path(
        self, from_path: str, to_path: str | Path, **download_kwargs: Any
    ) -> Path:
        """Copy an object to a file."""

    @abstractmethod
    async def download_object_to_file_object(
        self, from_path: str, to_file_object: BinaryIO, **download_kwargs: Any
    ) -> BinaryIO:
        """Copy an object to an open file."""

    @abstractmethod
    async def download_folder_to_path(
        self, from_folder: str, to_folder: str | Path, **download_kwargs: Any
    ) -> Path:
        """Copy all objects of a folder to a folder here."""

    @abstractmethod
    async def upload_from_path(self, from_path: str | Path, to_path: str, **upload_kwargs: Any) -> str:
        """Copy a file to an object."""

    @abstractmethod
    async def upload_from_file_object(
        self, from_file_object: BinaryIO, to_path: str, **upload_kwargs: Any
    ) -> str:
        """Copy what an open file holds to an object."""

    @abstractmethod
    async def upload_from_folder(self, from_folder: str | Path, to_folder: str, **upload_kwargs: Any) -> str:
        """Copy the files of a folder here to objects."""


class SecretBlock(_HasLogger, Block, ABC):
    """A secret that is kept elsewhere."""

    @abstractmethod
    async def read_secret(self) -> bytes:
        """Return the secret."""

    @abstractmethod
    async def write_secret(self, secret_data: bytes) -> str:
        """Keep a secret; return the key under which it is found."""
