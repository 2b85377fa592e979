"""Dual names, under the path that integrations import."""

from __future__ import annotations

from prefect._dual.dispatch import async_dispatch, is_in_async_context

__all__ = ["async_dispatch", "is_in_async_context"]
