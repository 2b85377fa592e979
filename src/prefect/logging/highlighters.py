"""What stands out in a log line, as highlighters of Rich, for handlers that use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.highlighter import RegexHighlighter

from prefect.logging.highlights import LEVELS, NAMES, STATES, URLS

__all__ = [
    "LevelHighlighter",
    "NameHighlighter",
    "PrefectConsoleHighlighter",
    "StateHighlighter",
    "UrlHighlighter",
]


class LevelHighlighter(RegexHighlighter):
    """Styles levels, as `level.warning_level`."""

    base_style = "level."
    highlights: ClassVar[Sequence[str]] = LEVELS


class UrlHighlighter(RegexHighlighter):
    """Styles addresses, as `url.web_url` and `url.local_url`."""

    base_style = "url."
    highlights: ClassVar[Sequence[str]] = URLS


class NameHighlighter(RegexHighlighter):
    """Styles names of flows, tasks and their runs, as `name.flow_run_name`."""

    base_style = "name."
    highlights: ClassVar[Sequence[str]] = NAMES


class StateHighlighter(RegexHighlighter):
    """Styles names of states, as `state.completed_state`."""

    base_style = "state."
    highlights: ClassVar[Sequence[str]] = STATES


class PrefectConsoleHighlighter(RegexHighlighter):
    """Styles all of these, as `log.error_level`, `log.web_url` and so on."""

    base_style = "log."
    highlights: ClassVar[Sequence[str]] = [*LEVELS, *URLS, *NAMES, *STATES]
