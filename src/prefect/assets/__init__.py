"""Assets: what tasks make and use outside of the run, such as tables and files.

    orders = Asset(key="postgres://warehouse/orders")

    @materialize(orders, asset_deps=["s3://lake/raw-orders"])
    def load_orders(): ...

When such a task ends, events tell which asset was made, from which others, and by which run.
"""

from __future__ import annotations

from prefect.assets.core import Asset, AssetProperties, add_asset_metadata
from prefect.assets.materialize import materialize

__all__ = ["Asset", "AssetProperties", "add_asset_metadata", "materialize"]
