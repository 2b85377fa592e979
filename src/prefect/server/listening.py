"""The port of the server: taken before anything else is started, and if that fails, by whom it is held."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

from prefect.exceptions import PrefectException


class PortTaken(PrefectException):
    """Another program listens at the port."""


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Args:
        host: The address to listen at.
        port: The port; 0 for any that is free.

    Raises:
        PortTaken: Another program has it.
        PrefectException: There is no such address here, or it may not be used.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise PrefectException(f"The host {host!r} is not known here: {error.strerror}.") from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)  # SO_REUSEADDR alone would let two servers be bound until one of them listens
        listener.set_inheritable(True)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(_taken(host, port)) from error
        raise PrefectException(f"The server cannot listen at {host}:{port}: {error.strerror}.") from error
    return listener


def _taken(host: str, port: int) -> str:
    owner = owner_of(port)
    by = f" by {owner}" if owner else ""
    return (
        f"Port {port} of {host} is taken{by}. Stop that program (`prefect server stop` if it is a server in the "
        "background), or choose another port with --port or PREFECT_SERVER_API_PORT."
    )


def owner_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """Return which process of this machine listens at a port, as far as the system tells.

    Args:
        port: The port.
        proc: Where the system tells.
    """
    sockets = _listening(port, proc)
    if not sockets:
        return None
    for process in proc.glob("[0-9]*"):
        if _holds(process, sockets):
            with suppress(OSError):  # it ended just now
                words = (process / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                return f"process {process.name} ({b' '.join(words).decode(errors='replace')[:120]})"
    return None


def _holds(process: Path, sockets: set[str]) -> bool:
    """Whether a process has one of these sockets; of those of other users nothing is known."""
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):  # closed just now
                if str(descriptor.readlink()) in sockets:
                    return True
    return False


def _listening(port: int, proc: Path) -> set[str]:
    """Return the sockets that listen at a port, as the descriptors of processes name them."""
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
