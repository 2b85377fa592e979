"""Which process is this, and is that one still there? So that what a dead process held is known to be free.

A process number is used again, so the time at which the process began belongs to it, and the machine's boot and the
namespace of its numbers, so that a container with the name of another is not taken for it.
"""

from __future__ import annotations

import functools
import os
import socket
from pathlib import Path
from typing import NamedTuple


class ProcessIdentity(NamedTuple):
    """A process of some machine. `began` is None where the system does not tell when a process began."""

    machine: str
    pid: int
    began: str | None

    def is_gone(self) -> bool:
        """Whether the process has certainly ended; of another machine's processes nothing is known."""
        if self.machine != this_machine():
            return False
        return beginning_of(self.pid) != self.began


def this_process() -> ProcessIdentity:
    """Return the identity of the process that asks; a forked child has its own."""
    return _identity(os.getpid())


@functools.lru_cache(maxsize=1)
def _identity(pid: int) -> ProcessIdentity:
    return ProcessIdentity(this_machine(), pid, beginning_of(pid))


@functools.lru_cache(maxsize=1)
def this_machine() -> str:
    """Return what tells this machine, since it was started, from all others that may see the same files."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    except OSError:
        pass  # other systems have no such files; the name has to do
    return " ".join(parts)


def beginning_of(pid: int) -> str | None:
    """Return what tells a living process from others that had or will have its number; None when it is gone."""
    try:
        with Path(f"/proc/{pid}/stat").open("rb") as stat:
            fields = stat.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None if Path("/proc/self").is_dir() else _is_there(pid)
    except OSError:
        return _is_there(pid)
    return None if fields[0] in {b"Z", b"X"} else f"tick {fields[19].decode()}"


def _is_there(pid: int) -> str | None:
    """Without /proc it is only known whether some process has the number."""
    if os.name == "nt":
        return "unknown"  # `os.kill` would end the process there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass
    return "some process"
