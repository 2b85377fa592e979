"""Texts that must never be read in a log: whoever holds a secret registers it here, whoever writes lines asks.

What is registered holds for the life of the process. Only the text itself is remembered, not where it is from.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any, cast

MASK = "********"
"""What stands in the place of a secret."""

SHORTEST = 4
"""How many characters a secret has at least: a shorter one would blot out parts of ordinary words."""

_PASSWORD_IN_URL = re.compile(r"://[^/@\s]*?:([^/@\s]+)@")

_lock = threading.Lock()
_secrets: set[str] = set()
_pattern: re.Pattern[str] | None = None


def register_secret(value: object) -> None:
    """Let a value be masked in all log lines of this process from now on.

    Args:
        value: A text, bytes, something with `get_secret_value()`, or a nest of these in mappings and sequences. Of a
            URL only the password is masked. Texts of fewer than four characters are left readable.

    Example:
        >>> register_secret("hunter2")
        >>> redacted("the password is hunter2")
        'the password is ********'
    """
    found = {text for text in _texts_in(value) if len(text) >= SHORTEST}
    global _pattern
    if found <= _secrets:
        return
    with _lock:
        _secrets.update(found)
        longest_first = sorted(_secrets, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, longest_first)))


def redacted(text: str) -> str:
    """Return a text with every registered secret in it masked."""
    return text if _pattern is None else _pattern.sub(MASK, text)


def has_secrets() -> bool:
    """Whether there is anything to mask."""
    return _pattern is not None


def _texts_in(value: object) -> Iterable[str]:
    reveal = getattr(value, "get_secret_value", None)
    if reveal is not None:
        value = reveal()
    if isinstance(value, (bytes, bytearray)):
        value = bytes(value).decode("utf-8", "replace")
    if isinstance(value, str):
        passwords: list[str] = _PASSWORD_IN_URL.findall(value)
        for text in passwords or ([] if "://" in value else [value.strip()]):
            yield text
            yield repr(text)[1:-1]  # as a traceback or a representation shows line breaks and quotes
    elif isinstance(value, Mapping):
        for item in cast("Mapping[Any, Any]", value).values():
            yield from _texts_in(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in cast("Iterable[Any]", value):
            yield from _texts_in(item)
