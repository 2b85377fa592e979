from __future__ import annotations

from datetime import UTC, datetime

import pytest

from prefect.cli.failures import CommandFailed
from prefect.cli.log_lines import LogSelection, log_line, read_logs
from prefect.cli.screen import Screen
from prefect.schemas.logs import Log

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def log(message: str, level: int = 20) -> Log:
    """A line of a log."""
    return Log(name="prefect.flow_runs", level=level, message=message, timestamp=NOW)


class Lines:
    """Many recorded lines, read in pages."""

    def __init__(self, number: int) -> None:
        self.lines = [log(str(index)) for index in range(number)]
        self.pages = 0

    def list_logs(self, *, newest_first, limit, offset, **_):
        """A page of the lines."""
        self.pages += 1
        return (self.lines[::-1] if newest_first else self.lines)[offset : offset + limit]


def read(records, **options) -> list[str]:
    """The messages that a selection shows."""
    return [line.message for line in read_logs(records, LogSelection(**options))]


def test_long_log_is_read_in_pages():
    """A log longer than a page is shown whole and in order, forwards and backwards."""
    everything = [str(index) for index in range(2500)]
    assert read(Lines(2500)) == everything
    assert read(Lines(2500), newest=True, newest_first=True) == everything[::-1]
    assert read(Lines(2000)) == everything[:2000]


def test_end_of_a_long_log_is_read_from_its_end():
    """The last lines of a long log are found without reading the log."""
    records = Lines(5000)
    assert read(records, newest=True, number=3) == ["4997", "4998", "4999"]
    assert records.pages == 1


@pytest.mark.parametrize(
    ("options", "selection"),
    [
        ({}, LogSelection()),
        ({"head": True}, LogSelection(number=20)),
        ({"tail": True}, LogSelection(newest=True, number=20)),
        ({"tail": True, "number": 5}, LogSelection(newest=True, number=5)),
        ({"number": 5}, LogSelection(number=5)),
        ({"reverse": True}, LogSelection(newest=True, newest_first=True)),
        ({"head": True, "reverse": True}, LogSelection(number=20, newest_first=True)),
    ],
)
def test_options_say_which_lines(options, selection):
    """The options of the commands mean one selection each."""
    asked = {"head": False, "tail": False, "number": None, "reverse": False, **options}
    assert LogSelection.asked_for(**asked) == selection


def test_head_and_tail_exclude_each_other():
    """Asking for the first and the last lines at once is wrong usage."""
    with pytest.raises(CommandFailed, match="not both") as caught:
        LogSelection.asked_for(head=True, tail=True, number=None, reverse=False)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("level", "name", "colour"),
    [(10, "DEBUG", 90), (30, "WARNING", 33), (40, "ERROR", 31), (50, "CRITICAL", 31)],
)
def test_levels_have_names_and_colours(level, name, colour):
    """The level of a line is told by its name, and by its colour where there are colours."""
    assert f"| {name:<7} | Flow run 'a' - hello" in log_line(log("hello", level), "Flow run 'a'", Screen())
    assert f"\x1b[{colour}m{name:<7}\x1b[0m" in log_line(
        log("hello", level), "Flow run 'a'", Screen(colours=True)
    )
