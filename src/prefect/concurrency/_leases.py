"""Keeping leases: one thread of the process renews all of them while any is held.

A lease is renewed three times in the time that it lasts, so that a process which is held up for a while (by code that
does not let go of the interpreter, by a busy machine) does not lose it. If it is lost all the same, whoever holds it is
told: by a log line, or by an exception in the block that it protects.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
import time
from asyncio import CancelledError
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.exceptions import ConcurrencyLeaseGone
from prefect.store.concurrency_leases import renew_concurrency_lease

if TYPE_CHECKING:
    from prefect.backend.protocol import Backend

RENEWALS = 3
"""How often a lease is renewed in the time that it lasts."""

SLOWEST_RETRY = 5.0
"""How many seconds at most until a renewal that failed is tried again."""

_log = logging.getLogger("prefect.concurrency")


class ConcurrencyLeaseLost(CancelledError):
    """The lease on concurrency slots was lost: others may hold them now, so the block that needs them must end."""


@dataclass(eq=False)
class KeptLease:
    """A lease that is renewed until it is let go. `on_loss` is called, in the thread of renewal, when it is lost."""

    id: UUID
    names: tuple[str, ...]
    duration: float
    backend: Backend
    on_loss: Callable[[], object] | None = None
    lost: bool = False
    due: float = field(default=0.0)
    valid_until: float = field(default=0.0)

    def __post_init__(self) -> None:
        self.renewed(time.monotonic())

    def renewed(self, moment: float) -> None:
        """Note that it was renewed, by a request made at this moment."""
        self.due = moment + self.duration / RENEWALS
        self.valid_until = moment + self.duration


class LeaseKeeper:
    """Renews leases from one thread, which lives while any is held."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._leases: set[KeptLease] = set()
        self._thread: threading.Thread | None = None

    def keep(self, lease: KeptLease) -> None:
        """Renew a lease from now on."""
        with self._changed:
            self._leases.add(lease)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._renew_while_held, name="prefect-leases", daemon=True
                )
                self._thread.start()
            else:
                self._changed.notify()

    def let_go(self, lease: KeptLease) -> None:
        """Renew a lease no longer."""
        with self._changed:
            self._leases.discard(lease)
            if not self._leases:
                self._changed.notify()

    def _renew_while_held(self) -> None:
        while True:
            with self._changed:
                if not self._leases:
                    self._thread = None
                    return
                first = min(self._leases, key=lambda lease: lease.due)
                wait = first.due - time.monotonic()
                if wait > 0:
                    self._changed.wait(wait)
                    continue
            self._renew(first)

    def _renew(self, lease: KeptLease) -> None:
        asked = time.monotonic()
        try:
            lease.backend.perform(renew_concurrency_lease, lease.id, lease.duration).result()
        except ConcurrencyLeaseGone:
            self._lose(lease)
        except Exception as error:  # noqa: BLE001 - the store may be back in time; no error may end this thread
            lease.due = asked + min(lease.duration / RENEWALS / 4, SLOWEST_RETRY)
            left = lease.valid_until - asked
            _log.warning(
                "The lease on the slots of %s could not be renewed (%s). It lapses in %.0f seconds; trying again.",
                _named(lease.names),
                error,
                max(left, 0),
            )
        else:
            lease.renewed(asked)

    def _lose(self, lease: KeptLease) -> None:
        with self._changed:
            if lease not in self._leases:
                return  # given back meanwhile
            self._leases.discard(lease)
            lease.lost = True
        if lease.on_loss is None:
            _log.warning(
                "The lease %s on the slots of %s was lost: they are not reserved any more. "
                "The work goes on, but the limit may be exceeded.",
                lease.id,
                _named(lease.names),
            )
            return
        _log.error(
            "The lease %s on the slots of %s was lost: they are not reserved any more. "
            "The work is ended so that the limit is not exceeded.",
            lease.id,
            _named(lease.names),
        )
        lease.on_loss()


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(repr(name) for name in names)


class Interruption:
    """Ends the block of a lease that was lost: raises in the thread, or cancels the task, that entered it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._left = False
        self._fired = False
        self._cancelled = False
        self._thread = threading.get_ident()
        self._loop, self._task = _running_task()

    def fire(self) -> None:
        """Interrupt the block, if it is still running."""
        with self._guard:
            if self._left:
                return
            self._fired = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._cancel)
            else:
                _raise_in(self._thread, ConcurrencyLeaseLost)

    def _cancel(self) -> None:
        if not self._left:
            self._cancelled = True
            self._task.cancel()

    def leave(self, lease: KeptLease) -> ConcurrencyLeaseLost | None:
        """Say that the block ends; return the error that it must end with if it was interrupted."""
        with self._guard:
            self._left = True
            if not self._fired:
                return None
            if self._cancelled:
                self._task.uncancel()
            elif self._task is None:
                # It may not have been delivered yet: it must not strike whoever runs in this thread next.
                _raise_in(self._thread, None)
        return ConcurrencyLeaseLost(
            f"The lease on the slots of {_named(lease.names)} was lost while they were in use. "
            "The process may have been held up for too long, or somebody revoked it; a longer lease_duration helps."
        )


def _running_task() -> tuple[Any, Any]:
    asyncio = sys.modules["asyncio"]
    try:
        return asyncio.get_running_loop(), asyncio.current_task()
    except RuntimeError:
        return None, None


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raise an error in a thread when it next runs Python code; None takes back one that has not been raised yet."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error)
    )


keeper = LeaseKeeper()
"""The one of this process."""


def _forget_after_fork() -> None:
    """The leases belong to the parent, and its thread is not here."""
    keeper.__init__()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
