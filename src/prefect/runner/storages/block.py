"""Code that a block fetches."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from prefect.blocks.block import Block
from prefect.exceptions import BlockNotSavedError
from prefect.filesystems.base import ReadableDeploymentStorage, WritableDeploymentStorage
from prefect.runner.storages.base import FetchedStorage


class BlockStorageAdapter(FetchedStorage):
    """A block with `get_directory`, as a storage of code.

    Args:
        block: The block; it has to be saved before a deployment can name it.
        pull_interval: Seconds between two fetches; None fetches once.

    Raises:
        TypeError: It is no block.
        ValueError: The block cannot fetch folders.
    """

    def __init__(
        self,
        block: ReadableDeploymentStorage | WritableDeploymentStorage,
        pull_interval: int | None = 60,
    ) -> None:
        given: Any = block
        if not isinstance(given, Block) and not hasattr(given, "get_directory"):
            raise TypeError(f"Expected a block object. Received a {type(given).__name__!r} object.")
        if not hasattr(given, "get_directory"):
            raise ValueError(
                f"A {type(given).__name__} block has no `get_directory`, so it cannot fetch code."
            )
        super().__init__(pull_interval)
        self._block = block

    @property
    def destination(self) -> Path:
        """The folder where the code lies once it is fetched."""
        name = _name_of(self._block)
        if name is None:
            return self._base / f"{type(self._block).__name__}-{id(self._block)}"
        return self._base / f"{self._block.get_block_type_slug()}-{name}"

    async def pull_code(self) -> None:
        """Fetch the code."""
        self.destination.mkdir(parents=True, exist_ok=True)
        fetched: Any = self._block.get_directory(local_path=str(self.destination))
        if inspect.isawaitable(fetched):
            await fetched

    def to_pull_step(self) -> dict[str, Any]:
        """Return the step that fetches the same code elsewhere.

        Raises:
            BlockNotSavedError: The block is not saved.
        """
        name = _name_of(self._block)
        if name is None:
            raise BlockNotSavedError(
                "Block must be saved with `.save()` before it can be converted to a pull step."
            )
        slug = self._block.get_block_type_slug()
        return {
            "prefect.deployments.steps.pull_with_block": {
                "block_type_slug": slug,
                "block_document_name": name,
            }
        }

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, BlockStorageAdapter) and self._block == other._block

    def __hash__(self) -> int:
        return hash(type(self._block))

    def __repr__(self) -> str:
        return f"BlockStorageAdapter({self._block!r})"


def _name_of(block: Block) -> str | None:
    """Return the name under which a block is saved; None if it is not."""
    return getattr(block, "_block_document_name", None)
