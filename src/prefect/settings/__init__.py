"""Settings: one frozen tree, read from the environment when it is asked for, never at import time."""

from __future__ import annotations

from prefect.settings.tree import Settings, get_current_settings

__all__ = ["Settings", "get_current_settings"]
