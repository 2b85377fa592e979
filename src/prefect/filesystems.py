"""Where files of results go: a folder, nowhere, or any place that fsspec can reach.

A file system reads and writes whole files by path. Writing is atomic: whoever reads sees the old file or the new one.
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect._dual.dispatch import async_dispatch
from prefect._ids import uuid4

R = TypeVar("R")


class PathNotReadable(ValueError, OSError):
    """A path cannot be read: there is nothing, no file, or it lies outside of the file system."""


class ReadableFileSystem(ABC):
    """Reads files. Subclass it for a place of your own; the method may be async."""

    @abstractmethod
    def read_path(self, path: str) -> Any:
        """Return what the file at a path holds, as bytes.

        Raises:
            ValueError: There is no such file.
        """


class WritableFileSystem(ReadableFileSystem):
    """Reads and writes files. Subclass it for a place of your own; the methods may be async."""

    @abstractmethod
    def write_path(self, path: str, content: bytes) -> Any:
        """Write a file, making folders as needed. A file that is there is replaced, at once and as a whole."""


class ReadableDeploymentStorage(ABC):
    """Fetches folders."""

    @abstractmethod
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> Any:
        """Copy a folder from there to here."""


class WritableDeploymentStorage(ReadableDeploymentStorage):
    """Fetches and stores folders."""

    @abstractmethod
    def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> Any:
        """Copy a folder from here to there."""


class LocalFileSystem(WritableFileSystem, WritableDeploymentStorage):
    """Files in a folder of this machine.

    Args:
        basepath: The folder that paths start from and cannot leave; None stands for the working directory, with the
            whole disk in reach.

    Example:
        >>> LocalFileSystem(basepath="~/results").write_path("a/b", b"content")
    """

    def __init__(self, basepath: str | Path | None = None) -> None:
        self.basepath = None if basepath is None else str(basepath)

    def __repr__(self) -> str:
        return f"LocalFileSystem(basepath={self.basepath!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFileSystem) and other.basepath == self.basepath

    def __hash__(self) -> int:
        return hash((LocalFileSystem, self.basepath))

    def resolve(self, path: str | None) -> Path:
        """Return the place on the disk that a path names.

        Raises:
            ValueError: It is outside of the base path.
        """
        if self.basepath is None:
            return Path(path or ".").expanduser().absolute()
        base = Path(self.basepath).expanduser().resolve()
        place = (base / Path(path or ".").expanduser()).resolve()
        if place != base and base not in place.parents:
            raise PathNotReadable(f"Provided path {place} is outside of the base path {base}.")
        return place

    async def aread_path(self, path: str) -> bytes:
        """Return what the file at a path holds."""
        return await _in_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:
        """Return what the file at a path holds.

        Raises:
            ValueError: There is no such file, or the path is outside of the base path.
        """
        return self._read(path)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Write a file; see `write_path`."""
        return await _in_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:
        """Write a file as a whole and return where it is on the disk."""
        return self._write(path, content)

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a folder out of the base path; see `get_directory`."""
        await _in_thread(self._get_directory, from_path, local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a folder, by default the whole base path, to another one, by default the working directory."""
        self._get_directory(from_path, local_path)

    async def aput_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy a folder into the base path; see `put_directory`."""
        await _in_thread(self._put_directory, local_path, to_path, ignore_file)

    @async_dispatch(aput_directory)
    def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy a folder, by default the working directory, into the base path.

        Args:
            local_path: The folder.
            to_path: Where it goes, below the base path.
            ignore_file: A file with one pattern a line (`*.log`); names that match one are left out.
        """
        self._put_directory(local_path, to_path, ignore_file)

    def _read(self, path: str) -> bytes:
        place = self.resolve(path)
        if not place.exists():
            raise PathNotReadable(f"Path {place} does not exist.")
        if not place.is_file():
            raise PathNotReadable(f"Path {place} is not a file.")
        return place.read_bytes()

    def _write(self, path: str, content: bytes) -> str:
        place = self.resolve(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{uuid4().hex}.draft")
        try:
            draft.write_bytes(content)
            draft.replace(place)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        return str(place)

    def _get_directory(self, from_path: str | None, local_path: str | None) -> None:
        source, target = self.resolve(from_path), Path(local_path or ".").expanduser().absolute()
        if source != target:
            shutil.copytree(source, target, dirs_exist_ok=True)

    def _put_directory(self, local_path: str | None, to_path: str | None, ignore_file: str | None) -> None:
        source, target = Path(local_path or ".").expanduser().absolute(), self.resolve(to_path)
        lines = Path(ignore_file).read_text(encoding="utf-8").splitlines() if ignore_file else []
        patterns = [line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#")]
        if source != target:
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*patterns))


