"""What a class of blocks says of itself: its name and slug, and what its docstring tells about it."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
import unicodedata
from typing import Any

_SECTION = re.compile(r"^[A-Z][A-Za-z ]*:\s*$")
_EXAMPLE = re.compile(r"^Examples?:\s*$")


def plain_class(cls: type[Any]) -> type[Any]:
    """Return the class that a generic class with its parameters was made of: `Secret` of `Secret[int]`."""
    metadata: dict[str, Any] = getattr(cls, "__pydantic_generic_metadata__", None) or {}
    return metadata.get("origin") or cls


def slugify(text: str) -> str:
    """Return a text as lowercase letters and digits, with single dashes for everything else."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def schema_version(cls: type[Any]) -> str:
    """Return the version of the package that defines a class."""
    package = sys.modules.get(cls.__module__.partition(".")[0])
    return str(getattr(package, "__version__", "non-versioned"))


def description_in(docstring: str | None) -> str | None:
    """Return what a docstring says before its first section."""
    lines: list[str] = []
    for line in inspect.cleandoc(docstring or "").splitlines():
        if _SECTION.match(line):
            break
        lines.append(line)
    return "\n".join(lines).strip() or None


def example_in(docstring: str | None) -> str | None:
    """Return the section `Example` of a docstring."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    start = next((number for number, line in enumerate(lines) if _EXAMPLE.match(line)), None)
    if start is None:
        return None
    rest = lines[start + 1 :]
    end = next((number for number, line in enumerate(rest) if line and not line[0].isspace()), len(rest))
    return textwrap.dedent("\n".join(rest[:end])).strip() or None


def loading_example(cls: type[Any], slug: str, home: str) -> str:
    """Return the code that loads a block of a class, which is imported from `home`."""
    variable = f"{slug.replace('-', '_')}_block"
    return (
        f'```python\nfrom {home} import {cls.__name__}\n\n{variable} = {cls.__name__}.load("BLOCK_NAME")\n```'
    )
