"""An order to start a process, and whether a fork can carry it out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

_AT_START = ("PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_", "LC_", "LANG", "OPENSSL_", "ASAN_")
"""How the names of variables begin that act when an interpreter starts: a forked child comes too late for them."""

_HANDLED = frozenset({"PYTHONUNBUFFERED"})
"""Those of them that a forked child heeds all the same."""


@dataclass(frozen=True, kw_only=True)
class LaunchOrder:
    """What is to be started.

    Attributes:
        module: The module whose `main` is called, as `python -m` would.
        arguments: Its arguments.
        command: Another command to start in its place.
        environment: The whole environment of the process.
        cwd: Where it starts; by default where this process is.
        flow_run_id: The run that it executes. Processes that left its group are found by it.
        on_line: Called in the event loop with each line that it prints, and whether that came by stderr.
    """

    module: str = "prefect.engine"
    arguments: tuple[str, ...] = ()
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    cwd: Path | None = None
    flow_run_id: UUID | None = None
    on_line: Callable[[str, bool], None] | None = None

    @property
    def argv(self) -> tuple[str, ...]:
        """The command of a process that is not forked."""
        return self.command or (sys.executable, "-m", self.module, *self.arguments)

    def can_be_forked(self) -> bool:
        """Whether a fork of a process with this environment does the same as a new interpreter."""
        return self.command is None and _at_start(self.environment) == _at_start(os.environ)


def _at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_AT_START) and name not in _HANDLED
    }
