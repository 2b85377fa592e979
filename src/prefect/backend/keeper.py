"""The keeper of this process: a small process beside it that holds the claims on its flow runs.

There is one for all runs of the process that were started directly. It is started with the first; what it says is heard
in a thread here. See `keeper_process`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect._fences import held_fences, hold_fence, let_go_fence
from prefect._ids import uuid7
from prefect._transport.connection import Connection
from prefect.backend import keeper_process
from prefect.backend.notices import GRACE, Listener, Notice
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings

SHORTEST_LIFE = 5.0
"""How many seconds a keeper must have lived for another to be started when it dies."""


@dataclass
class _Kept:
    id: str
    listener: Listener
    inside: bool
    fence: int | None

    def order(self) -> dict[str, Any]:
        return {"run": self.id, "fence": self.fence, "inside": self.inside}


class Keeper:
    """Keeps flow runs. May be used from any thread.

    Args:
        order: How the server is reached, and for how long claims hold; see `keeper_process`.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._runs: dict[str, _Kept] = {}
        self._input: int | None = None
        self._owner = f"{socket.gethostname()} {os.getpid()} {uuid7()}"

    def keep(self, flow_run_id: UUID, listener: Listener, *, inside: bool) -> None:
        """Hold the claim on a run from now on, and have told what becomes of it.

        Args:
            flow_run_id: The run.
            listener: Whom to tell.
            inside: Whether the run is part of another one here, and so of its claim.
        """
        run = _Kept(str(flow_run_id), listener, inside, None if inside else _fence_of(str(flow_run_id)))
        with self._lock:
            self._runs[run.id] = run
            if self._input is None:
                self._start()
            else:
                self._write(run.order())

    def end(self, flow_run_id: UUID) -> None:
        """Give back the claim on a run: it is over, or waits for nobody here."""
        with self._lock:
            if self._runs.pop(str(flow_run_id), None) is not None:
                self._write({"end": str(flow_run_id)})
        let_go_fence(str(flow_run_id))

    def close(self) -> None:
        """End the keeper; a run that was not let go counts as one whose process has ended."""
        with self._lock:
            self._runs = {}
            if self._input is not None:
                os.close(self._input)
            self._input = None

    def abandon(self) -> None:
        """In a forked child, forget the parent's keeper: it would not notice the end of the parent otherwise."""
        if self._input is not None:
            os.close(self._input)
        self._lock = threading.Lock()
        self._runs, self._input = {}, None

    def _start(self) -> None:
        program = [sys.executable, "-I", "-S", keeper_process.__file__]
        inward, self._input = os.pipe()
        heard, outward = os.pipe()
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            pid = os.posix_spawn(
                sys.executable,
                program,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, inward, 0),
                    (os.POSIX_SPAWN_DUP2, outward, 1),
                    # Who reads what this process prints must not wait for the keeper.
                    (os.POSIX_SPAWN_DUP2, nothing, 2),
                ],
                setpgroup=0,
            )
        except OSError as error:
            get_logger("backend").warning(
                "Nobody notices should this process be killed: %s cannot be started: %s",
                sys.executable,
                error,
            )
            os.close(self._input)
            os.close(heard)
            self._input = None
            return
        finally:
            os.close(inward)
            os.close(outward)
            os.close(nothing)
        self._write(self._order | {"owner": self._owner, "pid": os.getpid()})
        for run in self._runs.values():
            self._write(run.order())
        threading.Thread(target=self._hear, args=(heard, pid), name="prefect-keeper", daemon=True).start()

    def _write(self, what: dict[str, Any]) -> None:
        if self._input is not None:
            with suppress(BrokenPipeError):  # it has died, which is heard in a moment
                os.write(self._input, json.dumps(what).encode() + b"\n")

    def _hear(self, heard: int, pid: int) -> None:
        began = time.monotonic()
        for told in _lines(heard):
            self._heed(told)
        with suppress(ChildProcessError):  # somebody waits for all children of this process
            os.waitpid(pid, 0)
        with self._lock:
            if self._input is not None:
                os.close(self._input)
            self._input = None
            if self._runs and time.monotonic() - began > SHORTEST_LIFE:
                self._start()

    def _heed(self, told: dict[str, Any]) -> None:
        run = self._runs.get(told["run"])
        if run is None:
            return  # it has ended meanwhile
        if "lost" in told:
            run.listener(Notice(told["lost"], is_lost=True))
        elif "state" in told:
            run.listener(Notice(told["state"]))
        else:
            fence: int = told["fence"]
            run.fence = fence
            hold_fence(run.id, fence, lambda: run.listener(Notice("executed elsewhere", is_lost=True)))


def keeper_for(connection: Connection) -> Keeper | None:
    """Return a keeper at a server; None where runs are not kept."""
    way, lease = connection.in_plain_words(), get_current_settings().flows.lease_seconds
    if not lease or way is None or os.name == "nt" or not sys.executable:
        return None
    return Keeper(way | {"lease": lease, "grace": GRACE, "timeout": max(1.0, lease / 2)})


def _fence_of(flow_run_id: str) -> int | None:
    """Return the number of a claim that somebody has taken on a run for this process."""
    return next((fence.number for fence in held_fences() if fence.flow_run_id == flow_run_id), None)


def _lines(descriptor: int) -> Iterator[dict[str, Any]]:
    with os.fdopen(descriptor, "rb") as lines:
        for line in lines:
            yield json.loads(line)
