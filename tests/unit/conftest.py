"""Unit tests reach no network: what they test needs none, and they must pass on a machine without one."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import pytest


class NetworkReached(BaseException):
    """A unit test tried to reach the network. Move it to tests/integration, or hand the code its input."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to connect or to resolve a name fail the test."""

    def refuse(*args: Any, **kwargs: Any) -> NoReturn:
        raise NetworkReached(f"{NetworkReached.__doc__} It asked for {args[-1]!r}.")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
