"""What holds for every command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from prefect.cli.app import app
from prefect.cli.command_line import run_command
from tests.unit.cli.commands import Captured

READING = {"ls", "inspect", "preview", "slots", "read-runs", "logs", "status", "version"}
"""Commands that show what there is."""


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    known: list[Any] = []
    for name in group:
        command = group[name]
        if name.startswith("-") or any(command is other for other in known):  # an option, or another name
            continue
        known.append(command)
        yield (*path, name), command
        yield from _commands(command, (*path, name))


COMMANDS = dict(_commands(app))


@pytest.mark.parametrize("path", [path for path in COMMANDS if path[-1] in READING], ids=" ".join)
def test_reading_commands_answer_programs(path: tuple[str, ...]) -> None:
    """Every command that shows something prints one JSON document when asked with --output json, or -o json."""
    names = {name for argument in COMMANDS[path].assemble_argument_collection() for name in argument.names}
    assert {"--output", "-o"} <= names


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help(path: tuple[str, ...], capsysbinary: Captured) -> None:
    """The help of every command says what it does, and gives an example."""
    assert run_command([*path, "--help"]) == 0
    out, err = capsysbinary.readouterr()
    assert err == b""
    page = out.decode()
    assert page.startswith(f"Usage: prefect {' '.join(path)}")
    assert "Example" in page
