"""The launcher process, seen from who orders: it is started when it is first needed, and again when it died."""

from __future__ import annotations

import asyncio
import errno
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from prefect.exceptions import PrefectException
from prefect.runner.launching.launcher import GO, MESSAGE
from prefect.runner.launching.orders import LaunchOrder

_SETTLING = 2.0
"""How long, in seconds, the launcher may take to tell how a child ended."""


class CannotFork(PrefectException):
    """A process cannot be forked here and now; a new interpreter does the same, more slowly."""


VARIABLE = "PREFECT__LAUNCH_BY_FORK"
"""The environment variable that turns forking off where it is 0."""


def forking_is_possible() -> bool:
    """Whether this system lets a launcher process fork children and watch them, and nobody has turned that off."""
    if os.environ.get(VARIABLE) == "0":
        return False
    if not hasattr(os, "pidfd_open") or not hasattr(os, "fork"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False  # an older kernel, or a sandbox
    return True


class Launcher:
    """A launcher process.

    Args:
        modules: What it has loaded before it forks.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            theirs.set_inheritable(True)
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "prefect.runner.launching.launcher", str(theirs.fileno()), *modules],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C at the terminal is for who ordered
            )
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE)
        self._channel = ours
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(ours.fileno(), self._take)
        self._ids = itertools.count()
        self._orders: dict[int, asyncio.Future[tuple[int, int]]] = {}
        self._children: dict[int, tuple[Callable[[int | None], None], int]] = {}
        self._is_ready = asyncio.Event()
        self.is_open = True

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def fork(
        self, order: LaunchOrder, descriptors: Sequence[int], ended: Callable[[int | None], None]
    ) -> int:
        """Have a child forked, and return its process id. It waits until `go` is said on its lifeline.

        Args:
            order: What the child does.
            descriptors: Its stdout and stderr, their other ends, and its lifeline.
            ended: Called with how it ended.

        Raises:
            CannotFork: It was not forked, or nothing is known of it: without `go` it does nothing.
        """
        await self._is_ready.wait()
        if not self.is_open:
            raise CannotFork("The launcher process has ended.")
        order_id = next(self._ids)
        message = {
            "id": order_id,
            "module": order.module,
            "arguments": order.arguments,
            "environment": dict(order.environment),
            "cwd": None if order.cwd is None else str(order.cwd),
        }
        answer = self._orders[order_id] = self._loop.create_future()
        try:
            socket.send_fds(self._channel, [json.dumps(message).encode()], descriptors)
        except OSError as error:
            del self._orders[order_id]
            if error.errno != errno.EMSGSIZE:
                self._lose()
            raise CannotFork(f"The launcher process does not take the order: {error}") from error
        pid, watch = await answer
        self._children[order_id] = (ended, watch)
        return pid

    def close(self) -> None:
        """Let the launcher end; its children go on."""
        self._lose()

    def _take(self) -> None:
        try:
            content, descriptors, _, _ = socket.recv_fds(self._channel, 4096, 4)
        except BlockingIOError:
            return
        except OSError:
            content, descriptors = b"", []
        if not content:
            self._lose()
            return
        message: dict[str, Any] = json.loads(content)
        if "ready" in message:
            self._is_ready.set()
        elif "status" in message:
            self._end_child(message["id"], os.waitstatus_to_exitcode(message["status"]))
        else:
            self._answer(message, descriptors)

    def _answer(self, message: dict[str, Any], descriptors: Sequence[int]) -> None:
        answer = self._orders.pop(message["id"])
        if answer.done():
            for descriptor in descriptors:
                os.close(descriptor)
        elif "error" in message:
            answer.set_exception(
                CannotFork(f"The system does not let a process be forked: {message['error']}")
            )
        else:
            answer.set_result((message["pid"], descriptors[0]))

    def _end_child(self, order_id: int, exit_code: int | None) -> None:
        if order_id not in self._children:
            # It ended before whoever waits for the answer has taken it: the loop has not come to that yet.
            self._loop.call_soon(self._end_child, order_id, exit_code)
            return
        ended, watch = self._children.pop(order_id)
        with suppress(OSError):
            self._loop.remove_reader(watch)
        os.close(watch)
        ended(exit_code)

    def _lose(self) -> None:
        """The launcher is gone. Its children go on: the system still tells when each has ended, though not how."""
        if not self.is_open:
            return
        self.is_open = False
        self._is_ready.set()
        self._loop.remove_reader(self._channel.fileno())
        self._channel.close()
        self._process.kill()  # it has nothing to clean up, and may not go on taking orders
        self._process.wait()
        for answer in self._orders.values():
            if not answer.done():
                answer.set_exception(CannotFork("The launcher process died."))
        self._orders.clear()
        self._loop.call_soon(self._watch_children)

    def _watch_children(self) -> None:
        for order_id, (_, watch) in self._children.items():
            self._loop.add_reader(watch, self._end_child, order_id, None)


__all__ = ["GO", "CannotFork", "Launcher", "forking_is_possible"]
