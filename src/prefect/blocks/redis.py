"""Redis as a place for results, under the path that scripts import; a file system is defined with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding

if TYPE_CHECKING:
    from prefect.filesystems.redis import RedisStorageContainer

__all__ = ["RedisStorageContainer"]

__getattr__ = forwarding(__name__, {"RedisStorageContainer": "prefect.filesystems.redis"})
