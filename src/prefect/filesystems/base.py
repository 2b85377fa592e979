"""What a file system can do: read and write files, fetch and store folders.

The methods are declared as coroutine functions; a subclass may have them so, as plain functions, or as both in one.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, ParamSpec, TypeVar

from prefect.blocks.block import Block

P = ParamSpec("P")
R = TypeVar("R")


class ReadableFileSystem(Block, ABC):
    """Reads files. Subclass it for a place of your own; the method may be async."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["read-path"]

    @abstractmethod
    async def read_path(self, path: str) -> Any:
        """Return what the file at a path holds, as bytes.

        Raises:
            ValueError: There is no such file.
        """


class WritableFileSystem(ReadableFileSystem, ABC):
    """Reads and writes files. Subclass it for a place of your own; the methods may be async."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["read-path", "write-path"]

    @abstractmethod
    async def write_path(self, path: str, content: bytes) -> Any:
        """Write a file, making folders as needed. A file that is there is replaced, at once and as a whole."""


class ReadableDeploymentStorage(Block, ABC):
    """Fetches folders."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["get-directory"]

    @abstractmethod
    async def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> Any:
        """Copy a folder from there to here."""


class WritableDeploymentStorage(ReadableDeploymentStorage, ABC):
    """Fetches and stores folders."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["get-directory", "put-directory"]

    @abstractmethod
    async def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> Any:
        """Copy a folder from here to there."""


async def in_thread(fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function that reads or writes without holding up the event loop."""
    return await asyncio.to_thread(fn, *args, **kwargs)
