"""Executing bundles, by the path of experiments; see `prefect.bundles.execute`."""

from __future__ import annotations

from prefect._imports import forwarding

# It lies above this room.
__getattr__ = forwarding(
    __name__, dict.fromkeys(("execute_bundle", "execute_bundle_from_file"), "prefect.bundles.execute")
)
