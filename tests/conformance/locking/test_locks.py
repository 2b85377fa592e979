from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prefect.locking.database import DatabaseLockManager
from prefect.locking.filesystem import FileSystemLockManager
from prefect.locking.memory import MemoryLockManager
from prefect.locking.protocol import LockManager

PROGRAMS = Path(__file__).with_name("programs.py")


@pytest.fixture(params=["memory", "files", "database"])
def locks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LockManager]:
    """Each kind of lock manager."""
    if request.param == "files":
        yield FileSystemLockManager(tmp_path / "locks")
    elif request.param == "database":
        yield DatabaseLockManager()
    else:
        manager = MemoryLockManager()
        yield manager
        manager._held.clear()


def test_it_is_a_lock_manager(locks: LockManager) -> None:
    """What a cache policy or store asks for is what it gets."""
    assert isinstance(locks, LockManager)


def test_one_holder_at_a_time(locks: LockManager) -> None:
    """While one has the lock of a key nobody else gets it, in time zero too; its holder gets it again."""
    assert locks.acquire_lock("k", "me")
    assert not locks.acquire_lock("k", "you", acquire_timeout=0)
    assert not locks.acquire_lock("k", "you", acquire_timeout=0.02)
    assert locks.acquire_lock("k", "me")
    assert (locks.is_locked("k"), locks.is_lock_holder("k", "me"), locks.is_lock_holder("k", "you")) == (
        True,
        True,
        False,
    )
    locks.release_lock("k", "me")
    assert not locks.is_locked("k")
    assert locks.acquire_lock("k", "you", acquire_timeout=0)


def test_keys_do_not_touch_each_other(locks: LockManager) -> None:
    """Locks on different keys are different locks, whatever characters the keys have."""
    for key in ("a/b", "a", "../up", "ä ö.lock", "a%2Fb"):
        assert locks.acquire_lock(key, f"holder of {key}", acquire_timeout=0)
    assert locks.is_lock_holder("a/b", "holder of a/b")


def test_only_the_holder_can_release(locks: LockManager) -> None:
    """Releasing a lock that one does not have is an error that names key and holder."""
    with pytest.raises(ValueError, match=r"No lock.*k"):
        locks.release_lock("k", "you")
    locks.acquire_lock("k", "me")
    with pytest.raises(ValueError, match="No lock held by you for transaction with key k"):
        locks.release_lock("k", "you")
    assert locks.is_lock_holder("k", "me")


def test_a_lock_is_free_after_its_hold_time(locks: LockManager) -> None:
    """Who waits gets the lock when the time of its holder is over."""
    assert locks.acquire_lock("k", "me", hold_timeout=0.05)
    assert locks.acquire_lock("k", "you", acquire_timeout=20)
    assert not locks.is_lock_holder("k", "me")


def test_waiting_ends_when_the_lock_is_given_back(locks: LockManager) -> None:
    """`wait_for_lock` returns True when nobody has the lock, and False when that takes too long."""
    assert locks.wait_for_lock("k", timeout=0)
    locks.acquire_lock("k", "me")
    assert not locks.wait_for_lock("k", timeout=0.02)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(locks.wait_for_lock, "k", 20)
        locks.release_lock("k", "me")
        assert waiting.result(20)


