"""The fences that this process writes with: the numbers by which it is known who executes a flow run.

A run is executed by the process that has the claim on it, and each claim has a greater number than that before it. The
process of a run finds the number in its environment, and tells it with all that it writes. If another has the run by
then, since this process was away for too long, nothing is written, and it ends at once: what it does is not wanted.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

RUN_VARIABLE = "PREFECT__FLOW_RUN_ID"
FENCE_VARIABLE = "PREFECT__FLOW_RUN_FENCE"
"""The variables in the environment of a process that was started to execute a flow run."""

HEADER = "Prefect-Fence"
"""The header of requests that write: `<flow run id>/<number>`, several parted by commas."""

FENCED_OFF = "Prefect-Fenced-Off"
"""The header of the answer that refuses one of them: the fence that is not valid any more."""

EXIT_CODE = 78
"""With which a process ends that was fenced off, where it does not end by a signal."""


class Fence(NamedTuple):
    """The number of a claim on a flow run."""

    flow_run_id: str
    number: int

    def __str__(self) -> str:
        return f"{self.flow_run_id}/{self.number}"


_held: dict[str, tuple[Fence, Callable[[], None]]] = {}
"""The claims that were taken after the process began, and what to call when they are lost."""

_instead: ContextVar[str | None] = ContextVar("prefect_fences_instead", default=None)


def held_fences() -> tuple[Fence, ...]:
    """Return the fences that this process writes with; none for a process that has no claim."""
    given = _of_environment()
    own = tuple(fence for fence, _ in _held.values()) if _held else ()
    return own if given is None else (given, *own)


def hold_fence(flow_run_id: str, number: int, lost: Callable[[], None]) -> None:
    """Write with the number of a claim from now on.

    Args:
        flow_run_id: The flow run.
        number: The number of the claim.
        lost: Called, in any thread, each time that something was not written since another has the run. The process
            does not end by itself: it may have more to do than this run.
    """
    _held[flow_run_id] = (Fence(flow_run_id, number), lost)


def let_go_fence(flow_run_id: str) -> None:
    """Write without the number of a claim again: the run is over."""
    _held.pop(flow_run_id, None)


def fence_header() -> str:
    """Return the header with which this process writes; empty without fences."""
    instead = _instead.get()
    return ",".join(map(str, held_fences())) if instead is None else instead


@contextmanager
def writing_for(header: str) -> Generator[None]:
    """In the block, write with the fences of another process, whose records are handed on."""
    token = _instead.set(header)
    try:
        yield
    finally:
        _instead.reset(token)


def fences_in(header: str | None) -> tuple[Fence, ...]:
    """Return the fences that a header tells.

    Raises:
        ValueError: It is no such header.
    """
    if not header:
        return ()
    parts = (part.strip().rpartition("/") for part in header.split(","))
    return tuple(Fence(run, int(number)) for run, _, number in parts)


def fenced_off(fence: Fence) -> None:
    """Act on the news that a fence is not valid any more. If it is that of the environment, the process ends here."""
    if fence == _of_environment():
        _end(fence)
    held = _held.get(fence.flow_run_id)
    if held is not None and held[0] == fence:
        held[1]()


def _of_environment() -> Fence | None:
    number = os.environ.get(FENCE_VARIABLE)
    run = os.environ.get(RUN_VARIABLE)
    return Fence(run, int(number)) if number and run and number != "0" else None


def _end(fence: Fence) -> None:
    """End this process, and the group that it leads, without another word to anybody."""
    os.write(
        2,
        f"prefect: flow run {fence.flow_run_id} is executed by another process now: this one was not heard of for too "
        f"long (its fence is {fence.number}). It ends here, and writes nothing more.\n".encode(),
    )
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(EXIT_CODE)
