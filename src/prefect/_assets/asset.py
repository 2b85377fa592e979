"""An asset: something outside of the run, such as a table or a file, known by its address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ConfigDict, Field

from prefect._assets.context import AssetContext
from prefect.context import TaskRunContext
from prefect.schemas._base import Record
from prefect.types.names import ValidAssetKey

MAX_ASSET_DESCRIPTION_LENGTH = 2500
_NOT_HERE = "Asset metadata can only be added inside a task that is running."


class AssetProperties(Record):
    """What people want to know of an asset.

    Args:
        name: What people call it.
        url: Where it can be looked at.
        description: What it is, in Markdown; at most 2500 characters.
        owners: Who answers for it.
    """

    model_config = ConfigDict(frozen=True)

    name: str | None = None
    url: str | None = None
    description: str | None = Field(default=None, max_length=MAX_ASSET_DESCRIPTION_LENGTH)
    owners: list[str] | None = None

    def __hash__(self) -> int:
        return hash((self.name, self.url, self.description, tuple(self.owners or ())))


class Asset(Record):
    """Something outside of the run that tasks make or use.

    Args:
        key: Its address, such as "s3://bucket/orders.parquet"; at most 512 characters, none that needs escaping.
        properties: What people want to know of it.

    Example:
        >>> orders = Asset(key="postgres://warehouse/orders")
    """

    model_config = ConfigDict(frozen=True)

    key: ValidAssetKey
    properties: AssetProperties | None = None

    def __repr__(self) -> str:
        return f"Asset(key={self.key!r})"

    def __hash__(self) -> int:
        return hash((self.key, self.properties))

    def add_metadata(self, metadata: dict[str, Any]) -> None:
        """Add facts to the event that will tell of this asset; see `add_asset_metadata`."""
        add_asset_metadata(self, metadata)


def add_asset_metadata(asset: str | Asset, metadata: dict[str, Any]) -> None:
    """Add facts to the event that will tell that the task which runs here made an asset.

    Args:
        asset: The asset or its key; the task must be one that makes it.
        metadata: The facts, as JSON has them. Facts of the same name replace earlier ones.

    Raises:
        RuntimeError: No task runs here.
        ValueError: The task that runs here does not make this asset.
    """
    key = asset if isinstance(asset, str) else asset.key
    context = AssetContext.get()
    if context is None:
        if TaskRunContext.get() is None:
            raise RuntimeError(_NOT_HERE)
        context = AssetContext()
    context.add_asset_metadata(key, metadata)


def as_assets(values: Iterable[str | Asset]) -> list[Asset]:
    """Return assets, of which some may be given as keys.

    Raises:
        ValidationError: A key is no address.
    """
    return [Asset(key=value) if isinstance(value, str) else value for value in values]
