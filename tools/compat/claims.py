"""What a scenario claims: each claim is one printed line, and one that does not hold fails the scenario.

A scenario goes on after a claim that does not hold, so that one run tells all that differs. `verdict()` at its end
makes the exit code.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

HELD = "ok  "
BROKEN = "NOT "
ENOUGH = 60
"""How many seconds what is recorded behind the work may take to be seen, on a very slow machine."""

_broken: list[str] = []


def same(what: str, got: Any, wanted: Any) -> None:
    """Claim that two values are equal."""
    if got == wanted:
        print(HELD, what, flush=True)
    else:
        _broken.append(what)
        print(BROKEN, f"{what}: got {got!r}, wanted {wanted!r}", flush=True)


def holds(what: str, truth: Any) -> None:
    """Claim that something is so."""
    same(what, bool(truth), True)


def eventually(what: str, read: Callable[[], Any], wanted: Any) -> None:
    """Claim that what `read` returns becomes the value within `ENOUGH` seconds."""
    deadline = time.monotonic() + ENOUGH
    while (got := read()) != wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    same(what, got, wanted)


def raises(what: str, error: type[BaseException], act: Callable[[], Any]) -> None:
    """Claim that a call ends in an error of this type."""
    try:
        came = f"returned {act()!r}"
    except error:
        came = error.__name__
    same(what, came, error.__name__)


def verdict() -> int:
    """Return the exit code of the scenario: 1 when a claim did not hold."""
    return 1 if _broken else 0
