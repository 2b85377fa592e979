"""Time-ordered identifiers, under the path that integrations import."""

from __future__ import annotations

from prefect._ids import uuid7

__all__ = ["uuid7"]
