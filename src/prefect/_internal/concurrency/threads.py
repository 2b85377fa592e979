"""The global loop: one event loop in a thread of its own, started when it is first asked for."""

from __future__ import annotations

import asyncio
import os
import threading


class EventLoopThread:
    """An event loop that runs in a daemon thread.

    Args:
        name: What the thread is called.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._loop = asyncio.new_event_loop()
        self.thread.start()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop."""
        return self._loop

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()


_global: EventLoopThread | None = None
_lock = threading.Lock()


def get_global_loop() -> EventLoopThread:
    """Return the global loop, starting it when it is first asked for."""
    global _global
    with _lock:
        if _global is None:
            _global = EventLoopThread("prefect-global-loop")
        return _global


def in_global_loop() -> bool:
    """Whether the code that runs here runs in the global loop."""
    return _global is not None and _global.thread is threading.current_thread()


def _forget_after_fork() -> None:
    """A forked child has the parent's loop but not its thread."""
    global _global, _lock
    _global, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
