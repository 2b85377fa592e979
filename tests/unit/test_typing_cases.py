"""The typing tests themselves: enough cases, and each refusal refused by both checkers. `dev.py check` runs them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[1] / "typing").glob("*.py"))
NAMES = [file.stem for file in FILES]


def asserted(file: Path) -> int:
    """Return how many types a file asserts."""
    return sum(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "assert_type"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    )


def test_each_theme_has_its_file() -> None:
    """Whoever looks for what type checkers know finds it by its theme."""
    themes = ["flows", "generators", "map", "methods", "options", "states_futures", "submit", "tasks"]
    assert set(themes) <= set(NAMES)


def test_types_are_asserted_often_enough() -> None:
    """The types of users' functions are followed through at least 150 uses."""
    assert sum(asserted(file) for file in FILES) >= 150


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_asserts_and_refuses(file: Path) -> None:
    """Each theme says what is right and what is wrong; a refusal that no checker makes any more is an error."""
    text = file.read_text(encoding="utf-8")
    refused = re.findall(r".*# (?:type|pyright): ignore.*", text)
    assert asserted(file) >= 1
    assert [
        line for line in refused if not re.search(r"# type: ignore\[.+\]  # pyright: ignore\[.+\]$", line)
    ] == []
    assert not refused or text.startswith("# pyright: reportUnnecessaryTypeIgnoreComment=true\n")
