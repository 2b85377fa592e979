"""The classes of blocks that a module or a file defines."""

from __future__ import annotations

import inspect
import runpy
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from prefect.blocks.core import Block
from prefect.cli.failures import CommandFailed


def blocks_in_module(name: str) -> list[type[Block]]:
    """Return the classes of blocks in a module.

    Raises:
        CommandFailed: It cannot be imported.
    """
    try:
        return _blocks(vars(import_module(name)))
    except Exception as error:
        raise CommandFailed(
            f"The module {name!r} cannot be imported: {type(error).__name__}: {error}\n"
            "Is the package that has it installed here?"
        ) from error


def blocks_in_file(path: str) -> list[type[Block]]:
    """Return the classes of blocks in a file, which is run.

    Raises:
        CommandFailed: It cannot be run.
    """
    place = Path(path)
    sys.path.insert(0, str(place.resolve().parent))
    try:
        # The file's own name, so that the examples of its types say where they are imported from.
        return _blocks(runpy.run_path(str(place), run_name=place.stem))
    except Exception as error:
        raise CommandFailed(f"The file {path!r} cannot be run: {type(error).__name__}: {error}") from error


def _blocks(namespace: Mapping[str, Any]) -> list[type[Block]]:
    found = [value for value in namespace.values() if Block.is_block_class(value)]
    return [cls for cls in dict.fromkeys(found) if cls is not Block and not inspect.isabstract(cls)]
