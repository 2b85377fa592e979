"""A browser, and a real server with the built web interface; pictures of the pages are kept beside the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import pytest

from prefect.settings import temporary_settings
from tests.browser.looking import PATIENCE, Looking
from tests.integration.server.serving import Served, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PICTURES = Path(os.environ.get("TEST_PICTURES") or Path(__file__).parent / "pictures")
"""Where pictures of the pages are kept; no part of the repository."""

BUILT = os.environ.get("TEST_UI")
"""The folder of the build that is looked at; by default that of the package."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each journey needs a browser, and the time that one takes on a machine with more to do than it can."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.needs("browser"))
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(5 * PATIENCE))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window.

    What drives it has an event loop in this thread while it is open, so that it must be gone before tests of other
    modules, which have loops of their own.
    """
    from playwright.sync_api import sync_playwright  # a machine without it leaves these tests out

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=which("chromium"),
            args=["--no-sandbox", "--force-color-profile=srgb", "--disable-dev-shm-usage"],
            timeout=2 * PATIENCE * 1000,
        )
        yield chromium
        chromium.close()


@contextmanager
def looking_at(browser: Browser, served: Served, name: str, **how: Any) -> Iterator[Looking]:
    """A page of the browser that knows a server. Whatever the page complains of fails the test."""
    context = browser.new_context(
        **{
            "viewport": {"width": 1360, "height": 880},
            "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
            "reduced_motion": "reduce",  # no colour is looked at on its way to another one
            **how,
        }
    )
    context.set_default_timeout(PATIENCE * 1000)
    looking = Looking(context.new_page(), served, PICTURES)
    try:
        yield looking
        assert looking.complaints == []
    finally:
        looking.keep(name)
        context.close()


def serve_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have servers serve the build that is looked at."""
    if BUILT:
        monkeypatch.setenv("PREFECT_SERVER_UI_STATIC_DIRECTORY", BUILT)


@pytest.fixture(autouse=True)
def build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the servers of the test serve the build that is looked at."""
    serve_the_build(monkeypatch)


@contextmanager
def recording_to(served: Served) -> Iterator[None]:
    """Have what the block runs recorded by a server."""
    with temporary_settings({"PREFECT_API_URL": served.url}):
        yield
        backend: Any = sys.modules.get("prefect.backend")
        if backend is not None:
            backend.close_backends()


@pytest.fixture
def server() -> Iterator[Served]:
    """A server, to which what the test runs is recorded."""
    with serving() as served, recording_to(served):
        yield served


@pytest.fixture
def look(browser: Browser, server: Served, request: pytest.FixtureRequest) -> Iterator[Looking]:
    """A page of the browser, on the server."""
    with looking_at(browser, server, request.node.name) as looking:
        yield looking
