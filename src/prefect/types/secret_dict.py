"""A dictionary whose values are shown nowhere."""

from __future__ import annotations

from typing import Any

from pydantic import Secret


class SecretDict(Secret[dict[str, Any]]):
    """A dictionary that shows as stars; `get_secret_value()` returns it.

    Example:
        >>> SecretDict({"token": "hunter2"})
        SecretDict('**********')
    """
