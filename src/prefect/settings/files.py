"""The files that settings are read from: `.env` and TOML."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect._imports import load
from prefect.exceptions import ConfigurationError

# Patterns are compiled when a file is first read, not at start.
_LINE = r"""\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)\s*=[ \t]*
    (?:'(?P<exact>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\r\n]*?))
    [ \t]*(?:(?<=\s)\#[^\r\n]*|(?<=['"])\#[^\r\n]*)?(?:\r?\n|\Z)"""
_REFERENCE = r"\$\{(?P<name>[^}:]+)(?::-(?P<otherwise>[^}]*))?\}"
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_TABLE_OF_OURS = rb"""^\s*\[?\s*["']?tool["']?\s*(?:\]|=|\.\s*["']?prefect["']?\s*[\].=])"""
"""The lines of pyproject.toml that can define `tool.prefect`."""


def read_dotenv(path: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a `.env` file; empty if there is none.

    Values may be quoted, and `${NAME}` or `${NAME:-otherwise}` stands for another variable.
    """
    values: dict[str, str] = {}

    def refer(found: re.Match[str]) -> str:
        name = found["name"]
        return environ.get(name) or values.get(name) or found["otherwise"] or ""

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError:
        return values
    line = re.compile(_LINE, re.VERBOSE)
    position = 0
    while position < len(text):
        found = line.match(text, position)
        if found is None:  # a comment, an empty line, or nothing that sets a variable
            end = text.find("\n", position)
            position = end + 1 if end >= 0 else len(text)
            continue
        position = found.end()
        if found["exact"] is not None:
            values[found["name"]] = found["exact"]
        elif found["quoted"] is not None:
            unescaped = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), found["quoted"])
            values[found["name"]] = re.sub(_REFERENCE, refer, unescaped)
        else:
            values[found["name"]] = re.sub(_REFERENCE, refer, found["bare"])
    return values


def read_toml(path: str, *, only_with_our_table: bool = False) -> dict[str, Any]:
    """Return what a TOML file holds; empty if there is none.

    Args:
        path: The file.
        only_with_our_table: Take the file for empty if no table in it can be ours; parsing a large one takes its time.

    Raises:
        ConfigurationError: It is not TOML.
    """
    try:
        content = Path(path).read_bytes()
    except OSError:
        return {}
    if not content.strip() or (only_with_our_table and not re.search(_TABLE_OF_OURS, content, re.MULTILINE)):
        return {}
    parse = load("tomllib", "loads")  # loaded only where there is a file to parse
    try:
        return parse(content.decode("utf-8-sig"))
    except ValueError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error}. Correct the file, or move it away."
        ) from error


Stamp = tuple[int, int, int] | None


def stamp(path: str | os.PathLike[str]) -> Stamp:
    """Return what changes when a file changes; None when there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a Path takes longer to make than this takes
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
