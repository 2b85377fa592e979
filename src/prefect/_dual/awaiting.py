"""Finishing an awaitable from sync code, wherever that code runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable
from contextvars import copy_context
from typing import Any, TypeVar

from prefect._outcome import Outcome

R = TypeVar("R")


def finish(awaitable: Awaitable[R]) -> R:
    """Await something to its end, blocking this thread, and return what it gives.

    If an event loop runs in this thread already, the awaitable is finished in a thread of its own, in a copy of this
    context: a running loop cannot be waited for from inside.
    """

    async def await_it() -> R:
        return await awaitable

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(await_it())
    outcome: Outcome[tuple[Any, BaseException | None]] = Outcome()
    context = copy_context()

    def in_thread() -> None:
        try:
            outcome.set_result((context.run(asyncio.run, await_it()), None))
        except BaseException as error:  # it belongs to the caller, who raises it
            outcome.set_result((None, error))

    threading.Thread(target=in_thread, name="prefect-await", daemon=True).start()
    result, error = outcome.result()
    if error is not None:
        raise error
    return result
