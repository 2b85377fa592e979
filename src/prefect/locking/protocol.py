"""The port of lock managers: what a lock on a key promises."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class LockManager(Protocol):
    """Gives locks on keys to holders.

    At most one holder has the lock of a key at any time. A holder is a text; who knows it may release the lock. The
    holder of a lock is given it again at once. Times are seconds; None means no limit. A lock whose hold time is over,
    or whose holder is known to be dead, is free.
    """

    def acquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Take the lock of a key, waiting for it if need be.

        Args:
            key: What to lock.
            holder: Who shall have it.
            acquire_timeout: How long to wait for it.
            hold_timeout: How long to have it at most.

        Returns:
            Whether the lock was taken in time.
        """
        ...

    async def aacquire_lock(
        self, key: str, holder: str, acquire_timeout: float | None = None, hold_timeout: float | None = None
    ) -> bool:
        """Take the lock of a key without blocking the event loop; see `acquire_lock`."""
        ...

    def release_lock(self, key: str, holder: str) -> None:
        """Give the lock of a key back.

        Raises:
            ValueError: This holder does not have it.
        """
        ...

    def is_locked(self, key: str) -> bool:
        """Whether anybody has the lock of a key."""
        ...

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """Whether this holder has the lock of a key."""
        ...

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody has the lock of a key; return whether that was so in time."""
        ...

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop until nobody has the lock of a key; see `wait_for_lock`."""
        ...
