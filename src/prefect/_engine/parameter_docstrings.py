"""What a docstring says of each parameter, in sections written as Google's style has them."""

from __future__ import annotations

import inspect
import re

_HEADING = re.compile(r"(args|arguments|params|parameters):\s*", re.IGNORECASE)
_ENTRY = re.compile(r"(\*{0,2}\w+)(?:\s+\([^)]*\))?:\s*(.*)")


def parameter_docstrings(docstring: str | None) -> dict[str, str]:
    r"""Return the description of each parameter by its name.

    Example:
        >>> parameter_docstrings("Add.\n\nArgs:\n    a: the first")
        {'a': 'the first'}
    """
    described: dict[str, list[str]] = {}
    section: int | None = None  # how far the heading of the section is indented
    entries: int | None = None  # how far its entries are
    name: str | None = None
    for line in inspect.cleandoc(docstring or "").splitlines():
        depth = len(line) - len(line.lstrip())
        text = line.strip()
        if section is None:
            section = depth if _HEADING.fullmatch(text) else None
            entries = name = None
        elif not text:
            continue
        elif depth <= section:
            section = depth if _HEADING.fullmatch(text) else None
            entries = name = None
        elif entries is None or depth <= entries:
            entries = depth
            entry = _ENTRY.fullmatch(text)
            name = entry[1] if entry else None
            if entry:
                described[entry[1]] = [entry[2]]
        elif name is not None:
            described[name].append(text)
    return {name: "\n".join(lines).strip() for name, lines in described.items()}
