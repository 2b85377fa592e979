"""How the flow of a deployment is named: by its file, or by its module. Loads nothing, unlike `prefect.types`."""

from __future__ import annotations

from enum import Enum

__all__ = ["EntrypointType"]


class EntrypointType(Enum):
    """How the flow of a deployment is named: "path/to/file.py:name", or "module.name" of an installed module."""

    FILE_PATH = "file_path"
    MODULE_PATH = "module_path"
