"""A process that was launched: what it prints, how it ends, and how it is made to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

from prefect.runner.launching import groups
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.output import Output

READ_ON = 0.5
"""How long, in seconds, output is still read when the process has ended: what it started may keep the pipes open."""


class LaunchedProcess:
    """A process that was launched, with all that it started.

    Attributes:
        order: What was ordered.
        pid: Its process id; it leads a session of its own.
        started: Set when the code of the flow begins, or the process has ended.
    """

    def __init__(self, order: LaunchOrder, line: socket.socket, output: Output) -> None:
        self.order = order
        self.pid = 0
        self.started = asyncio.Event()
        self._line = line
        self._output = output
        self._ended = asyncio.Event()
        self._exit_code: int | None = None
        self._loop = asyncio.get_running_loop()
        self._known: set[groups.Member] = set()
        line.setblocking(False)
        self._loop.add_reader(line.fileno(), self._hear)

    @property
    def last_lines(self) -> Sequence[str]:
        """The last lines that it printed."""
        return tuple(self._output.last_lines)

    @property
    def returncode(self) -> int | None:
        """How it ended; negative for a signal; None while it runs, or where that is not known."""
        return self._exit_code

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended; what it started may go on."""
        return self._ended.is_set()

    async def until_ended(self) -> None:
        """Return when the process has ended, whether its output is read or not."""
        await self._ended.wait()

    async def wait(self) -> int | None:
        """Wait until it has ended and its output is read, and return how it ended; None where that is not known."""
        await self._ended.wait()
        await self._output.finish(READ_ON)
        return self._exit_code

    def say(self, word: str) -> None:
        """Tell the process something on its line."""
        with suppress(OSError):  # it has closed it, or is gone
            self._line.send(f"{word}\n".encode())

    def signal(self, number: int) -> None:
        """Send a signal to the process and all of its group."""
        if os.name == "nt":
            if not self.has_ended:
                os.kill(self.pid, number)
            return
        self._note_members()
        groups.signal_group(self.pid, number)

    async def terminate(self, grace: float) -> bool:
        """End the process and all that it started, and return when none of it is alive.

        Args:
            grace: How long, in seconds, it may take to end by itself after SIGTERM.

        Returns:
            Whether none is left; False if the system does not let some of it go.
        """
        if not self.has_ended:
            self.signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), grace)
        return await self.kill()

    async def kill(self) -> bool:
        """End the process and all that it started at once; see `terminate`."""
        if os.name == "nt":
            self.signal(signal.SIGTERM)
            return True
        self._note_members()
        return await groups.kill_all(self.pid, self.order.flow_run_id, self._known)

    def end(self, exit_code: int | None) -> None:
        """Take over how the process ended."""
        if self.has_ended:
            return
        self._exit_code = exit_code
        self._ended.set()
        self._close_line()

    def _note_members(self) -> None:
        """Remember what belongs to it now: when their parents are gone, they cannot be told from others."""
        if self.pid and os.path.isdir("/proc/self"):  # noqa: PTH112 - as quick as can be
            self._known |= groups.members(self.pid, self.order.flow_run_id)

    def _hear(self) -> None:
        try:
            data = self._line.recv(64)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close_line()
        elif b"started" in data:
            self.started.set()

    def _close_line(self) -> None:
        self.started.set()
        if self._line.fileno() >= 0:
            self._loop.remove_reader(self._line.fileno())
            self._line.close()


Ended = Callable[[int | None], None]
"""Is called with how a process ended."""
