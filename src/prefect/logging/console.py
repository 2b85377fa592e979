"""The console that log lines go to: plain and quick, with colours on a terminal."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from prefect._secrets import redacted
from prefect.logging.errors import TellsErrors
from prefect.logging.highlights import painted, shows_colors
from prefect.settings import get_current_settings


class ConsoleHandler(TellsErrors, logging.StreamHandler[TextIO]):
    """Writes lines to a stream, in colour where a person reads them, with secrets masked.

    Args:
        stream: The stream; the standard ones are looked up for each line, since tests and notebooks replace them. By
            default the standard error stream.
        colors: Whether a terminal gets colours; by default as set.
    """

    def __init__(self, stream: TextIO | None = None, *, colors: bool | None = None) -> None:
        super().__init__(stream)
        self._of_the_moment = standard_stream(stream)
        self._asked: TextIO | None = None
        self._answer = False
        self._colors = get_current_settings().logging.colors if colors is None else colors

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        if self._of_the_moment:
            self.stream = getattr(sys, self._of_the_moment)
        super().emit(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return a line as it is written."""
        line = redacted(super().format(record))
        return painted(line) if self._colors and self._is_colorful() else line

    def _is_colorful(self) -> bool:
        """Return whether the stream shows colours; each stream is asked once, since that is a call of the system."""
        if self._asked is not self.stream:
            self._asked, self._answer = self.stream, shows_colors(self.stream)
        return self._answer


def standard_stream(stream: TextIO | None) -> str | None:
    """Return which standard stream this is, by its name in `sys`; None for another stream."""
    if stream is None or stream is sys.stderr:
        return "stderr"
    return "stdout" if stream is sys.stdout else None
