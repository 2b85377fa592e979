"""Classes by a key, under the path that integrations import."""

from __future__ import annotations

from prefect.utilities.dispatch import lookup_type

__all__ = ["lookup_type"]
