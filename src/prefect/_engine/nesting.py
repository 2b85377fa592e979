"""How deep runs may call runs: endless recursion ends with an error that says so."""

from __future__ import annotations

import sys
from contextvars import ContextVar

_FRAMES_PER_RUN = 12
"""About how many frames of Python one run inside another takes."""

depth: ContextVar[int] = ContextVar("run_depth", default=0)
"""How many runs are around the code that runs here."""


def check_depth(what: str) -> int:
    """Return how deep a run started here is.

    Args:
        what: The flow or task that is called, for the error.

    Raises:
        RecursionError: There are too many runs around it.
    """
    deep = depth.get() + 1
    most = sys.getrecursionlimit() // _FRAMES_PER_RUN
    if deep > most:
        raise RecursionError(
            f"{what} was called inside {most} other runs. Does it call itself without an end? "
            "Give the recursion a condition to stop at, or raise sys.setrecursionlimit()."
        )
    return deep
