"""Blocks: values that belong together and are saved under a name, and what this library brings of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.blocks import notifications, system, webhook

__all__ = ["notifications", "system", "webhook"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # the front path loads only what is asked for

    return import_module(f"{__name__}.{name}")
