"""What stands out in a log line, and its colour: tables for the plain console and for Rich.

The names of the groups are those that styles are given for, such as `log.warning_level`.
"""

from __future__ import annotations

import os
import re
from typing import TextIO

LEVELS = [rf"(?P<{name.lower()}_level>{name})" for name in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")]
URLS = [
    r"(?P<web_url>(?:https?|wss?)://[^\s<>\"'|]+)",
    r"(?P<local_url>file://[^\s<>\"'|]+)",
]
NAMES = [
    r"(?P<flow_run_name>(?<=[Ff]low run )'[^']*')",
    r"(?P<flow_name>(?<=[Ff]low )'[^']*')",
    r"(?P<task_run_name>(?<=[Tt]ask run )'[^']*')",
    r"(?P<task_name>(?<=[Tt]ask )'[^']*')",
]
STATES = [
    rf"(?P<{name.lower()}_state>\b{name}\b)"
    for name in (
        "Scheduled", "Pending", "Running", "Completed", "Failed", "Cancelled", "Crashed",
        "Paused", "Cancelling", "Cached",
    )
]  # fmt: skip

_CODES = {
    "debug_level": "2",
    "info_level": "36",
    "warning_level": "33",
    "error_level": "31",
    "critical_level": "1;31",
    "web_url": "94",
    "local_url": "94",
    "flow_run_name": "35",
    "flow_name": "1;35",
    "completed_state": "32",
    "cached_state": "94",
    "cancelled_state": "33",
    "failed_state": "31",
    "crashed_state": "91",
}
"""The terminal's codes of what has a colour on the plain console."""

_ANY = re.compile("|".join([*LEVELS, *URLS, *NAMES, *STATES]))


def painted(line: str) -> str:
    """Return a line with what stands out in its colour, for a terminal."""
    return _ANY.sub(_paint, line)


def _paint(found: re.Match[str]) -> str:
    code = _CODES.get(found.lastgroup or "")
    return f"\033[{code}m{found[0]}\033[0m" if code else found[0]


def shows_colors(stream: TextIO) -> bool:
    """Whether a stream is a terminal that a person wants colours on."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