def test_threads_take_turns(locks: LockManager) -> None:
    """Many threads that want the same lock have it one after the other."""
    inside, most = 0, 0

    def work(number: int) -> None:
        nonlocal inside, most
        assert locks.acquire_lock("k", f"{number}", acquire_timeout=60)
        inside += 1
        most = max(most, inside)
        inside -= 1
        locks.release_lock("k", f"{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert most == 1


async def test_coroutines_wait_without_holding_up_the_loop(locks: LockManager) -> None:
    """While a coroutine waits for a lock, others run, and give it back."""
    assert await locks.aacquire_lock("k", "me")
    waiting = [asyncio.create_task(locks.aacquire_lock("k", f"{n}", 20, 0.01)) for n in range(3)]
    free = asyncio.create_task(locks.await_for_lock("k", 20))
    await asyncio.sleep(0)
    locks.release_lock("k", "me")
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert await free
    assert await locks.aacquire_lock("k", "you", 20)
    assert not await locks.aacquire_lock("k", "me", 0.01)
    assert not await locks.await_for_lock("k", 0.01)


async def test_a_coroutine_that_is_cancelled_does_not_get_the_lock(locks: LockManager) -> None:
    """Cancelling who waits leaves the lock to the others."""
    await locks.aacquire_lock("k", "me")
    waiting = asyncio.create_task(locks.aacquire_lock("k", "gone"))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    locks.release_lock("k", "me")
    assert await locks.aacquire_lock("k", "next", 20)


def test_waiting_costs_no_processor(locks: LockManager) -> None:
    """A thread that waits for a lock sleeps."""
    locks.acquire_lock("k", "me")
    before = time.thread_time()
    assert not locks.acquire_lock("k", "you", acquire_timeout=0.3)
    assert time.thread_time() - before < 0.1


def test_a_manager_can_be_sent_to_another_process(locks: LockManager) -> None:
    """Pickled and read back, a manager still knows the locks that it can know."""
    locks.acquire_lock("k", "me")
    assert pickle.loads(pickle.dumps(locks)).is_locked("k")


def test_there_is_one_memory_manager() -> None:
    """However often it is made, a process has one set of locks in memory."""
    assert MemoryLockManager() is MemoryLockManager()


# --- processes ---------------------------------------------------------------------------------------------------


def started(verb: str, folder: Path, name: str) -> subprocess.Popen[str]:
    """Start a process of the suite."""
    command = [sys.executable, str(PROGRAMS), verb, str(folder), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.needs("posix")
def test_a_killed_holder_loses_its_lock(tmp_path: Path) -> None:
    """After `kill -9` of the process that has a lock, the next one gets it without waiting for any time to pass."""
    locks = FileSystemLockManager(tmp_path)
    holder = started("hold", tmp_path, "doomed")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert locks.is_lock_holder("k", "doomed")
    assert not locks.acquire_lock("k", "heir", acquire_timeout=0.05)
    heir: dict[str, Any] = {}
    waiting = threading.Thread(target=lambda: heir.update(got=locks.acquire_lock("k", "heir", 60)))
    waiting.start()
    holder.kill()
    holder.wait(20)
    waiting.join(60)
    assert heir == {"got": True}
    assert locks.is_lock_holder("k", "heir")
    holder.stdout.close()


def test_processes_take_turns(tmp_path: Path) -> None:
    """Processes that count under one lock lose no count."""
    (tmp_path / "counter").write_text("0")
    workers = [started("count", tmp_path, f"worker {n}") for n in range(3)]
    assert [worker.wait(100) for worker in workers] == [0, 0, 0]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.close()
    assert (tmp_path / "counter").read_text() == "60"
    assert not FileSystemLockManager(tmp_path).is_locked("k")


@pytest.mark.parametrize("content", [b"", b'{"holder": "x"', b"[1]", b'{"foreign": 1}', b"\xff"])
def test_a_torn_or_foreign_lock_file_is_no_lock(tmp_path: Path, content: bytes) -> None:
    """A file that no manager has written locks nobody out."""
    (tmp_path / "k.lock").write_bytes(content)
    locks = FileSystemLockManager(tmp_path)
    assert not locks.is_locked("k")
    assert locks.acquire_lock("k", "me", acquire_timeout=0)


def test_a_lock_of_another_machine_is_respected(tmp_path: Path) -> None:
    """Whether a process of another machine lives cannot be known, so that its lock holds until its time is over."""
    held = '{"holder": "far", "expiration": null, "host": "elsewhere", "pid": 1, "began": "tick 1"}'
    (tmp_path / "k.lock").write_text(held)
    locks = FileSystemLockManager(tmp_path)
    assert locks.is_lock_holder("k", "far")
    (tmp_path / "k.lock").write_text(held.replace("null", '"2020-01-01T00:00:00+00:00"'))
    assert not locks.is_locked("k")


def test_a_process_with_the_number_of_the_holder_is_not_the_holder(tmp_path: Path) -> None:
    """Process ids are used again: a lock of an earlier process with a living id is free."""
    import os
    import socket

    held = f'{{"holder": "old", "host": "{socket.gethostname()}", "pid": {os.getpid()}, "began": "tick 0"}}'
    (tmp_path / "k.lock").write_text(held)
    assert not FileSystemLockManager(tmp_path).is_locked("k")
