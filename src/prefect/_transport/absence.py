"""A server that does not answer: said once when it lasts, then once a minute, and when it is over."""

from __future__ import annotations

import threading
import time

from prefect.logging.loggers import get_logger

FIRST = 3.0
"""For how many seconds a server may be silent before anything is said: a restart is no news."""

EVERY = 60.0
"""How many seconds lie between two lines."""


class Absence:
    """Whether a server is away, and since when; told by all who ask it something. May be used from any thread.

    Args:
        server: What to call the server.
        meanwhile: What becomes of what cannot be told to it, as a sentence.
        first: For how many seconds nothing is said.
        every: How many seconds lie between two lines.
    """

    def __init__(self, server: str, meanwhile: str, *, first: float = FIRST, every: float = EVERY) -> None:
        self._server = server
        self._meanwhile = meanwhile
        self._first = first
        self._every = every
        self._lock = threading.Lock()
        self._since: float | None = None
        self._next = 0.0
        self._was_told = False

    @property
    def is_on(self) -> bool:
        """Whether the server did not answer when it was asked last."""
        return self._since is not None

    def missed(self, why: str) -> None:
        """The server did not answer, for this reason."""
        moment = time.monotonic()
        with self._lock:
            if self._since is None:
                self._since, self._next = moment, moment + self._first
            seconds = moment - self._since
            if moment < self._next:
                return
            self._next, self._was_told = moment + self._every, True
        get_logger("backend").warning(
            "The server at %s has not answered for %.0f s (%s). %s",
            self._server,
            seconds,
            why,
            self._meanwhile,
        )

    def answered(self) -> None:
        """The server answered."""
        since = self._since
        if since is None:
            return
        with self._lock:
            self._since = None
            told, self._was_told = self._was_told, False
        if told:
            get_logger("backend").info(
                "The server at %s answers again, after %.0f s.", self._server, time.monotonic() - since
            )
