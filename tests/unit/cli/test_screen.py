from __future__ import annotations

import io

import pytest
from rich.table import Table

from prefect.cli.screen import Screen
from prefect.cli.state_marks import STATE_MARKS, mark_of
from prefect.schemas.states import StateType


class Terminal(io.StringIO):
    """A stream that says it is a terminal, in an encoding."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = True) -> None:
        super().__init__()
        self._encoding, self._terminal = encoding, terminal

    @property
    def encoding(self):
        return self._encoding

    def isatty(self):
        return self._terminal


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No wishes about colours from outside."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("terminal", "variables", "colours"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_follow_the_terminal_and_the_wishes_of_the_person(monkeypatch, terminal, variables, colours):
    """Terminals get colours, pipes do not; NO_COLOR and FORCE_COLOR say otherwise, NO_COLOR last."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Screen.of(Terminal(terminal=terminal)).colours is colours


def test_signs_follow_the_encoding():
    """Where UTF-8 cannot be shown, ASCII stands in."""
    assert Screen.of(Terminal("UTF-8")).sign("COMPLETED") == "✓"
    assert Screen.of(Terminal("ascii")).sign("COMPLETED") == "+"
    assert Screen.of(Terminal("latin-1")).sign("COMPLETED") == "+"


def test_every_type_of_state_has_a_mark_of_its_own():
    """No two types of state look alike, with or without Unicode; a run without a state has a mark too."""
    assert {*STATE_MARKS} == {type_.value for type_ in StateType}
    marks = [*STATE_MARKS.values(), mark_of(None)]
    assert len({mark.sign for mark in marks}) == len(marks)
    assert len({mark.ascii_sign for mark in marks}) == len(marks)
    assert all(mark.ascii_sign.isascii() and len(mark.sign) == 1 for mark in marks)


def test_markup_is_shown_as_it_is():
    """Square brackets and emoji codes in a table are text, not instructions."""
    table = Table(box=None, show_header=False)
    table.add_row("[red]x[/red] :smile:")
    assert Screen(colours=True).render(table).strip() == "[red]x[/red] :smile:"


def test_nothing_is_cut_without_a_terminal():
    """In a pipe, the longest value of a table is shown whole, on one line."""
    table = Table(box=None)
    table.add_row("a" * 5000, "b c " * 2000)
    assert len(Screen().render(table).strip().splitlines()) == 1


def test_painting_needs_colours():
    """Text is painted where there are colours, and left alone elsewhere."""
    assert Screen().paint("x", "red") == "x"
    assert Screen(colours=True).paint("x", "red") == "\x1b[31mx\x1b[0m"
