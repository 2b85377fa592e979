"""The processes of a run: all of its session, what descends from them, and what carries its id in the environment."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

_PROC = Path("/proc")
_PATIENCE = 10.0
"""How long, in seconds, killed processes may take to be gone; the kernel keeps some that are in the middle of I/O."""


class Member(NamedTuple):
    """A living process. `began` tells it from another one that gets its number later."""

    pid: int
    began: int


class _Stat(NamedTuple):
    parent: int
    session: int
    began: int
    is_alive: bool


def members(leader: int, flow_run_id: UUID | None = None) -> set[Member]:
    """Return the living processes that belong to a run.

    Args:
        leader: The first process of the run, which began the session.
        flow_run_id: The run; processes with its id in the environment they were started with belong to it.
    """
    processes = dict(_processes())
    found = {pid for pid, stat in processes.items() if leader in {stat.session, pid}}
    if flow_run_id is not None:
        mark = f"PREFECT__FLOW_RUN_ID={flow_run_id}".encode()
        found |= {pid for pid in processes if pid not in found and mark in _environment(pid)}
    grown = True
    while grown:
        below = {pid for pid, stat in processes.items() if stat.parent in found} - found
        found |= below
        grown = bool(below)
    found.discard(os.getpid())
    return {Member(pid, processes[pid].began) for pid in found if processes[pid].is_alive}


def signal_group(leader: int, number: int) -> None:
    """Send a signal to the processes of the group that a leader began, if there are any."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


async def kill_all(leader: int, flow_run_id: UUID | None = None, known: set[Member] | None = None) -> bool:
    """Kill all processes of a run, and return when none is left; False if some cannot be killed.

    Args:
        leader: The first process of the run.
        flow_run_id: The run.
        known: Processes that belonged to it before: their parents may be gone by now.
    """
    if not _PROC.joinpath("self/stat").exists():
        signal_group(leader, signal.SIGKILL)  # this system does not tell which processes there are
        return True
    doomed, deadline = set(known or ()), time.monotonic() + _PATIENCE
    while True:
        doomed |= members(leader, flow_run_id)
        doomed = {member for member in doomed if is_alive(member)}
        if not doomed:
            return True
        if time.monotonic() > deadline:
            return False
        for member in doomed:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(member.pid, signal.SIGKILL)
        await asyncio.sleep(0.01)


def is_alive(member: Member) -> bool:
    """Whether a process is still there."""
    stat = _stat(member.pid)
    return stat is not None and stat.is_alive and stat.began == member.began


def _processes() -> Iterator[tuple[int, _Stat]]:
    for entry in _PROC.iterdir():
        if entry.name.isdecimal():
            stat = _stat(int(entry.name))
            if stat is not None:
                yield int(entry.name), stat


def _stat(pid: int) -> _Stat | None:
    try:
        text = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None  # it has just ended
    fields = text.rpartition(b")")[2].split()
    return _Stat(int(fields[1]), int(fields[3]), int(fields[19]), fields[0] not in {b"Z", b"X"})


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []  # of another user, or it has just ended
