"""Watches the runs of this process in the database of this machine: whether somebody wants one to stop.

A thread looks once a second while there are runs. Where there is a server, the keeper does it in its place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import UUID

from prefect.backend.notices import GRACE, Listener, Notice
from prefect.logging.loggers import get_logger

EVERY = 1.0
"""How many seconds lie between two looks."""

IDLE = 10.0
"""How long, in seconds, the thread stays without runs."""

STOPPED = frozenset({"CANCELLING", "CANCELLED"})


class Watch:
    """Watches runs. May be used from any thread.

    Args:
        look: Returns the type of the state that a run has; None if there is no such run.
        first: Is called once, when the first run has lasted for a look.
        end: Ends a run, and this process, because the run does not stop.
    """

    def __init__(
        self, look: Callable[[UUID], str | None], first: Callable[[], None], end: Callable[[UUID], None]
    ) -> None:
        self._look = look
        self._first: Callable[[], None] | None = first
        self._end = end
        self._changed = threading.Condition()
        self._runs: dict[UUID, Listener] = {}
        self._stopping: dict[UUID, float] = {}
        self._thread: threading.Thread | None = None

    def keep(self, flow_run_id: UUID, listener: Listener) -> None:
        """Watch a run from now on."""
        with self._changed:
            self._runs[flow_run_id] = listener
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="prefect-watch", daemon=True)
                self._thread.start()
            elif len(self._runs) == 1:
                self._changed.notify()

    def end(self, flow_run_id: UUID) -> None:
        """Watch a run no more."""
        self._runs.pop(flow_run_id, None)
        self._stopping.pop(flow_run_id, None)

    def abandon(self) -> None:
        """In a forked child, forget what belongs to the parent."""
        self._changed = threading.Condition()
        self._runs, self._stopping, self._thread = {}, {}, None

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._runs and not self._changed.wait_for(lambda: self._runs, IDLE):
                    self._thread = None
                    return
            time.sleep(EVERY)
            try:
                self._look_at_all()
            except Exception as error:  # noqa: BLE001 - a database that is busy; the next look may go better
                get_logger("backend").debug("Runs could not be looked at: %r", error)

    def _look_at_all(self) -> None:
        if self._runs and self._first is not None:
            first, self._first = self._first, None
            first()
        for id_, listener in list(self._runs.items()):
            state = self._look(id_)
            if id_ not in self._runs or state not in STOPPED:
                continue
            since = self._stopping.get(id_)
            if since is None:
                self._stopping[id_] = time.monotonic()
                listener(Notice(state))
            elif time.monotonic() - since > GRACE:
                self._end(id_)
