from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from prefect.cli.inert import inert


def test_escape_sequences_are_spelled_out():
    """What would colour the terminal, move its cursor or ring its bell is shown as text."""
    assert inert("\x1b[31mred\x07\x9b2J\x7f") == r"\x1b[31mred\x07\x9b2J\x7f"
    assert inert("a\rb\tc\nd") == r"a\rb\tc\nd"


def test_marks_that_reorder_text_are_spelled_out():
    """Invisible marks cannot make a name look like another one."""
    assert inert("invoice\u202efdp.exe") == r"invoice\u202efdp.exe"
    assert inert("\u2066\u200f\u2028") == r"\u2066\u200f\u2028"


def test_lines_stay_lines_where_several_are_wanted():
    """A message of several lines keeps its lines, whichever way they end; a lone return is spelled out."""
    assert inert("one\r\ntwo\nthree\tfour\rfive", lines=True) == "one\ntwo\nthree    four\\rfive"


def test_words_of_any_language_are_left_alone():
    """Letters, marks and signs of people are shown as they are."""
    text = "[red]Straße[/red] naïve 北京 🦩 שלום é"
    assert inert(text) == text


@given(st.text())
def test_no_control_character_ever_comes_through(text):
    """Whatever a user wrote, nothing that controls a terminal is left, except line ends where they are wanted."""
    assert not [character for character in inert(text) if unicodedata.category(character) == "Cc"]
    assert {
        character for character in inert(text, lines=True) if unicodedata.category(character) == "Cc"
    } <= {"\n"}
