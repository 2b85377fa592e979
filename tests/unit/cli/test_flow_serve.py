"""`prefect flow serve`: what it refuses before it serves. That it serves is seen in tests/integration."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect.cli.failures import WRONG_USAGE
from tests.unit.cli.commands import Captured, refused

SOURCE = "from prefect import flow\n\n@flow\ndef hello():\n    pass\n"


@pytest.fixture
def captured(capfdbinary: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Captured:
    """What the commands print, in a folder with a flow."""
    monkeypatch.chdir(tmp_path)
    Path("hello.py").write_text(SOURCE, encoding="utf-8")
    return capfdbinary


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--cron", "* * * * *", "--interval", "5"), "Give one of --cron, --interval and --rrule"),
        (("--anchor-date", "2026-01-01"), "--anchor-date needs --interval"),
        (("--timezone", "Europe/Berlin"), "--timezone needs a schedule"),
        (("--limit", "0"), "limit"),
        (("--interval", "0"), "interval"),
    ],
)
def test_flags_that_do_not_fit(captured: Captured, flags: tuple[str, ...], said: str) -> None:
    """Flags that contradict each other, or mean nothing alone, are wrong usage."""
    code, error = refused("flow", captured, "serve", "hello.py:hello", "-n", "a", *flags)
    assert code == WRONG_USAGE
    assert said in error


@pytest.mark.parametrize("entrypoint", ["hello.py:nothing", "nowhere.py:hello"])
def test_a_flow_that_is_not_there(captured: Captured, entrypoint: str) -> None:
    """A file or a flow that does not exist is told, with its name."""
    code, error = refused("flow", captured, "serve", entrypoint, "--name", "a")
    assert code == 1
    assert entrypoint.partition(":")[0] in error


def test_a_schedule_that_is_none(captured: Captured) -> None:
    """A cron expression that cannot be read is told."""
    code, error = refused("flow", captured, "serve", "hello.py:hello", "-n", "a", "--cron", "sometimes")
    assert code == 1
    assert "sometimes" in error
