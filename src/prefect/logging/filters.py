"""Filters of log lines: secrets do not pass.

The handlers of this room mask secrets in whatever they write. The filter does it to the line itself, for handlers that
are not of this room: a file, the console of another library.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, cast

from prefect._secrets import MASK, has_secrets, redacted, register_secret

__all__ = ["ObfuscateApiKeyFilter", "redact_substr", "redacted", "register_secret"]


class ObfuscateApiKeyFilter(logging.Filter):
    """Masks the API key and every other registered secret in a line, its traceback included; keeps every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask secrets in one line."""
        if has_secrets():
            self._mask(record)
        return True

    def _mask(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - a line that cannot be made is told by the handler, which meets it again
            return
        masked = redacted(message)
        if masked != message:
            record.msg, record.args = masked, None
        if record.exc_info and not record.exc_text:
            trace = logging.Formatter().formatException(record.exc_info)
            if (masked := redacted(trace)) != trace:
                record.exc_text = masked  # formatters show this instead of the exception itself


def redact_substr(obj: Any, substr: str) -> Any:
    """Return an object with a text masked wherever it occurs in it: in texts, mappings and sequences.

    Example:
        >>> redact_substr({"url": "https://host/?key=hunter2"}, "hunter2")
        {'url': 'https://host/?key=********'}
    """
    if isinstance(obj, str):
        return obj.replace(substr, MASK)
    if isinstance(obj, Mapping):
        items = cast("Mapping[Any, Any]", obj).items()
        return {redact_substr(key, substr): redact_substr(value, substr) for key, value in items}
    if type(obj) in (list, tuple, set, frozenset):
        masked = [redact_substr(item, substr) for item in cast("Iterable[Any]", obj)]
        return masked if isinstance(obj, list) else type(obj)(masked)
    return obj
