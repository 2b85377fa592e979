"""Questions to the person at the terminal, if there is one."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect.settings import get_current_settings

_asked_for: ContextVar[bool | None] = ContextVar("asked_for", default=None)


@contextmanager
def asking(wanted: bool | None) -> Generator[None]:
    """While this lasts, ask or do not ask as `wanted`; None asks when a person is there."""
    token = _asked_for.set(wanted)
    try:
        yield
    finally:
        _asked_for.reset(token)


def confirmed(question: str) -> bool:
    """Ask a question that is answered with yes or no; without a person to ask, the answer is yes."""
    wanted = _asked_for.get()
    if wanted is None:
        wanted = get_current_settings().cli.prompt
    if wanted is None:
        wanted = sys.stdin.isatty() and sys.stdout.isatty()
    if not wanted:
        return True
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
