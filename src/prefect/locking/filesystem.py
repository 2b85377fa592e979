"""Locks between processes, as files in a folder that they share.

`KEY.lock` holds who has the lock. Each look and each change happens under one system lock on the folder's guard file,
which is held for microseconds and which the system gives back when a process dies, so that two processes never find
the same lock free. A lock is free when its time is over, or when the process that took it, on this machine, is gone:
process ids are used again, so the time at which the process began is compared too.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from prefect._clock import now
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, sleep
from prefect._ids import uuid4
from prefect._processes import beginning_of
from prefect.locking.protocol import LockManager

FIRST_LOOK_AGAIN = 0.005
LONGEST_LOOK_AGAIN = 0.1
"""Seconds until a waiting process looks again: first soon, then twice as long each time, up to this."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What a lock file holds. `pid` and `began` are those of the process that took the lock."""

    holder: str
    expiration: str | None = None
    host: str | None = None
    pid: int | None = None
    began: str | None = None

    def is_over(self) -> bool:
        if self.expiration is not None and datetime.fromisoformat(self.expiration) <= now():
            return True
        if self.pid is None or self.host != socket.gethostname():
            return False  # nothing is known about the processes of another machine
        return beginning_of(self.pid) != self.began


class FileSystemLockManager(LockManager):
    """Locks that all processes share which name the same folder.

    Args:
        lock_files_directory: The folder; it is made when it is first needed.
    """

    def __init__(self, lock_files_directory: Path | str) -> None:
        self.lock_files_directory = Path(lock_files_directory).expanduser()

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
        with self._guarded():
            held = self._read(key)
            if held is None:
                raise ValueError(f"No lock for transaction with key {key}")
            if held.holder != holder:
                raise ValueError(f"No lock held by {holder} for transaction with key {key}")
            self._file(key).unlink(missing_ok=True)

    def is_locked(self, key: str, use_cache: bool = False) -> bool:
        """Whether anybody has the lock of a key."""
        return self._read(key) is not None

    def is_lock_holder(self, key: str, holder: str) -> bool:
        """Whether this holder has the lock of a key."""
        held = self._read(key)
        return held is not None and held.holder == holder

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody has the lock of a key; see `LockManager`."""
        return run(self._wait(key, timeout))

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop until nobody has the lock of a key; see `LockManager`."""
        return await arun(self._wait(key, timeout))

    def _acquire(self, key: str, holder: str, patience: float | None, hold: float | None) -> Steps[bool]:
        for pause in _pauses(patience):
            with self._guarded():
                held = self._read(key)
                if held is None or held.holder == holder:
                    self._write(key, holder, hold)
                    return True
            yield from sleep(pause)
        return False

    def _wait(self, key: str, timeout: float | None) -> Steps[bool]:
        for pause in _pauses(timeout):
            if self._read(key) is None:
                return True
            yield from sleep(pause)
        return False

    def _file(self, key: str) -> Path:
        return self.lock_files_directory / f"{quote(key, safe='')}.lock"

    def _read(self, key: str) -> _Held | None:
        """Return who has the lock of a key; a file that is no lock of ours counts as none."""
        try:
            held = _Held(**json.loads(self._file(key).read_bytes()))
            return None if held.is_over() else held
        except FileNotFoundError:
            return None
        except (TypeError, ValueError):
            return None

    def _write(self, key: str, holder: str, hold: float | None) -> None:
        until = None if hold is None else (now() + timedelta(seconds=hold)).isoformat()
        pid = os.getpid()
        held = _Held(holder, until, socket.gethostname(), pid, beginning_of(pid))
        draft = self.lock_files_directory / f".{uuid4().hex}.draft"
        draft.write_text(json.dumps(asdict(held)), encoding="utf-8")
        draft.replace(self._file(key))

    @contextmanager
    def _guarded(self) -> Generator[None]:
        self.lock_files_directory.mkdir(parents=True, exist_ok=True)
        with (self.lock_files_directory / ".guard").open("a+b") as guard:
            _lock(guard)
            try:
                yield
            finally:
                _unlock(guard)


def _pauses(patience: float | None) -> Generator[float]:
    """Yield how long to sleep before looking again, until the patience is over; look at least once."""
    deadline = None if patience is None else time.monotonic() + patience
    pause = FIRST_LOOK_AGAIN
    yield pause if patience is None else max(min(pause, patience), 0)
    while deadline is None or time.monotonic() < deadline:
        left = pause if deadline is None else deadline - time.monotonic()
        yield max(min(pause, left), 0)
        pause = min(pause * 2, LONGEST_LOOK_AGAIN)


if os.name == "nt":  # pragma: no cover - the other system's calls
    import msvcrt as _system

    def _lock(guard: IO[bytes]) -> None:
        guard.seek(0)
        calls: Any = _system
        while True:
            try:
                return calls.locking(guard.fileno(), calls.LK_LOCK, 1)
            except OSError:  # it gives up after ten seconds
                time.sleep(LONGEST_LOOK_AGAIN)

    def _unlock(guard: IO[bytes]) -> None:
        guard.seek(0)
        calls: Any = _system
        calls.locking(guard.fileno(), calls.LK_UNLCK, 1)
else:
    import fcntl as _system

    def _lock(guard: IO[bytes]) -> None:
        _system.flock(guard, _system.LOCK_EX)

    def _unlock(guard: IO[bytes]) -> None:
        _system.flock(guard, _system.LOCK_UN)
