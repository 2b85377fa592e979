"""How a command says that it could not do what was asked."""

from __future__ import annotations

FAILURE = 1
"""Exit code: not found, refused, or broken."""

WRONG_USAGE = 2
"""Exit code: the command line itself cannot be understood."""

INTERRUPTED = 130
"""Exit code: stopped by Ctrl-C, as shells number it."""


class CommandFailed(Exception):
    """A command could not do what was asked. The message says why and what to do; lines after the first are details."""

    def __init__(self, message: str, *, exit_code: int = FAILURE) -> None:
        super().__init__(message)
        self.exit_code = exit_code
