"""What a command has opened, and is closed when it ends, whichever way it does."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

_opened: ContextVar[ExitStack | None] = ContextVar("opened", default=None)


@contextmanager
def closing_what_is_opened() -> Generator[None]:
    """When this ends, close what was opened meanwhile."""
    with ExitStack() as stack:
        token = _opened.set(stack)
        try:
            yield
        finally:
            _opened.reset(token)


def closed_in_the_end(close: Callable[[], None]) -> None:
    """Call this when the command ends."""
    stack = _opened.get()
    if stack is not None:
        stack.callback(close)
