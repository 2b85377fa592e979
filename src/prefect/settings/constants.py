"""Paths that hold when nothing is set."""

from __future__ import annotations

from pathlib import Path

from prefect.settings.packaged_profiles import DEFAULT_PROFILES_PATH

__all__ = ["DEFAULT_PREFECT_HOME", "DEFAULT_PREFECT_TOML_PATH", "DEFAULT_PROFILES_PATH"]

DEFAULT_PREFECT_HOME = Path("~/.prefect")

DEFAULT_PREFECT_TOML_PATH = Path("prefect.toml")
"""The file of settings of a project, in the working folder."""
