"""What the processes of the suite do: hold a lock until they are killed, or count under one."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from prefect.locking.filesystem import FileSystemLockManager


def main(verb: str, folder: str, name: str) -> None:
    """Do what the first argument says."""
    locks = FileSystemLockManager(Path(folder))
    if verb == "hold":
        assert locks.acquire_lock("k", name, acquire_timeout=20)
        print("held", flush=True)
        threading.Event().wait()
    elif verb == "count":
        counter = Path(folder) / "counter"
        for _ in range(20):
            assert locks.acquire_lock("k", name, acquire_timeout=60)
            seen = int(counter.read_text() or "0")
            counter.write_text(str(seen + 1))
            locks.release_lock("k", name)


if __name__ == "__main__":
    main(*sys.argv[1:])
