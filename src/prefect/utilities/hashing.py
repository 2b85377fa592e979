"""Stable hashes, under the path that scripts import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding

if TYPE_CHECKING:
    from prefect._hashing import file_hash, hash_objects, stable_hash

__all__ = ["file_hash", "hash_objects", "stable_hash"]

__getattr__ = forwarding(__name__, dict.fromkeys(__all__, "prefect._hashing"))
