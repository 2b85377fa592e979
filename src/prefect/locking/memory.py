"""Locks between the threads and coroutines of one process.

Who waits sleeps until a lock is given back or its hold time is over; nobody polls.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Self

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle
from prefect._outcome import Outcome
from prefect.locking.protocol import LockManager


@dataclass(slots=True)
class _Held:
    holder: str
    until: float | None
    bells: list[Outcome[None]] = field(default_factory=list["Outcome[None]"])

    def is_over(self) -> bool:
        return self.until is not None and self.until <= time.monotonic()


class MemoryLockManager(LockManager):
    """Locks that all threads of this process share: there is one such manager, however often it is made."""

    _only: MemoryLockManager | None = None
    _guard = threading.Lock()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Return the one manager of this process."""
        with cls._guard:
            if not isinstance(cls._only, cls):
                only = super().__new__(cls)
                only._held = {}
                only._mutex = threading.Lock()
                cls._only = only
            return cls._only

    _held: dict[str, _Held]
    _mutex: threading.Lock

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make nothing: the locks are there since the first time."""

    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        # In another process it is that process's own manager.
        return type(self), ()

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Take the lock of a key; see `LockManager`."""
        return run(self._acquire(key, holder, acquire_timeout, hold_timeout))

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Take the lock of a key without blocking the event loop; see `LockManager`."""
        return await arun(self._acquire(key, holder, acquire_timeout, hold_timeout))

    def release_lock(self, key: str, holder: str) -> None:
        """Give the lock of a key back; see `LockManager`."""
        with self._mutex:
            held = self._current(key)
            if held is None or held.holder != holder:
                raise ValueError(f"No lock held by {holder} for transaction with key {key}")
            del self._held[key]
        for bell in held.bells:
            bell.set_result(None)

    def is_locked(self, key: str) -> bool:
        """Whether anybody has the lock of a key."""
        with self._mutex:
            return self._current(key) is not None

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """Whether this holder has the lock of a key."""
        with self._mutex:
            held = self._current(key)
            return held is not None and held.holder == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody has the lock of a key; see `LockManager`."""
        return run(self._wait(key, timeout))

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop until nobody has the lock of a key; see `LockManager`."""
        return await arun(self._wait(key, timeout))

    def _acquire(self, key: str, holder: str, patience: float | None, hold: float | None) -> Steps[bool]:
        deadline = None if patience is None else time.monotonic() + patience
        while True:
            with self._mutex:
                held = self._current(key)
                until = None if hold is None else time.monotonic() + hold
                if held is None:
                    self._held[key] = _Held(holder, until)
                    return True
                if held.holder == holder:
                    held.until = until
                    return True
                bell = self._bell(held)
            if not (yield from self._hear(bell, held, deadline)):
                return False

    def _wait(self, key: str, timeout: float | None) -> Steps[bool]:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._mutex:
                held = self._current(key)
                if held is None:
                    return True
                bell = self._bell(held)
            if not (yield from self._hear(bell, held, deadline)):
                return False

    def _bell(self, held: _Held) -> Outcome[None]:
        bell: Outcome[None] = Outcome()
        held.bells.append(bell)
        return bell

    def _hear(self, bell: Outcome[None], held: _Held, deadline: float | None) -> Steps[bool]:
        """Wait until the lock may be free; return False when the deadline has passed."""
        times = [moment for moment in (deadline, held.until) if moment is not None]
        patience = max(min(times) - time.monotonic(), 0) if times else None
        try:
            yield from settle(bell, patience)
        except TimeoutError:
            return deadline is None or time.monotonic() < deadline
        finally:
            with self._mutex:
                if bell in held.bells:
                    held.bells.remove(bell)
        return True

    def _current(self, key: str) -> _Held | None:
        """Return who has the lock; call it with the mutex."""
        held = self._held.get(key)
        if held is not None and held.is_over():
            del self._held[key]
            for bell in held.bells:
                bell.set_result(None)
            return None
        return held
