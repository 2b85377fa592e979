"""Who in this process waits for slots.

Those who want slots of the same limits stand in line here, and only the first of them asks the store: however many
wait, the store is asked no more often. The first one hears a bell when slots are given back in this process; those that
another process gives back are found by looking again.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Collection, Hashable

from prefect._dual.effects import Steps, settle
from prefect._dual.timeouts import TimeLimitExceeded
from prefect._outcome import Outcome

_lock = threading.Lock()
_lines: dict[Hashable, deque[Outcome[None]]] = {}
"""Who stands in line, by what they want. Those who are set may ask."""

_bells: dict[Outcome[None], frozenset[str]] = {}
"""The bells of those who ask, the first first, with the limits that they wait for."""


def stand_in_line(key: Hashable) -> Outcome[None]:
    """Take a place in line; it is set when it is the first. Leave it with `leave_line` whatever happens."""
    place: Outcome[None] = Outcome()
    with _lock:
        line = _lines.setdefault(key, deque())
        line.append(place)
        is_first = len(line) == 1
    if is_first:
        place.set_result(None)
    return place


def leave_line(key: Hashable, place: Outcome[None]) -> None:
    """Leave the line; if it was the first place, the next one has its turn."""
    with _lock:
        line = _lines.get(key)
        if line is None or place not in line:
            return  # the process was forked meanwhile
        line.remove(place)
        following = line[0] if line else None
        if following is None:
            del _lines[key]
    if following is not None and not following.done():
        following.set_result(None)


def wait_for_release(names: frozenset[str], seconds: float) -> Steps[None]:
    """Wait until slots of one of these limits are given back in this process, at most some seconds."""
    bell: Outcome[None] = Outcome()
    with _lock:
        _bells[bell] = names
    try:
        yield from wait_until_set(bell, seconds)
    finally:
        with _lock:
            _bells.pop(bell, None)


def wait_until_set(outcome: Outcome[None], seconds: float | None) -> Steps[bool]:
    """Wait for an outcome, at most some seconds; return whether it came."""
    deadline = None if seconds is None else time.monotonic() + seconds
    try:
        yield from settle(outcome, None if seconds is None else max(seconds, 0.0))
    except TimeLimitExceeded:
        raise
    except TimeoutError:
        if deadline is None or time.monotonic() < deadline - 0.001:
            raise  # it was not ours
        return outcome.done()
    return True


def ring(names: Collection[str], slots: int) -> None:
    """Say that slots of these limits were given back."""
    with _lock:
        waiting = [bell for bell, wanted in _bells.items() if not wanted.isdisjoint(names)][: slots + 1]
        for bell in waiting:
            del _bells[bell]
    for bell in waiting:
        bell.set_result(None)


def _forget_after_fork() -> None:
    global _lock
    _lock = threading.Lock()
    _lines.clear()
    _bells.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
