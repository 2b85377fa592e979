"""Code in any place that fsspec reaches."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prefect._imports import load
from prefect._visiting import replace
from prefect.blocks.block import Block
from prefect.blocks.system import Secret
from prefect.runner.storages.base import FetchedStorage

_PACKAGES = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "adl": "adlfs",
}
"""The package by which fsspec reaches a place; what it can do alone is not here."""


class RemoteStorage(FetchedStorage):
    """Code in any place that fsspec reaches: `s3://bucket/folder`, `gs://…`, `memory://…`.

    Args:
        url: The address of the folder.
        pull_interval: Seconds between two fetches; None fetches once.
        **settings: What the file system of fsspec is made with. Blocks are accepted, for example saved `Secret` blocks:
            deployments then hold a reference to them in the place of their values.
    """

    def __init__(self, url: str, pull_interval: int | None = 60, **settings: Any) -> None:
        super().__init__(pull_interval)
        self._url, self._settings = url, settings

    @property
    def destination(self) -> Path:
        """The folder where the code lies once it is fetched."""
        parts = urlsplit(self._url)
        inner = [part for part in f"{parts.netloc}/{parts.path}".split("/") if part not in {"", ".", ".."}]
        return self._base.joinpath(*inner)

    async def pull_code(self) -> None:
        """Fetch the code.

        Raises:
            ImportError: fsspec, or what the place needs beside it, is not installed.
            RuntimeError: The code cannot be fetched.
        """
        filesystem, path = self._filesystem()
        self.destination.mkdir(parents=True, exist_ok=True)
        try:
            # With a slash at both ends fsspec copies what is in the folder, not the folder.
            await asyncio.to_thread(
                filesystem.get, f"{path.rstrip('/')}/", f"{self.destination}/", recursive=True
            )
        except Exception as error:  # whatever the library of the place raises
            raise RuntimeError(
                f"Failed to pull contents from remote storage {self._url!r}: {error}"
            ) from error

    def _filesystem(self) -> tuple[Any, str]:
        try:
            resolve = load("fsspec.core", "url_to_fs")  # an extra, and needed only here
            return resolve(self._url, **replace(self._settings, Block, _value_of))
        except ImportError as error:
            package = _PACKAGES.get(urlsplit(self._url).scheme, "fsspec")
            raise ImportError(
                f"The code at {self._url!r} cannot be fetched: {error}. Install {package}."
            ) from error

    def to_pull_step(self) -> dict[str, Any]:
        """Return the step that fetches the same code elsewhere.

        Raises:
            BlockNotSavedError: A block among the settings is not saved.
        """
        step = {"url": self._url, **replace(self._settings, Block, _placeholder)}
        package = _PACKAGES.get(urlsplit(self._url).scheme)
        if package is not None:
            step["requires"] = package
        return {"prefect.deployments.steps.pull_from_remote_storage": step}

    def __eq__(self, other: object, /) -> bool:
        return (
            isinstance(other, RemoteStorage) and self._url == other._url and self._settings == other._settings
        )

    def __hash__(self) -> int:
        return hash(self._url)

    def __repr__(self) -> str:
        return f"RemoteStorage(url={self._url!r})"


def _value_of(block: Any, _: bool) -> Any:
    if isinstance(block, Secret):
        return block.get()
    return getattr(block, "value", block)


def _placeholder(block: Any, _: bool) -> str:
    return f"{{{{ {block.get_block_placeholder()} }}}}"
