"""SIGTERM while a flow runs: the run is recorded as crashed, then the process ends by the signal as it would have."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from prefect.exceptions import TerminationSignal


@contextmanager
def capture_sigterm() -> Iterator[None]:
    """Raise TerminationSignal in the block on SIGTERM; after it, hand the signal to who would have had it.

    Does nothing outside of the main thread, or inside another such block.
    """
    if threading.current_thread() is not threading.main_thread() or is_prefect_sigterm_handler_installed():
        yield
        return
    previous = signal.getsignal(signal.SIGTERM)
    if previous is None:  # set by code that is not Python: it could not be put back
        yield
        return
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        yield
    except TerminationSignal as ending:
        signal.signal(signal.SIGTERM, previous)
        os.kill(os.getpid(), ending.signal)
        raise
    finally:
        if is_prefect_sigterm_handler_installed():
            signal.signal(signal.SIGTERM, previous)


def is_prefect_sigterm_handler_installed() -> bool:
    """Whether a flow run of this process listens to SIGTERM."""
    return signal.getsignal(signal.SIGTERM) is _on_sigterm


def _on_sigterm(number: int, frame: FrameType | None) -> None:
    del frame
    raise TerminationSignal(signal=number)
