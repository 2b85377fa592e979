"""Identifiers: the only place that makes them.

Runs, states and logs are identified by UUID version 7 (RFC 9562, section 5.7): the first 48 bits are the Unix time
in milliseconds, the next 12 the fraction of that millisecond, so rows written in order are stored in order.
"""

from __future__ import annotations

import os
from time import time_ns
from uuid import UUID

_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_RANDOM_MASK = (1 << 62) - 1


def uuid7() -> UUID:
    """Return a new time-ordered UUID.

    Example:
        >>> uuid7() < uuid7()
        True
    """
    milliseconds, rest = divmod(time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") & _RANDOM_MASK
    return UUID(int=(milliseconds << 80) | (fraction << 64) | _VERSION_AND_VARIANT | random)
