"""The console that log lines go to, by Rich: with styles of one's own, and markup in messages where that is set."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from rich.console import Console
from rich.highlighter import Highlighter, NullHighlighter
from rich.theme import Theme

from prefect._secrets import redacted
from prefect.logging.console import standard_stream
from prefect.logging.errors import TellsErrors
from prefect.logging.highlighters import PrefectConsoleHighlighter
from prefect.settings import get_current_settings

STYLES = {
    "log.info_level": "cyan",
    "log.warning_level": "yellow3",
    "log.error_level": "red3",
    "log.critical_level": "bright_red",
    "log.web_url": "bright_blue",
    "log.local_url": "bright_blue",
    "log.flow_run_name": "magenta",
    "log.flow_name": "bold magenta",
    "log.completed_state": "green",
    "log.cached_state": "bright_blue",
    "log.cancelled_state": "yellow3",
    "log.failed_state": "red3",
    "log.crashed_state": "bright_red",
}
"""How what stands out looks where no styles are given."""


class PrefectConsoleHandler(TellsErrors, logging.StreamHandler[TextIO]):
    """Writes lines to a console of Rich, with secrets masked.

    PREFECT_LOGGING_COLORS and NO_COLOR take the colours away, PREFECT_LOGGING_MARKUP lets `[bold]…[/]` in messages
    style them.

    Args:
        stream: The stream; the standard ones are looked up for each line. By default the standard error stream.
        highlighter: What finds the parts of a line that have a style.
        styles: The styles by name, such as {"log.error_level": "red"}.
        level: The lowest level that is written.
    """

    level: int

    def __init__(
        self,
        stream: TextIO | None = None,
        highlighter: type[Highlighter] = PrefectConsoleHighlighter,
        styles: dict[str, str] | None = None,
        level: int | str = logging.NOTSET,
    ) -> None:
        super().__init__(stream)
        self._of_the_moment = standard_stream(stream)
        settings = get_current_settings().logging
        self.setLevel(level)
        self.console = Console(
            file=self.stream,
            highlighter=highlighter() if settings.colors else NullHighlighter(),
            theme=Theme(STYLES if styles is None else styles, inherit=False),
            color_system="auto" if settings.colors else None,
            markup=settings.markup,
            emoji=False,
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            if self._of_the_moment:
                self.console.file = getattr(sys, self._of_the_moment)
            self.console.print(redacted(self.format(record)), soft_wrap=True)
        except Exception:  # noqa: BLE001 - a line that cannot be written must not end the run; logging reports it
            self.handleError(record)
