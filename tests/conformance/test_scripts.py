"""Each conformance script does what the reference implementation was seen to do: output, exit code, final states."""

from __future__ import annotations

import json

import pytest

from tests.conformance import compare

PENDING: frozenset[str] = frozenset()
"""Scripts whose feature is not built yet. One that passes must leave this list, and in the end it is empty."""


@pytest.mark.parametrize("name", compare.names())
def test_a_script_does_what_was_recorded(name: str) -> None:
    """A script prints, exits and leaves runs behind as on the reference, but where we differ on purpose."""
    found = compare.difference(compare.expected(name), compare.run(name))
    if name in PENDING:
        assert found, f"{name} passes now: take it out of PENDING"
    else:
        assert not found, found


def test_every_script_has_its_expectation() -> None:
    """There are more than sixty scripts, one for a feature; nothing is expected of a script that is gone."""
    expectations = {path.stem for path in compare.EXPECTED.glob("*.json")}
    assert expectations == set(compare.names())
    assert len(expectations) > 60
    assert expectations >= PENDING


def test_every_difference_has_its_reason() -> None:
    """Where an expectation replaces the reference's answer it says why, and does replace it."""
    for path in compare.EXPECTED.glob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        if differing := document.get("ours"):
            assert len(differing["reason"]) > 20, path
            assert all(document[key] != differing[key] for key in differing if key != "reason"), path


def test_what_is_different_each_time_is_left_out() -> None:
    """Generated names of runs are not compared, chosen ones are; equal runs are counted."""
    rows = [
        ("flow", "1", "etl", "tidy-otter", "COMPLETED/Completed", 1),
        ("flow", "2", "etl", "for Ada 1", "FAILED/Failed", 2),
        ("task", "3", None, "add-3f2", "COMPLETED/Completed", 1),
        ("task", "4", None, "add-001", "COMPLETED/Completed", 1),
        ("task", "5", None, "etl-0", "PENDING/Pending", 0),
    ]
    assert compare.told(rows) == (
        ["1 x etl / *: COMPLETED/Completed, 1 run", "1 x etl / for Ada 1: FAILED/Failed, 2 runs"],
        ["2 x add-*: COMPLETED/Completed, 1 run", "1 x etl-0: PENDING/Pending, 0 runs"],
    )


def test_a_difference_is_shown_with_what_was_logged() -> None:
    """A script that answers otherwise is shown as a diff, with its stderr; one that answers the same is not."""
    answer = compare.Answer(0, ["5"], [], [], "a line of the log")
    assert not compare.difference(answer.document(), answer)
    found = compare.difference(answer.document() | {"stdout": ["6"]}, answer)
    assert '-  "6"' in found
    assert '+  "5"' in found
    assert "a line of the log" in found
