from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from prefect._processes import ProcessIdentity
from prefect.backend import get_backend
from prefect.locking.database import DatabaseLockManager
from prefect.store.key_locks import take_key_lock

PROGRAM = """
import sys, threading
from pathlib import Path
from prefect.locking.database import DatabaseLockManager

locks, (verb, name, counter) = DatabaseLockManager(), sys.argv[1:]
if verb == "hold":
    assert locks.acquire_lock("k", name, acquire_timeout=20)
    print("held", flush=True)
    threading.Event().wait()
for _ in range(20):
    assert locks.acquire_lock("k", name, acquire_timeout=60)
    Path(counter).write_text(str(int(Path(counter).read_text()) + 1))
    locks.release_lock("k", name)
"""


def started(verb: str, name: str, counter: Path) -> subprocess.Popen[str]:
    """Start a process that holds a lock, or counts under it."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, verb, name, str(counter)], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.needs("posix")
def test_a_killed_holder_loses_its_lock(tmp_path: Path) -> None:
    """After `kill -9` of the process that has a lock, the next one gets it without waiting for any time to pass."""
    locks = DatabaseLockManager()
    with started("hold", "doomed", tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert locks.is_lock_holder("k", "doomed")
        assert not locks.acquire_lock("k", "heir", acquire_timeout=0.02)
        holder.kill()
    assert not locks.is_locked("k")
    assert locks.acquire_lock("k", "heir", acquire_timeout=20)


def test_processes_take_turns(tmp_path: Path) -> None:
    """Processes that count under one lock lose no count."""
    counter = tmp_path / "counter"
    counter.write_text("0")
    workers = [started("count", f"worker {number}", counter) for number in range(2)]
    assert [worker.communicate(timeout=100)[0] for worker in workers] == ["", ""]
    assert counter.read_text() == "40"


def test_a_lock_of_another_machine_is_respected() -> None:
    """Whether a process of another machine lives cannot be known, so that its lock holds until its time is over."""
    far = ProcessIdentity("elsewhere", 1, "tick 1")
    assert get_backend().perform(take_key_lock, "k", "far", None, far).result()
    assert DatabaseLockManager().is_lock_holder("k", "far")


async def test_who_is_cancelled_while_taking_a_lock_does_not_keep_it() -> None:
    """A lock that is granted to a coroutine that was cancelled meanwhile is given back."""
    locks = DatabaseLockManager()
    for patience in (0, 0.0005, 0.002):
        taking = asyncio.create_task(locks.aacquire_lock("k", "gone"))
        await asyncio.sleep(patience)
        if taking.cancel():
            with pytest.raises(asyncio.CancelledError):
                await taking
        else:
            locks.release_lock("k", "gone")
        assert await locks.aacquire_lock("k", "next", 20)
        locks.release_lock("k", "next")
