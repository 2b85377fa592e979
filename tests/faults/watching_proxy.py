"""A way to a server on which somebody watches every request, and may do something before it arrives or is answered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

Moment = Literal["asked", "answered"]
"""`asked`: the server does not know of the request yet. `answered`: it has done it, and nobody has heard of it yet."""

HEAD_ENDS = b"\r\n\r\n"
CHUNK = 65_536


@dataclass(frozen=True)
class Seen:
    """A request that passes by.

    Attributes:
        moment: Whether it comes or is answered.
        method: Its method.
        path: Its path with its query.
        body: Its body.
    """

    moment: Moment
    method: str
    path: str
    body: bytes


class WatchingProxy:
    """Passes HTTP on to a server, websockets included.

    Args:
        port: Where the server listens on this machine.
        watch: Called in the thread of the connection with each request, when it comes and when it is answered; what
            it does is done before anything is passed on.
    """

    def __init__(self, port: int, watch: Callable[[Seen], None]) -> None:
        self._port = port
        self._watch = watch
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)  # which wakes who waits for one
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self._port)) as server:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            buffered = b""
            while (request := _message(client, buffered)) is not None:
                head, body, buffered = request
                method, path = head.split(b" ", 2)[:2]
                seen = Seen("asked", method.decode(), path.decode(), body)
                self._watch(seen)
                server.sendall(head + body)
                if b"upgrade: websocket" in head.lower():
                    _pass_on(client, server)
                    return
                answer = _message(server, b"")
                if answer is None:
                    return
                self._watch(Seen("answered", seen.method, seen.path, body))
                client.sendall(answer[0] + answer[1])


def _message(source: socket.socket, buffered: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return the head and the body of the next message and what came after it; None when there is no more."""
    while HEAD_ENDS not in buffered:
        if not (more := source.recv(CHUNK)):
            return None
        buffered += more
    end = buffered.index(HEAD_ENDS) + len(HEAD_ENDS)
    head, rest = buffered[:end], buffered[end:]
    fields = dict(line.split(b":", 1) for line in head.lower().split(b"\r\n")[1:] if b":" in line)
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        while not rest.endswith(b"0\r\n\r\n"):  # nobody sends more before the answer
            rest += source.recv(CHUNK)
        return head, rest, b""
    length = int(fields.get(b"content-length", b"0"))
    while len(rest) < length:
        if not (more := source.recv(CHUNK)):
            return None
        rest += more
    return head, rest[:length], rest[length:]


def _pass_on(client: socket.socket, server: socket.socket) -> None:
    """Pass bytes both ways until one side hangs up."""
    back = threading.Thread(target=_pump, args=(server, client), daemon=True)
    back.start()
    _pump(client, server)
    back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