class NullFileSystem:
    """Keeps nothing: what is written is forgotten, what is read is None."""

    def __repr__(self) -> str:
        return "NullFileSystem()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NullFileSystem)

    def __hash__(self) -> int:
        return hash(NullFileSystem)

    async def read_path(self, path: str) -> None:
        """Return None."""

    async def write_path(self, path: str, content: bytes) -> None:
        """Forget the content."""

    async def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy nothing."""

    async def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy nothing."""


class RemoteFileSystem(WritableFileSystem):
    """Files in any place that fsspec knows: `s3://bucket/folder`, `gs://…`, `memory://…`.

    Args:
        basepath: The address that paths start from.
        settings: What the fsspec class of that place is made with, such as credentials.

    Raises:
        ImportError: fsspec is not installed; it is not among our dependencies.
        ValueError: The base path has no scheme.
    """

    def __init__(self, basepath: str, settings: dict[str, Any] | None = None) -> None:
        scheme, separator, rest = basepath.partition("://")
        if not scheme or not separator or not rest:
            raise ValueError(
                f"The base path {basepath!r} names no place: give it with a scheme, such as s3://bucket/folder."
            )
        if scheme == "file":
            raise ValueError(
                "Base path scheme cannot be 'file'. Use `LocalFileSystem` instead for local files."
            )
        self.basepath, self.settings = basepath, dict(settings or {})
        self._scheme = scheme
        self._filesystem: Any = None
        _fsspec(basepath)

    def __repr__(self) -> str:
        return f"RemoteFileSystem(basepath={self.basepath!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, RemoteFileSystem)
            and other.basepath == self.basepath
            and other.settings == self.settings
        )

    def __hash__(self) -> int:
        return hash((RemoteFileSystem, self.basepath))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_filesystem": None}

    @property
    def filesystem(self) -> Any:
        """The fsspec file system behind it."""
        if self._filesystem is None:
            self._filesystem = _fsspec(self.basepath).filesystem(self._scheme, **self.settings)
        return self._filesystem

    def resolve(self, path: str) -> str:
        """Return the whole address of a path.

        Raises:
            ValueError: It is outside of the base path.
        """
        base = self.basepath.rstrip("/")
        if "://" in path:
            if path != base and not path.startswith(base + "/"):
                raise PathNotReadable(f"Provided path {path} is outside of the base path {base}.")
            return path
        if ".." in path.split("/"):
            raise PathNotReadable(f"Provided path {path} is outside of the base path {base}.")
        return f"{base}/{path.lstrip('/')}"

    async def aread_path(self, path: str) -> bytes:
        """Return what the file at a path holds."""
        return await _in_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:
        """Return what the file at a path holds."""
        return self._read(path)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Write a file and return its address."""
        return await _in_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:
        """Write a file and return its address."""
        return self._write(path, content)

    def _read(self, path: str) -> bytes:
        address = self.resolve(path)
        try:
            return cast("bytes", self.filesystem.cat_file(address))
        except FileNotFoundError as error:
            raise PathNotReadable(f"Path {address} does not exist.") from error

    def _write(self, path: str, content: bytes) -> str:
        address = self.resolve(path)
        self.filesystem.makedirs(address.rpartition("/")[0], exist_ok=True)
        self.filesystem.pipe_file(address, content)
        return address


def _fsspec(basepath: str) -> Any:
    try:
        import fsspec  # pyright: ignore[reportMissingImports, reportMissingTypeStubs, reportUnknownVariableType] - not a dependency
    except ImportError as error:
        raise ImportError(
            f"Files at {basepath!r} are reached with fsspec, which is not installed: pip install fsspec "
            "(and what your storage needs beside it, such as s3fs or gcsfs)."
        ) from error
    return fsspec  # pyright: ignore[reportUnknownVariableType] - it has no types here


async def _in_thread(fn: Any, *args: Any) -> Any:
    import asyncio  # the front door must not load it

    return await asyncio.to_thread(fn, *args)
