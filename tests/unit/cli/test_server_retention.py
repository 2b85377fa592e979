"""`prefect server retention`, as people and programs call it."""

from __future__ import annotations

import json

import pytest

from tests.unit.cli import commands
from tests.unit.cli.commands import Captured


def run(output: Captured, *arguments: str) -> tuple[int, str, str]:
    """Run a command of the group; return its exit code and what it printed."""
    return commands.run("server", output, "retention", *arguments)


def done(output: Captured, *arguments: str) -> str:
    """Return what a command of the group prints; it must succeed."""
    return commands.done("server", output, "retention", *arguments)


def kept(output: Captured) -> dict[str, float | None]:
    """Return how many seconds records are kept, by their kind."""
    return {each["kind"]: each["seconds"] for each in json.loads(done(output, "-o", "json"))}


def test_the_limits_are_shown(capsysbinary: Captured) -> None:
    """Each kind of records has its limit, and it is told who has set it."""
    shown = done(capsysbinary)
    assert "7 days" in shown
    assert "PREFECT_SERVER_EVENTS_RETENTION_PERIOD" in shown
    assert kept(capsysbinary)["flow-runs"] == 365 * 86400


@pytest.mark.parametrize(
    ("period", "seconds", "words"),
    [
        ("30d", 30 * 86400, "30 days"),
        ("1w", 7 * 86400, "7 days"),
        ("36h", 36 * 3600, "36 hours"),
        ("90s", 90, "90 seconds"),
        ("60 s", 60, "1 minute"),
        ("forever", None, "ever"),
    ],
)
def test_a_limit_is_set_and_taken_back(
    capsysbinary: Captured, period: str, seconds: float | None, words: str
) -> None:
    """What was set holds until it is taken back."""
    assert done(capsysbinary, "set", "logs", period) == f"Logs are kept for {words}.\n"
    assert kept(capsysbinary)["logs"] == seconds
    assert done(capsysbinary, "unset", "logs") == "Logs are kept as long as the settings say.\n"
    assert kept(capsysbinary)["logs"] == 180 * 86400


@pytest.mark.parametrize("period", ["3", "5s", "0d", "1.5d", "3y", "soon"])
def test_a_limit_that_is_none_is_refused(capsysbinary: Captured, period: str) -> None:
    """The error says how a limit is written, and nothing is changed."""
    code, _, error = run(capsysbinary, "set", "logs", period)
    assert code == 2
    assert "for example 90d" in error
    assert kept(capsysbinary)["logs"] == 180 * 86400


def test_an_unknown_kind_is_refused(capsysbinary: Captured) -> None:
    """The error names the kinds that there are."""
    for arguments in (("set", "flows", "3d"), ("unset", "flows")):
        code, _, error = run(capsysbinary, *arguments)
        assert code == 2
        assert "events, logs, flow-runs, artifacts" in error
