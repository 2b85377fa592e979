"""Who in this process waits for slots, so that slots given back here need not be looked for by polling.

Slots that another process gives back are found by looking again; here a bell rings for those who came first, and only
for as many as there may be slots for.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection

from prefect._dual.effects import Steps, settle
from prefect._dual.timeouts import TimeLimitExceeded
from prefect._outcome import Outcome

_lock = threading.Lock()
_bells: dict[Outcome[None], frozenset[str]] = {}
"""The bells of those who wait, the first first, with the limits that they wait for."""


def wait_for_release(names: frozenset[str], seconds: float) -> Steps[None]:
    """Wait until slots of one of these limits are given back in this process, at most some seconds."""
    bell: Outcome[None] = Outcome()
    with _lock:
        _bells[bell] = names
    deadline = time.monotonic() + seconds
    try:
        yield from settle(bell, max(seconds, 0.0))
    except TimeLimitExceeded:
        raise
    except TimeoutError:
        if time.monotonic() < deadline - 0.001:
            raise  # it was not ours
    finally:
        with _lock:
            _bells.pop(bell, None)


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
    _bells.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_after_fork)
