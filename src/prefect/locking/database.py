"""Locks between all processes that record their runs in the same place: rows of its database.

Taking and giving back is one transaction each, so that two processes never find the same lock free. A lock is free when
its time is over, or when the process that took it, on this machine, is gone. Who waits looks again by reading.
"""

from __future__ import annotations

import time
from collections.abc import Generator

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle, sleep
from prefect._processes import this_process
from prefect.backend import get_backend
from prefect.locking.protocol import LockManager
from prefect.store.key_locks import read_key_lock, release_key_lock, take_key_lock

FIRST_LOOK_AGAIN = 0.005
LONGEST_LOOK_AGAIN = 0.1
"""Seconds until a waiting process looks again: first soon, then twice as long each time, up to this."""


class DatabaseLockManager(LockManager):
    """Locks in the database of the runs. There is nothing to configure: they are where the settings say runs are.

    Example:
        >>> store = ResultStore(lock_manager=DatabaseLockManager())
    """

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
        if not get_backend().perform(release_key_lock, key, holder).result():
            raise ValueError(f"No lock held by {holder} for transaction with key {key}")

    def is_locked(self, key: str) -> bool:
        """Whether anybody has the lock of a key."""
        return get_backend().perform(read_key_lock, key).result() is not None

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """Whether this holder has the lock of a key."""
        return get_backend().perform(read_key_lock, key).result() == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody has the lock of a key; see `LockManager`."""
        return run(self._wait(key, timeout))

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop until nobody has the lock of a key; see `LockManager`."""
        return await arun(self._wait(key, timeout))

    def _acquire(self, key: str, holder: str, patience: float | None, hold: float | None) -> Steps[bool]:
        backend = get_backend()
        for pause in _pauses(patience):
            present = yield from settle(backend.perform(read_key_lock, key))
            if present is None or present == holder:
                taken = backend.perform(take_key_lock, key, holder, hold, this_process())
                try:
                    if (yield from settle(taken)):
                        return True
                except BaseException:
                    # Interrupted on the way: what is taken after all is not wanted any more.
                    backend.perform(release_key_lock, key, holder)
                    raise
            yield from sleep(pause)
        return False

    def _wait(self, key: str, timeout: float | None) -> Steps[bool]:
        backend = get_backend()
        for pause in _pauses(timeout):
            if (yield from settle(backend.perform(read_key_lock, key))) is None:
                return True
            yield from sleep(pause)
        return False


def _pauses(patience: float | None) -> Generator[float]:
    """Yield how long to sleep before looking again, until the patience is over; look at least once."""
    deadline = None if patience is None else time.monotonic() + patience
    pause = FIRST_LOOK_AGAIN
    yield pause if patience is None else max(min(pause, patience), 0)
    while deadline is None or time.monotonic() < deadline:
        left = pause if deadline is None else deadline - time.monotonic()
        yield max(min(pause, left), 0)
        pause = min(pause * 2, LONGEST_LOOK_AGAIN)
