"""Bells: something was written, look whether it concerns you.

A ring carries nothing and may be lost; whoever listens looks from time to time without one too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeAlias

Listener: TypeAlias = Callable[[], None]
"""Called for each ring, in any thread; it must not take long, and must not raise."""


class Bell(Protocol):
    """Wakes those who listen, in all servers on one database. All methods may be called from any thread."""

    def ring(self) -> None:
        """Say that something was written. It costs little, so that it may be said for every write."""
        ...

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener for each ring from now on. Return what ends that."""
        ...

    def close(self) -> None:
        """Ring no more. Closing twice does nothing."""
        ...


class LocalBell:
    """A bell that is heard in this process."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def ring(self) -> None:
        """See `Bell.ring`."""
        for listener in self._listeners:
            listener()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """See `Bell.listen`."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        return end

    def close(self) -> None:
        """See `Bell.close`."""
        with self._lock:
            self._listeners = ()
