"""Tools for tests that need a network."""

from __future__ import annotations

import socket

from prefect.testing.fixtures import is_port_in_use


def test_a_port_is_in_use_while_somebody_listens() -> None:
    """`is_port_in_use` says so, and that it is free again afterwards."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        assert is_port_in_use(port)
    assert not is_port_in_use(port)
