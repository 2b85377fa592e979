"""When a request is tried again, and how long to wait before that."""

from __future__ import annotations

import random
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx2

TRANSIENT = frozenset({408, 429, 502, 503})
"""Statuses of a server that is busy or on its way up or down."""

MAINTENANCE = "Prefect-Maintenance"
"""The header of a server that asks to wait without counting."""

DONE_PERHAPS = frozenset({502})
"""Transient statuses with which a proxy may hide the answer to something that was done."""

LOST = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)
"""What is raised when a request or its answer was lost."""

NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""What is raised when there was no connection to send a request on."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to insist.

    Attributes:
        retries: How often to try again.
        jitter: How far a delay may be stretched at random, as a share of it.
        extra: Statuses besides the usual ones after which to try again.
        first: The first delay, in seconds; it doubles with each.
        longest: The longest delay, in seconds; what a server asks for may be longer.
        insists: Whether to insist even on a server that has never answered.
    """

    retries: int = 5
    jitter: float = 0.2
    extra: AbstractSet[int] = frozenset()
    first: float = 2.0
    longest: float = 60.0
    insists: bool = False

    def is_transient(self, status: int) -> bool:
        """Whether the same request may be answered otherwise later."""
        return status in TRANSIENT or status in self.extra

    def delay(self, tries: int, asked: float | None = None) -> float:
        """Return how many seconds to wait.

        Args:
            tries: How often it was tried; the delay doubles with each.
            asked: For how many seconds the server asked.
        """
        seconds = min(self.first * 2 ** min(tries - 1, 10), self.longest) if asked is None else asked
        return seconds * (1 + self.jitter * random.random())


def seconds_asked(response: httpx2.Response, moment: datetime) -> float | None:
    """Return for how many seconds from a moment on a server asked to be left alone; None if it did not."""
    text = response.headers.get("Retry-After")
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass  # it may be a date
    try:
        return max(0.0, (parsedate_to_datetime(text) - moment).total_seconds())
    except (TypeError, ValueError):
        return None
