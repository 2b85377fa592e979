"""`prefect schedule preview`, as people and programs call it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

done, answer = partial(commands.done, "schedule"), partial(commands.answer, "schedule")
refused = partial(commands.refused, "schedule")


def test_cron_where_clocks_change(capsysbinary: Captured, home: Path) -> None:
    """Dates are shown in the time zone of the schedule, across a change of clocks; nothing is created."""
    arguments = (
        "preview",
        "0 6 * * *",
        "--timezone",
        "Europe/Berlin",
        "--from",
        "2026-03-28",
        "-n",
        "2",
    )
    assert answer(capsysbinary, *arguments) == ["2026-03-28T06:00:00+01:00", "2026-03-29T06:00:00+02:00"]
    shown = done(capsysbinary, *arguments)
    assert "Sat 2026-03-28 06:00:00 CET   2026-03-28 05:00:00" in shown
    assert "Sun 2026-03-29 06:00:00 CEST  2026-03-29 04:00:00" in shown
    assert not home.exists()


def test_intervals_and_rules(capsysbinary: Captured) -> None:
    """Intervals and recurrence rules are shown too."""
    since = ("--from", "2026-01-01T00:00+00:00", "--count", "2")
    dates = answer(
        capsysbinary, "preview", "--interval", "90m", "--anchor-date", "2026-01-01T00:00+00:00", *since
    )
    assert dates == ["2026-01-01T00:00:00+00:00", "2026-01-01T01:30:00+00:00"]
    assert len(answer(capsysbinary, "preview", "--rrule", "FREQ=DAILY", *since)) == 2
    over = answer(capsysbinary, "preview", "--rrule", "DTSTART:20200101T000000\nFREQ=DAILY;COUNT=1", *since)
    assert over == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Give a cron expression"),
        (["@daily", "--interval", "5m"], 2, "Give a cron expression"),
        (["every day"], 1, "every day"),
        (["@daily", "--timezone", "Mars/Base"], 1, "Mars/Base"),
        (["--interval", "5x"], 2, "'5x' is no duration"),
        (["@daily", "--anchor-date", "2026-01-01"], 2, "--interval"),
    ],
)
def test_what_is_no_schedule(arguments: list[str], code: int, said: str, capsysbinary: Captured) -> None:
    """What is no schedule is told in a sentence."""
    told = refused(capsysbinary, "preview", *arguments)
    assert told[0] == code
    assert said in told[1]
