"""The line between the process of a flow run and who launched it, seen from the process.

By it the process learns why it shall end, before the signal comes; and when the line breaks, that nobody looks after it
any more. What was written to who launched it is then taken in here, so that a print is no error.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from uuid import UUID

from prefect._fences import FENCE_VARIABLE
from prefect.exceptions import ObjectUnsupported

VARIABLE = "PREFECT__RUN_LIFELINE"
"""The environment variable with the descriptors: of the line, and of the other ends of stdout and stderr."""

ASKED_EVERY = 1.0
"""How long, in seconds, a process that nobody looks after waits before it asks again whether the run is its own."""

ANSWERED_WITHIN = 5.0
"""How long, in seconds, the answer to that question may take."""

GRACE = 3.0
"""How long, in seconds, the code of a run that is not this process's any more may take to end."""


class Ending(Enum):
    """Why who launched this process has it end; what becomes of the run is then told by somebody else."""

    CANCEL = "cancel"
    STOP = "stop"
    ORPHANED = "orphaned"


class _Line:
    """The line. Its words are taken by who listens, or by who has to know now: they come before the signal."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._lock = threading.Lock()
        self._heard = b""
        self.ending: Ending | None = None

    def say(self, word: bytes) -> None:
        with suppress(OSError):  # who launched the process is gone; the listener knows
            self._socket.send(word + b"\n")

    def listen(self) -> None:
        """Return when the line breaks."""
        while True:
            select.select([self._socket], (), ())
            if not self.hear():
                return

    def hear(self) -> bool:
        """Take what was said. Return whether the line holds."""
        with self._lock:
            try:
                data = self._socket.recv(64, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return True
            except OSError:
                return False
            *words, self._heard = (self._heard + data).split(b"\n")
            for word in words:
                with suppress(ValueError):  # of a launcher that knows more than this process
                    self.ending = Ending(word.decode())
            return bool(data)


_line: _Line | None = None


def ending() -> Ending | None:
    """Return why this process is to end without telling what became of its run; None if it is not."""
    if _line is None:
        return None
    if _line.ending is None:
        _line.hear()
    return _line.ending


def attach(is_ours: Callable[[], bool]) -> None:
    """Listen on the line, if this process was launched with one.

    Args:
        is_ours: Whether the run is still that of this process; asked when nobody looks after it any more.
    """
    global _line
    text = os.environ.pop(VARIABLE, None)
    if text is None:
        return
    descriptor, *others = map(int, text.split(","))
    for kept in (descriptor, *others):
        os.set_inheritable(kept, False)
    _line = _Line(descriptor)
    threading.Thread(
        target=_listen, args=(_line, others, is_ours), name="prefect-lifeline", daemon=True
    ).start()


def is_held_by_us(flow_run_id: UUID) -> bool:
    """Whether the claim on a run is still the one that this process was started with; a server knows."""
    from prefect.backend import get_backend  # the launcher process loads this room before it needs a backend
    from prefect.store.flow_run_claims import read_flow_run_claim  # as above

    fence = os.environ.get(FENCE_VARIABLE)
    if fence is None:
        return True
    try:
        claim = get_backend().perform(read_flow_run_claim, flow_run_id).result(ANSWERED_WITHIN)
    except ObjectUnsupported:
        return True  # a server that knows no claims: the run may go on to its end
    return claim.fence == int(fence)


def say_started() -> None:
    """Tell who launched this process that the code of the flow begins."""
    if _line is not None:
        _line.say(b"started")


def _listen(line: _Line, others: list[int], is_ours: Callable[[], bool]) -> None:
    line.listen()
    _take_in(others)
    while _is_ours(is_ours):
        time.sleep(ASKED_EVERY)  # nobody tells: the line is cut
    line.ending = Ending.ORPHANED
    _end_group()


def _is_ours(is_ours: Callable[[], bool]) -> bool:
    try:
        return is_ours()
    except Exception:  # the server is away: nothing is known, and nothing can be written either
        return True


def _take_in(others: list[int]) -> None:
    """Let stdout and stderr lead nowhere, and take what waits for a reader that is gone."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for place in (1, 2):
        os.dup2(nothing, place)
    os.close(nothing)
    for other in others:
        threading.Thread(target=_drain, args=(other,), name="prefect-drain", daemon=True).start()


def _drain(descriptor: int) -> None:
    with suppress(OSError):
        while os.read(descriptor, 65_536):
            pass


def _end_group() -> None:
    """End this process with all that it started: whatever it does now, it is too late."""
    if os.name == "nt" or os.getpgrp() != os.getpid():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)  # what the signal began may take so long
        os._exit(128 + signal.SIGTERM)
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE)  # as above
    os.killpg(0, signal.SIGKILL)
