"""Identifiers: the only place that makes them.

Runs, states and logs are identified by UUID version 7 (RFC 9562, section 5.7): the first 48 bits are the Unix time
in milliseconds, the next 12 the fraction of that millisecond, so rows written in order are stored in order.

The random bits come from a generator that is seeded by the system once in each process. Asking the system for each id
would let go of the interpreter each time, in the middle of the engine's busiest path.
"""

from __future__ import annotations

import os
import random
from time import time_ns
from uuid import UUID

_V7 = (7 << 76) | (2 << 62)
_V4 = (4 << 76) | (2 << 62)
_V4_RANDOM = ((1 << 48) - 1) << 80 | ((1 << 12) - 1) << 64 | ((1 << 62) - 1)
_bits = random.Random(os.urandom(32)).getrandbits


def _seed_after_fork() -> None:
    """A forked child would go on with its parent's numbers."""
    global _bits
    _bits = random.Random(os.urandom(32)).getrandbits


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_seed_after_fork)


def uuid7() -> UUID:
    """Return a new time-ordered UUID.

    Example:
        >>> uuid7() < uuid7()
        True
    """
    milliseconds, rest = divmod(time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    return UUID(int=(milliseconds << 80) | (fraction << 64) | _V7 | _bits(62))


def uuid4() -> UUID:
    """Return a new UUID that is random throughout."""
    return UUID(int=(_bits(128) & _V4_RANDOM) | _V4)
