"""Listening to a logger for the length of a block."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Self

from prefect._secrets import redacted


class LogEavesdropper(logging.Handler):
    """Collects what a logger says inside a `with` block; read it with `text()`.

    Args:
        eavesdrop_on: The logger's name; what its children say is heard too.
        level: The lowest level that is heard.

    Example:
        >>> with LogEavesdropper("their.library", level=logging.WARNING) as heard:
        ...     logging.getLogger("their.library").warning("slow")
        >>> heard.text()
        '[WARNING]: slow'
    """

    def __init__(self, eavesdrop_on: str, level: int = logging.NOTSET) -> None:
        super().__init__(level)
        self.eavesdrop_on = eavesdrop_on
        self._target = logging.getLogger(eavesdrop_on)
        self._lines: list[str] = []
        self.formatter = logging.Formatter("[%(levelname)s]: %(message)s")

    def __enter__(self) -> Self:
        self._target.addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._target.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._lines.append(redacted(self.format(record)))

    def text(self) -> str:
        """Return what was said, a line each."""
        return "\n".join(self._lines)
