"""`prefect artifact`, as people and programs call it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect.artifacts import Artifact, create_markdown_artifact, create_table_artifact
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

run, done = partial(commands.run, "artifact"), partial(commands.done, "artifact")


def answer(capture: Captured, *arguments: str) -> Any:
    """Return what a command answers to a program."""
    return json.loads(done(capture, *arguments, "--output", "json"))


@pytest.fixture
def made() -> list[UUID]:
    """Two versions of a report, and a table without a key."""
    return [
        create_markdown_artifact("one\x1b[31m\nline", key="report", description="old"),
        create_markdown_artifact("two", key="report"),
        create_table_artifact([{"a": 1}]),
    ]


def test_listing(made: list[UUID], capsysbinary: Captured) -> None:
    """A list shows the latest of each key; all of them when asked."""
    assert [(each["key"], each["latest_id"]) for each in answer(capsysbinary, "ls")] == [
        ("report", str(made[1]))
    ]
    assert [each["id"] for each in answer(capsysbinary, "ls", "--all")] == [
        str(each) for each in reversed(made)
    ]
    assert len(answer(capsysbinary, "ls", "-a", "--limit", "1")) == 1
    listed = done(capsysbinary, "ls")
    assert str(made[1]) in listed
    assert str(made[2]) not in listed
    assert str(made[2]) in done(capsysbinary, "ls", "--all")


def test_versions(made: list[UUID], capsysbinary: Captured) -> None:
    """The versions of a key are shown, the newest first, as many as asked for."""
    assert [each["data"] for each in answer(capsysbinary, "inspect", "report")] == [
        "two",
        "one\x1b[31m\nline",
    ]
    assert len(answer(capsysbinary, "inspect", "report", "--limit", "1")) == 1
    shown = done(capsysbinary, "inspect", "report")
    assert shown.index("two") < shown.index("one")
    assert "About:    old" in shown
    assert "\x1b" not in shown
    code, _, err = run(capsysbinary, "inspect", "nothing")
    assert code == 1
    assert "There is no artifact with the key 'nothing'" in err


def test_deleting(made: list[UUID], capsysbinary: Captured) -> None:
    """One version is deleted by its id, all of them by their key."""
    assert (
        done(capsysbinary, "delete", "--id", str(made[1])) == f"Deleted the artifact with the id {made[1]}.\n"
    )
    assert Artifact.get("report").data.startswith("one")
    create_markdown_artifact("three", key="report")
    assert done(capsysbinary, "delete", "report") == "Deleted 2 artifacts with the key 'report'.\n"
    assert Artifact.get("report") is None
    for arguments in (["report"], ["--id", str(made[1])]):
        code, _, err = run(capsysbinary, "delete", *arguments)
        assert code == 1
        assert "There is no artifact with the" in err


@pytest.mark.parametrize("arguments", [[], ["report", "--id", str(UUID(int=1))]])
def test_deleting_needs_one_name(arguments: list[str], capsysbinary: Captured) -> None:
    """Neither key nor id, or both, is wrong usage."""
    code, _, err = run(capsysbinary, "delete", *arguments)
    assert code == 2
    assert "either a key or an `--id`" in err


def test_many_versions_are_deleted(capsysbinary: Captured) -> None:
    """A key is deleted whole, however many versions it has."""
    for number in range(205):
        create_markdown_artifact(str(number), key="report")
    assert "205 artifacts" in done(capsysbinary, "delete", "report")
    assert answer(capsysbinary, "ls", "--all") == []


@pytest.mark.parametrize(
    "command",
    [["ls"], ["ls", "--all"], ["inspect", "k"], ["delete", "k"], ["delete", "--id", str(UUID(int=1))]],
)
def test_looking_creates_nothing(command: list[str], capsysbinary: Captured, home: Path) -> None:
    """Where nothing was ever stored, looking says so and makes no database."""
    code, out, err = run(capsysbinary, *command)
    assert not home.exists()
    assert (code, err) == (0, "") if command[0] == "ls" else (code, out) == (1, "")
    assert "No artifacts" in out or "There is no artifact" in err
