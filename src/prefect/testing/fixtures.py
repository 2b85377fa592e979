"""Tools for pytest."""

from __future__ import annotations

import logging
import socket
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

__all__ = ["add_prefect_loggers_to_caplog", "is_port_in_use"]


@contextmanager
def add_prefect_loggers_to_caplog(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Let `caplog` see this library's lines, runs' lines included, whatever set-up of loggers keeps them from it.

    Example:
        >>> @pytest.fixture
        ... def caplog(caplog):
        ...     with add_prefect_loggers_to_caplog(caplog):
        ...         yield caplog
    """
    logger = logging.getLogger("prefect")
    before = logger.propagate
    logger.propagate = True
    added = caplog.handler not in logging.getLogger().handlers
    if added:
        logger.addHandler(caplog.handler)
    try:
        yield
    finally:
        logger.propagate = before
        if added:
            logger.removeHandler(caplog.handler)


def is_port_in_use(port: int) -> bool:
    """Return whether something on this machine listens at a TCP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
