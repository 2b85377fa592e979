"""Threads that the code of a run starts have its context: its logger, its tags, `prefect.runtime`.

Python gives a new thread an empty context (until 3.14, and there unless `thread_inherit_context` is set), so that
`get_run_logger()` would fail in it. Nothing can be done about that from outside but to stand between `Thread.start` and
the thread, and, since the threads of an executor outlive what they were started for, between `Executor.submit` and the
work. Both do just what they always did for code that is not part of a run.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any

from prefect.logging.run_scope import current_scope

_start = threading.Thread.start
_submit = ThreadPoolExecutor.submit
_installed = False


def let_threads_inherit() -> None:
    """From now on let threads, and work given to thread pools, inherit the context of the run that starts them.

    Doing this again does nothing.
    """
    global _installed
    if _installed:
        return
    _installed = True
    if not getattr(sys.flags, "thread_inherit_context", False):
        threading.Thread.start = _start_with_context
    ThreadPoolExecutor.submit = _submit_with_context


def _start_with_context(self: threading.Thread) -> None:
    if current_scope.get() is not None:
        self.run = _InContext(copy_context(), self.run)
    _start(self)


def _submit_with_context(
    self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Future[Any]:
    if current_scope.get() is None:
        return _submit(self, fn, *args, **kwargs)
    # The executor may start a thread for this; it will do the work of others later, so it starts without a context.
    return Context().run(_submit, self, _InContext(copy_context(), fn), *args, **kwargs)


class _InContext:
    """A function that is called once, in a context."""

    __slots__ = ("_context", "_fn")

    def __init__(self, context: Context, fn: Callable[..., Any]) -> None:
        self._context = context
        self._fn = fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._context.run(self._fn, *args, **kwargs)
