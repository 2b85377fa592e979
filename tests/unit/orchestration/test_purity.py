from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import prefect.orchestration

ROOM = Path(prefect.orchestration.__file__).parent
ALLOWED_ROOMS = ("prefect.orchestration", "prefect.schemas", "prefect._ids", "prefect.types")
ALLOWED_LIBRARIES = {"__future__", "collections", "dataclasses", "datetime", "re", "typing", "uuid"}


def imports(file: Path) -> Iterator[str]:
    """Yield the name of every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their module in full"
            yield node.module or ""


@pytest.mark.parametrize("file", sorted(ROOM.glob("**/*.py")), ids=lambda file: file.name)
def test_room_imports_nothing_that_acts(file: Path) -> None:
    """The rules reach no clock, settings, chance or I/O: they import the vocabulary and values, nothing else."""
    for module in imports(file):
        allowed = module.startswith(ALLOWED_ROOMS) or module.split(".")[0] in ALLOWED_LIBRARIES
        assert allowed, f"{file.name} imports {module}"


@pytest.mark.parametrize("file", sorted(ROOM.glob("**/*.py")), ids=lambda file: file.name)
def test_room_asks_no_clock(file: Path) -> None:
    """No rule asks for the time, not even through `datetime`: the time is a fact."""
    asked = {
        node.attr
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert not asked & {"utcnow", "today", "fromtimestamp", "uuid4"}
    assert "datetime.now" not in file.read_text(encoding="utf-8")
