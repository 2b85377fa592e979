"""Lines of logs: in the order of their time, by run, by level and by words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from prefect.backend import get_backend
from prefect.schemas.log_filters import LogFilter
from prefect.schemas.logs import LogCreate
from prefect.store.logs import count_logs, create_logs, lines_of_flow_run, read_logs
from prefect.store.text_search import Words
from tests.unit.store.building import later
from tests.unit.store.runs import perform, written

FLOW, TASK = UUID(int=1), UUID(int=2)


def some_lines() -> None:
    """Store four lines in no order: the second is an error, the third is of a task run, the fourth of no run."""
    lines = [(4, 20, None, None), (2, 40, FLOW, None), (1, 20, FLOW, None), (3, 20, FLOW, TASK)]
    perform(
        create_logs,
        [
            LogCreate(
                name="n", level=level, message=str(at), timestamp=later(at), flow_run_id=f, task_run_id=t
            )
            for at, level, f, t in lines
        ],
    )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"newest_first": True}, ["4", "3", "2", "1"]),
        ({"minimum_level": 30}, ["2"]),
        ({"flow_run_id": FLOW}, ["1", "2", "3"]),
        ({"task_run_id": TASK}, ["3"]),
        ({"limit": 2, "offset": 1}, ["2", "3"]),
    ],
)
def test_lines_are_read_in_the_order_of_their_time(wanted: dict[str, Any], found: list[str]) -> None:
    """Lines that were stored in any order are read in the order in which they were written."""
    some_lines()
    assert [line.message for line in get_backend().list_logs(**wanted)] == found


def test_lines_are_chosen_by_filters() -> None:
    """The words of filters mean what they say; the ends of levels and times are meant too."""
    some_lines()
    for wanted, found in (
        ({"level": {"ge_": 20, "le_": 20}}, 3),
        ({"timestamp": {"after_": later(2), "before_": later(3)}}, 2),
        ({"task_run_id": {"is_null_": True}}, 3),
        ({"operator": "or_", "level": {"ge_": 40}, "task_run_id": {"any_": [TASK]}}, 2),
    ):
        assert perform(count_logs, LogFilter.model_validate(wanted)) == found, wanted


def test_all_lines_of_a_flow_run_are_read_piece_by_piece() -> None:
    """Who goes through a long log is given the next lines after the last one."""
    some_lines()
    first = written(lambda: lines_of_flow_run(FLOW, limit=2))
    last = first[-1]
    rest = written(lambda: lines_of_flow_run(FLOW, (last.timestamp, last.id), limit=2))
    assert [line.message for line in (*first, *rest)] == ["1", "2", "3"]


MESSAGES = ["hello", "hello world", "world", "hello there", "x y", "other thing", "50%", 'say "hello']


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hello", "01 3   7"),
        ("HELLO", "01 3   7"),
        ("hello world", "0123   7"),
        ("hello -world", "0  3   7"),
        ("-world", "0  34567"),
        ("!world", "0  34567"),
        ('"hello there"', "   3"),
        ('hello "x y" -z', "01 34  7"),
        ("logger", "01234567"),
        ("+hello +world", " 1"),
        ("-", "01234567"),
        ("   ", "01234567"),
        ('!"hello there"', "012 4567"),
        ('+"x y"', "    4"),
        ("%", "      6"),
        ("l_o", ""),
        ("+hello other", ""),
        ('"unbalanced', ""),
        ('"\\"hello"', "       7"),
    ],
)
def test_lines_are_searched_for_words(query: str, found: str) -> None:
    """Words, phrases, words that must and must not be there, in the message or in the logger's name."""
    perform(
        create_logs,
        [
            LogCreate(name="logger", level=20, message=text, timestamp=later(at))
            for at, text in enumerate(MESSAGES)
        ],
    )
    wanted = LogFilter.model_validate({"text": {"query": query}})
    told = [line.message for line in perform(read_logs, wanted)]
    assert told == [MESSAGES[int(digit)] for digit in found.replace(" ", "")]


def test_words_are_told_apart_by_their_signs() -> None:
    """A sign stands before a word or a phrase."""
    words = Words.of('a +b -c !"d e" f-g')
    assert (words.some, words.all, words.none) == (["a", "f-g"], ["b"], ["c", "d e"])
