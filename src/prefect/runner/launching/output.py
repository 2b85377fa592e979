"""What processes print: read as it comes, handed on line by line, the last lines kept."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

KEPT = 20
"""How many of the last lines are kept for the message of a crash."""

LONGEST = 65_536
"""How many bytes a line may have; a longer one is handed on in parts."""

MOST_WAITING = 10_000
"""How many lines may wait to be printed; more are left out, which is told."""


class Output:
    """What one process prints.

    Args:
        on_line: Called with each line and whether it came by stderr.
    """

    def __init__(self, on_line: Callable[[str, bool], None] | None) -> None:
        self.last_lines: deque[str] = deque(maxlen=KEPT)
        self._on_line = on_line
        self._loop = asyncio.get_running_loop()
        self._open: dict[int, bytearray] = {}
        self._stderr: set[int] = set()
        self._all_read = asyncio.Event()

    def read(self, descriptor: int, *, is_stderr: bool) -> None:
        """Read the end of a pipe until all who write to it are gone."""
        os.set_blocking(descriptor, False)
        self._open[descriptor] = bytearray()
        if is_stderr:
            self._stderr.add(descriptor)
        self._loop.add_reader(descriptor, self._take, descriptor)

    async def finish(self, patience: float) -> None:
        """Return when all is read; what others still write after `patience` seconds is not read any more."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_read.wait(), patience)
        for descriptor in list(self._open):
            self._close(descriptor)

    def _take(self, descriptor: int) -> None:
        try:
            data = os.read(descriptor, LONGEST)
        except BlockingIOError:
            return
        if not data:
            self._close(descriptor)
            return
        held = self._open[descriptor]
        held += data
        *lines, rest = held.split(b"\n")
        self._open[descriptor] = rest
        for line in lines:
            self._hand_on(descriptor, line)
        if len(rest) > LONGEST:
            self._open[descriptor] = bytearray()
            self._hand_on(descriptor, rest)

    def _hand_on(self, descriptor: int, line: bytes | bytearray) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        self.last_lines.append(text)
        if self._on_line is not None:
            self._on_line(text, descriptor in self._stderr)

    def _close(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        rest = self._open.pop(descriptor)
        if rest:
            self._hand_on(descriptor, rest)
        os.close(descriptor)
        if not self._open:
            self._all_read.set()


class Printer:
    """Prints lines of processes in a thread: a terminal that is stopped must not hold up who renews claims."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[tuple[str, bool] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._left_out = 0

    def __call__(self, line: str, is_stderr: bool) -> None:
        """Print a line soon."""
        if self._lines.qsize() >= MOST_WAITING:
            self._left_out += 1
            return
        if self._left_out:
            self._lines.put(
                (f"[{self._left_out} lines of runs were left out: nobody read them in time]", True)
            )
            self._left_out = 0
        self._lines.put((line, is_stderr))
        if self._thread is None:
            self._thread = threading.Thread(target=self._print, name="prefect-printer", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Print what waits, within a few seconds."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._lines.put(None)
            thread.join(5)

    def _print(self) -> None:
        while (entry := self._lines.get()) is not None:
            line, is_stderr = entry
            stream = sys.stderr if is_stderr else sys.stdout
            with suppress(OSError, ValueError):  # closed, or its reader has gone: there is nobody to tell
                stream.write(line + "\n")
                if self._lines.empty():
                    stream.flush()
