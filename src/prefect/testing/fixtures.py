"""Fixtures for pytest. Import those that you need into your `conftest.py`.

Example:
    >>> from prefect.testing.fixtures import hosted_api_server, use_hosted_api_server
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import AsyncMock

import anyio
import pytest

from prefect import _clock
from prefect.settings import PREFECT_API_URL, PREFECT_SERVER_EPHEMERAL_ENABLED, temporary_settings
from prefect.testing.event_server import WS_1008_POLICY_VIOLATION, Puppeteer, Recorder, event_server
from prefect.testing.hosted_server import hosted_server

if TYPE_CHECKING:
    from websockets.asyncio.server import Server

__all__ = [
    "WS_1008_POLICY_VIOLATION",
    "Puppeteer",
    "Recorder",
    "add_prefect_loggers_to_caplog",
    "disable_hosted_api_server",
    "enable_ephemeral_server",
    "events_api_url",
    "events_cloud_api_url",
    "events_server",
    "hosted_api_server",
    "is_port_in_use",
    "mock_anyio_sleep",
    "puppeteer",
    "recorder",
    "use_hosted_api_server",
]


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


# A server of the API


@pytest.fixture(scope="session")
def hosted_api_server(
    unused_tcp_port_factory: Callable[[], int], test_database_connection_url: str | None
) -> Generator[str]:
    """Serve the API in a process of its own for the whole session, and give its address.

    Define a fixture `test_database_connection_url` for its database: an address, or None for the one that is set.
    """
    with hosted_server(unused_tcp_port_factory(), test_database_connection_url) as url:
        yield url


@pytest.fixture
def use_hosted_api_server(hosted_api_server: str) -> Generator[str]:
    """Let the test ask the server of `hosted_api_server`, and give its address."""
    with temporary_settings({PREFECT_API_URL: hosted_api_server}):
        yield hosted_api_server


@pytest.fixture
def disable_hosted_api_server() -> Generator[None]:
    """Let the test ask no server."""
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        yield


@pytest.fixture
def enable_ephemeral_server(disable_hosted_api_server: None) -> Generator[None]:
    """Let the test record in its own process, with no server beside it."""
    with temporary_settings({PREFECT_SERVER_EPHEMERAL_ENABLED: True}):
        yield


# Time


@pytest.fixture
def mock_anyio_sleep(monkeypatch: pytest.MonkeyPatch) -> Generator[AsyncMock]:
    """Let `anyio.sleep` return at once, with the clock of this library moved on; give what stands in its place.

    `assert_sleeps_for(seconds, extra_tolerance=0)` of it is a context: the code inside has to sleep for so long all
    together, and no more than a second and the tolerance longer.
    """
    sleep = anyio.sleep
    mock = AsyncMock()
    slept = _Slept()

    async def pass_by(seconds: float) -> None:
        slept.seconds += seconds
        await sleep(0)

    @contextmanager
    def assert_sleeps_for(seconds: float, extra_tolerance: float = 0) -> Generator[None]:
        before = slept.seconds
        yield
        found = slept.seconds - before
        assert seconds <= found <= seconds + 1 + extra_tolerance, (
            f"The code slept for {found} seconds, but was to sleep for {seconds} to {seconds + 1 + extra_tolerance}."
        )

    mock.side_effect = pass_by
    mock.assert_sleeps_for = assert_sleeps_for
    monkeypatch.setattr(anyio, "sleep", mock)
    before = _clock.use_clock(slept)
    try:
        yield mock
    finally:
        _clock.use_clock(before)


class _Slept:
    """The machine's clock, ahead by what was slept."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


# A server of events


@pytest.fixture
def recorder() -> Recorder:
    """Give what tells what clients of `events_server` did."""
    return Recorder()


@pytest.fixture
def puppeteer() -> Puppeteer:
    """Give what says what `events_server` does."""
    return Puppeteer()


@pytest.fixture
async def events_server(
    unused_tcp_port: int, recorder: Recorder, puppeteer: Puppeteer
) -> AsyncGenerator[Server]:
    """Serve events at a port of this machine; `recorder` tells what clients did, `puppeteer` says what happens."""
    async with event_server(unused_tcp_port, recorder, puppeteer) as serving:
        yield serving


@pytest.fixture
def events_api_url(events_server: Server, unused_tcp_port: int) -> str:
    """Give the address of an API whose events are those of `events_server`."""
    return f"http://localhost:{unused_tcp_port}"


@pytest.fixture
def events_cloud_api_url(events_server: Server, unused_tcp_port: int) -> str:
    """Give the address of a workspace of a hosted service whose events are those of `events_server`."""
    return f"http://localhost:{unused_tcp_port}/accounts/A/workspaces/W"
