"""What the tests of logging share: the set-up of a program, undone after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prefect import _secrets
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.recording import set_api_log_sink
from prefect.settings import Settings
from tests.unit.logging.building import Line


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    """What is recorded; the logging of a program is set up as for a run."""
    ensure_logging_setup(Settings(logging={"level": "DEBUG", "extra_loggers": ["their.library"]}))
    yield []
    set_api_log_sink(None)
    (Settings().home / "logging.yml").unlink(missing_ok=True)
    ensure_logging_setup(Settings())


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret of another test."""
    monkeypatch.setattr(_secrets, "_secrets", set[str]())
    monkeypatch.setattr(_secrets, "_pattern", None)
