"""Versions as far as the rules care: which is older."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_AGENT = re.compile(r"prefect/(?P<package>\S+)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class ClientVersions:
    """The versions of a client, of its package and of the API that it speaks; None where it does not say."""

    package: str | None = None
    api: str | None = None

    @classmethod
    def said(cls, user_agent: str | None, api: str | None) -> Self:
        """Return what a client says of itself: `prefect/3.8.8 (API 0.8.4)`, and the version of the API apart."""
        found = _AGENT.search(user_agent or "")
        return cls(found["package"] if found else None, api)


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
