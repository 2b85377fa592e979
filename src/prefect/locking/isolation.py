"""How far transactions on one key are kept apart."""

from __future__ import annotations

from enum import Enum


class IsolationLevel(str, Enum):
    """Whether a transaction may run beside another one on the same key.

    READ_COMMITTED: it may; what was committed first is seen by whoever begins afterwards.
    SERIALIZABLE: it waits for the other to end. That needs a lock manager.
    """

    READ_COMMITTED = "READ_COMMITTED"
    SERIALIZABLE = "SERIALIZABLE"
