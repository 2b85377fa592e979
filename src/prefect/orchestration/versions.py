"""Versions as far as the rules care: which is older."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


def is_older(version: str, than: str) -> bool:
    """Return whether the release numbers of one version come before those of another.

    What follows the numbers (rc1, .dev2) does not count.

    Example:
        >>> is_older("3.4.9", "3.4.11")
        True
    """
    return _numbers(version) < _numbers(than)


def _numbers(version: str) -> list[int]:
    found = _NUMBERS.match(version)
    return [int(part) for part in found[0].split(".")] if found else []
