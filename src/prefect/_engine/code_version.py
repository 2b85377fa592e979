"""The version of a flow's code: a digest of the file that defines it."""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any


def code_version(fn: Callable[..., Any]) -> str | None:
    """Return a digest of the file that defines a function; None if there is no such file."""
    try:
        source = inspect.getsourcefile(fn)
        return _digest(source) if source else None
    except (TypeError, OSError):
        return None


@functools.lru_cache(maxsize=256)
def _digest(path: str) -> str:
    return hashlib.md5(Path(path).read_bytes(), usedforsecurity=False).hexdigest()
