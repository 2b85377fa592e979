"""Assets and their properties."""

from __future__ import annotations

from prefect._assets.asset import MAX_ASSET_DESCRIPTION_LENGTH, Asset, AssetProperties, add_asset_metadata
from prefect.types.names import ValidAssetKey

__all__ = [
    "MAX_ASSET_DESCRIPTION_LENGTH",
    "Asset",
    "AssetProperties",
    "ValidAssetKey",
    "add_asset_metadata",
]
