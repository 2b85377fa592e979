"""What the tests of logging share: runs whose lines are kept in a list."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import UUID

from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.run_scope import RunScope, current_scope
from prefect.settings import Settings


class Line(NamedTuple):
    """A recorded line."""

    name: str
    level: int
    message: str
    moment: datetime
    flow_run_id: UUID | None
    task_run_id: UUID | None


def scope(lines: list[Line], number: int = 1, *, log_prints: bool = False) -> RunScope:
    """Return the scope of flow run number so-and-so, whose lines are kept in the list."""
    return RunScope(
        lambda *line: lines.append(Line(*line)), log_prints, UUID(int=number), f"run {number}", "Load"
    )


class Inside:
    """The context of a run."""

    def __init__(self, scope: RunScope) -> None:
        self._scope = scope

    def __enter__(self) -> None:
        self._token = current_scope.set(self._scope)

    def __exit__(self, *_: object) -> None:
        current_scope.reset(self._token)


@contextmanager
def program(**logging_settings: Any) -> Iterator[io.StringIO]:
    """Be a program without handlers on its root logger, where pytest has put some; return its standard error stream."""
    with (
        patch.object(logging.getLogger(), "handlers", []),
        patch.object(sys, "stderr", io.StringIO()) as stream,
    ):
        ensure_logging_setup(Settings(logging=logging_settings))
        try:
            yield stream
        finally:
            ensure_logging_setup(Settings(logging={"level": "CRITICAL"}))
