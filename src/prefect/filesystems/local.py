"""Files in a folder of this machine."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from prefect._dual.dispatch import async_dispatch
from prefect._ids import uuid4
from prefect.filesystems.base import WritableDeploymentStorage, WritableFileSystem, in_thread
from prefect.utilities.filesystem import filter_files, ignore_patterns_in


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


class LocalFileSystem(WritableFileSystem, WritableDeploymentStorage):
    """Files in a folder of this machine. Writing is atomic: whoever reads sees the old file or the new one.

    Example:
        ```python
        from prefect.filesystems import LocalFileSystem

        LocalFileSystem(basepath="~/results").write_path("a/b", b"content")
        ```
    """

    _block_type_name: ClassVar[str | None] = "Local File System"

    basepath: Annotated[str | None, BeforeValidator(_as_text)] = Field(
        default=None,
        description="The folder that paths start from and cannot leave; none stands for the working directory, with "
        "the whole disk in reach.",
    )

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
            raise ValueError(f"Provided path {place} is outside of the base path {base}.")
        return place

    async def aread_path(self, path: str) -> bytes:
        """Return what the file at a path holds."""
        return await in_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Return what the file at a path holds.

        Raises:
            ValueError: There is no such file, or the path is outside of the base path.
        """
        return self._read(path)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Write a file; see `write_path`."""
        return await in_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Write a file as a whole and return where it is on the disk."""
        return self._write(path, content)

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a folder out of the base path; see `get_directory`."""
        await in_thread(self._get_directory, from_path, local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Copy a folder, by default the whole base path, to another one, by default the working directory.

        Raises:
            FileNotFoundError: There is no such folder.
            ValueError: It is outside of the base path.
        """
        self._get_directory(from_path, local_path)

    async def aput_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy a folder into the base path; see `put_directory`."""
        await in_thread(self._put_directory, local_path, to_path, ignore_file)

    @async_dispatch(aput_directory)
    def put_directory(  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy a folder, by default the working directory, into the base path.

        Args:
            local_path: The folder.
            to_path: Where it goes, below the base path.
            ignore_file: A file of patterns, as in `.gitignore`; what matches is left out.

        Raises:
            ValueError: It would go outside of the base path.
        """
        self._put_directory(local_path, to_path, ignore_file)

    def _read(self, path: str) -> bytes:
        place = self.resolve(path)
        if not place.exists():
            raise ValueError(f"Path {place} does not exist.")
        if not place.is_file():
            raise ValueError(f"Path {place} is not a file.")
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
        if source == target:
            return
        if ignore_file is None:
            shutil.copytree(source, target, dirs_exist_ok=True)
            return
        for name in sorted(filter_files(str(source), ignore_patterns_in(ignore_file), include_dirs=False)):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
