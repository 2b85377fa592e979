"""Running a command in the test's process and reading what it prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prefect.cli.command_line import run_command

Captured = pytest.CaptureFixture[bytes]


def run(group: str, capture: Captured, *arguments: str) -> tuple[int, str, str]:
    """Run a command of a group; return its exit code and what it printed on stdout and stderr."""
    code = run_command(["--no-prompt", group, *arguments])
    out, err = capture.readouterr()
    return code, out.decode(), err.decode()


def done(group: str, capture: Captured, *arguments: str) -> str:
    """Return what a command prints; it must succeed."""
    code, out, err = run(group, capture, *arguments)
    assert (code, err) == (0, "")
    return out


def answer(group: str, capture: Captured, *arguments: str) -> Any:
    """Return what a command answers to a program; it must succeed."""
    return json.loads(done(group, capture, *arguments, "--output", "json"))


def refused(group: str, capture: Captured, *arguments: str) -> tuple[int, str]:
    """Return the exit code of a command that must fail, and what it says: a sentence, and no traceback."""
    code, out, err = run(group, capture, *arguments)
    assert code != 0
    assert out == ""
    assert err.startswith("Error: ")
    assert "Traceback" not in err
    return code, err
