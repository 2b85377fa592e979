"""Unpacking the files of bundles, by the path of experiments; see `prefect.bundles`."""

from __future__ import annotations

from prefect._imports import forwarding

# It lies above this room.
__getattr__ = forwarding(__name__, {"ZipExtractor": "prefect.bundles._zip_extractor"})
