"""Where users find the stable hashes."""

from __future__ import annotations

from prefect._hashing import file_hash, hash_objects, stable_hash

__all__ = ["file_hash", "hash_objects", "stable_hash"]
