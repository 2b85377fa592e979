"""Files in any place that fsspec knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, cast

from pydantic import Field, PrivateAttr, field_validator

from prefect._dual.dispatch import async_dispatch
from prefect.filesystems.base import WritableDeploymentStorage, WritableFileSystem, in_thread
from prefect.utilities.filesystem import filter_files, ignore_patterns_in


class RemoteFileSystem(WritableFileSystem, WritableDeploymentStorage):
    """Files in any place that fsspec knows: `s3://bucket/folder`, `gs://…`, `memory://…`.

    fsspec is installed with the package of the place, such as s3fs or gcsfs.

    Example:
        ```python
        from prefect.filesystems import RemoteFileSystem

        RemoteFileSystem(basepath="s3://bucket/folder").write_path("a/b", b"content")
        ```
    """

    _block_type_name: ClassVar[str | None] = "Remote File System"

    basepath: str = Field(
        default=...,
        description="The address that paths start from and cannot leave.",
        examples=["s3://bucket/folder"],
    )
    settings: dict[str, Any] = Field(
        default_factory=dict, description="What the class of fsspec for that place is made with."
    )

    _filesystem: Any = PrivateAttr(None)

    @field_validator("basepath")
    @classmethod
    def _names_a_place(cls, value: str) -> str:
        scheme, separator, rest = value.partition("://")
        if not scheme or not separator:
            raise ValueError(f"Base path must start with a scheme, such as s3://. Got {value!r}.")
        if not rest:
            raise ValueError(f"Base path must include a location after the scheme. Got {value!r}.")
        if scheme == "file":
            raise ValueError(
                "Base path scheme cannot be 'file'. Use `LocalFileSystem` instead for local files."
            )
        return value

    def __hash__(self) -> int:
        return hash((RemoteFileSystem, self.basepath))

    def __getstate__(self) -> dict[Any, Any]:
        state = super().__getstate__()
        private = cast("dict[str, Any]", state["__pydantic_private__"] or {})
        return {**state, "__pydantic_private__": {**private, "_filesystem": None}}

    @property
    def filesystem(self) -> Any:
        """The fsspec file system behind it.

        Raises:
            ImportError: fsspec, or what the place needs beside it, is not installed.
        """
        if self._filesystem is None:
            scheme = self.basepath.partition("://")[0]
            self._filesystem = _fsspec(self.basepath).filesystem(scheme, **self.settings)
        return self._filesystem

    def resolve(self, path: str | None) -> str:
        """Return the whole address of a path.

        Raises:
            ValueError: It is outside of the base path.
        """
        base, path = self.basepath.rstrip("/"), path or ""
        if "://" in path:
            if path.partition("://")[0] != base.partition("://")[0]:
                raise ValueError(f"Path {path!r} must use the same scheme as the base path {base!r}.")
            inside = path == base or path.startswith(base + "/")
        else:
            inside, path = True, f"{base}/{path.lstrip('/')}"
        if not inside or ".." in path.replace("\\", "/").split("/"):
            raise ValueError(f"Path {path!r} is outside of the base path {base!r}.")
        return path

    async def aread_path(self, path: str) -> bytes:
        """Return what the file at a path holds."""
        return await in_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Return what the file at a path holds.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The path is outside of the base path.
        """
        return self._read(path)

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Write a file and return its address."""
        return await in_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Write a file and return its address."""
        return self._write(path, content)

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a folder to this machine; see `get_directory`."""
        await in_thread(self._get_directory, from_path, local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        """Copy a folder, by default the whole base path, to one of this machine, by default the working directory.

        Raises:
            FileNotFoundError: There is no such folder.
            ValueError: It, or the name of a file in it, leads outside.
        """
        self._get_directory(from_path, local_path)

    async def aput_directory(
        self,
        local_path: str | None = None,
        to_path: str | None = None,
        ignore_file: str | None = None,
        overwrite: bool = True,
    ) -> int:
        """Copy a folder of this machine; see `put_directory`."""
        return await in_thread(self._put_directory, local_path, to_path, ignore_file, overwrite=overwrite)

    @async_dispatch(aput_directory)
    def put_directory(  # pyright: ignore[reportIncompatibleMethodOverride] - blocking and awaiting in one
        self,
        local_path: str | None = None,
        to_path: str | None = None,
        ignore_file: str | None = None,
        overwrite: bool = True,
    ) -> int:
        """Copy a folder of this machine, by default the working directory, and return how many files it has.

        Args:
            local_path: The folder.
            to_path: Where it goes, below the base path.
            ignore_file: A file of patterns, as in `.gitignore`; what matches is left out.
            overwrite: Replace files that are there; otherwise they stay as they are.
        """
        return self._put_directory(local_path, to_path, ignore_file, overwrite=overwrite)

    def _read(self, path: str) -> bytes:
        return cast("bytes", self.filesystem.cat_file(self.resolve(path)))

    def _write(self, path: str, content: bytes) -> str:
        address = self.resolve(path)
        self.filesystem.makedirs(address.rpartition("/")[0], exist_ok=True)
        self.filesystem.pipe_file(address, content)
        return address

    def _get_directory(self, from_path: str | None, local_path: str | None) -> None:
        address = self.resolve(from_path)
        source = str(self.filesystem._strip_protocol(address)).rstrip("/")  # noqa: SLF001 - a name of fsspec's interface
        target = Path(local_path or ".").expanduser().resolve()
        found = cast("list[str]", self.filesystem.find(address))
        if not found:
            raise FileNotFoundError(f"There is no folder {address}.")
        for name in found:
            place = (target / name[len(source) :].lstrip("/")).resolve()
            if target not in place.parents:
                raise ValueError(f"The file {name!r} would be written outside of {target}.")
            place.parent.mkdir(parents=True, exist_ok=True)
            self.filesystem.get_file(name, str(place))

    def _put_directory(
        self, local_path: str | None, to_path: str | None, ignore_file: str | None, *, overwrite: bool
    ) -> int:
        source, target = Path(local_path or ".").expanduser(), self.resolve(to_path).rstrip("/")
        patterns = ignore_patterns_in(ignore_file) if ignore_file else None
        names = sorted(filter_files(str(source), patterns, include_dirs=False, as_posix=True))
        for name in names:
            address = f"{target}/{name}"
            if not overwrite and self.filesystem.exists(address):
                continue
            self.filesystem.makedirs(address.rpartition("/")[0], exist_ok=True)
            self.filesystem.put_file(str(source / name), address)
        return len(names)


def _fsspec(basepath: str) -> Any:
    try:
        import fsspec  # pyright: ignore[reportMissingTypeStubs] - an extra
    except ImportError as error:
        raise ImportError(
            f"Files at {basepath!r} are reached with fsspec, which is not installed: pip install fsspec "
            "(and what your storage needs beside it, such as s3fs or gcsfs)."
        ) from error
    return fsspec
