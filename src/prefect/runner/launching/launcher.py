"""The launcher process: it has the library loaded, and forks a child for each order that comes by its socket.

A new interpreter takes half a second and all of its memory for itself before it gets to a flow; a fork takes
milliseconds and shares what is loaded. The launcher never runs code of users, has one thread and opens no
connection, so that a fork of it is whole. It ends when whoever ordered is gone.

A child that is forked waits for a word of who ordered it: when the launcher dies in between, the child that nobody
knows of does nothing.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import logging
import os
import select
import signal
import socket
import sys
import time
import types
from dataclasses import dataclass
from typing import Any

from prefect._engine.lifeline import VARIABLE
from prefect.runner.launching.preparation import prepare

MESSAGE = 1 << 20
"""How many bytes an order may have."""

GO = b"go\n"
"""What a child waits for."""

kept: list[types.ModuleType] = []
"""The module that we were started as: its place is taken in a child, but its functions go on."""

_exit_code: int | None = None
"""How this process ends, once it is a child that has done its work."""


@dataclass(frozen=True)
class _Birth:
    """What a forked child has to do. The descriptors are stdout and stderr, their other ends, and the lifeline."""

    order: dict[str, Any]
    descriptors: list[int]


def main() -> None:
    """Serve the socket whose descriptor is the first argument; the others are more modules to load."""
    atexit.register(_leave)  # before all others: they are called in the other order
    channel = socket.socket(fileno=int(sys.argv[1]))
    prepare()
    for module in sys.argv[2:]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # so that a collection in a child does not copy what it shares with us
    try:
        channel.send(b'{"ready": true}')
    except OSError:
        return  # who ordered has gone again already
    birth = serve(channel)
    if birth is not None:
        _live(birth)


def serve(channel: socket.socket) -> _Birth | None:
    """Carry out orders until the other end is closed. In a forked child, return what it has to do."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    children: dict[int, tuple[int, int]] = {}
    while True:
        for descriptor, _ in poll.poll():
            if descriptor in children:
                poll.unregister(descriptor)
                os.close(descriptor)
                order_id, pid = children.pop(descriptor)
                _say(channel, {"id": order_id, "status": os.waitpid(pid, 0)[1]})
                continue
            try:
                content, descriptors, _, _ = socket.recv_fds(channel, MESSAGE, 8)
            except ConnectionError:
                return None
            if not content:
                return None
            order = json.loads(content)
            try:
                pid = os.fork()
            except OSError as error:
                _say(channel, {"id": order["id"], "error": str(error)})
                pid = -1
            if pid == 0:
                channel.close()
                for known in children:
                    os.close(known)
                return _Birth(order, descriptors)
            for given in descriptors:
                os.close(given)
            if pid > 0:
                watch = os.pidfd_open(pid)
                poll.register(watch, select.POLLIN)
                children[watch] = (order["id"], pid)
                _say(channel, {"id": order["id"], "pid": pid}, watch)


def _say(channel: socket.socket, message: dict[str, Any], *descriptors: int) -> None:
    try:
        socket.send_fds(channel, [json.dumps(message).encode()], descriptors)
    except ConnectionError:
        return  # the other end is gone, which the next look tells


def _live(birth: _Birth) -> None:
    """Become the process that was ordered, and do what it does."""
    order = birth.order
    out, err, out_read, err_read, lifeline = birth.descriptors
    if os.read(lifeline, len(GO)) != GO:
        os._exit(0)  # nobody knows of us
    os.setsid()
    _take_streams(out, err)
    for descriptor in (out_read, err_read, lifeline):
        os.set_inheritable(descriptor, False)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.environ[VARIABLE] = f"{lifeline},{out_read},{err_read}"
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [order["module"], *order["arguments"]]
    kept.append(sys.modules["__main__"])
    sys.modules["__main__"] = types.ModuleType("__main__")
    global _exit_code
    _exit_code = _run(order)


def _take_streams(out: int, err: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, place in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(ours, place)
        os.close(ours)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(line_buffering=True)


def _run(order: dict[str, Any]) -> int:
    """Call the `main` of the module, and return how a process ends that does so."""
    try:
        if order["cwd"] is not None:
            os.chdir(order["cwd"])
        if not sys.flags.safe_path:
            sys.path[0] = os.getcwd()  # noqa: PTH109 - as the interpreter puts it there
        importlib.import_module(order["module"]).main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)  # noqa: T201 - as the interpreter does
        return 1
    except BaseException:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType] - there is one
        return 1
    return 0


def _leave() -> None:
    """End a child after all that is done at the end of a process, but without taking apart what it shares with us."""
    if _exit_code is None:
        return
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # closed, or nobody reads it any more
    os._exit(_exit_code & 0xFF)


if __name__ == "__main__":
    main()
