"""`prefect variable`, as people and programs call it."""

from __future__ import annotations

import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from prefect.cli.command_line import run_command
from prefect.variables import Variable
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

run, done = partial(commands.run, "variable"), partial(commands.done, "variable")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("eu-west-1", "eu-west-1"),
        ("5", 5),
        ("-5", -5),
        ("2.5", 2.5),
        ("true", True),
        ("null", None),
        ('"5"', "5"),
        ('{"a": [1]}', {"a": [1]}),
        ("", ""),
    ],
)
def test_a_value_is_json_or_else_text(text: str, value: object, capsysbinary: Captured) -> None:
    """What reads as JSON is stored as its value, anything else as text; `get` prints JSON."""
    assert done(capsysbinary, "set", "v", text) == "Set variable 'v'.\n"
    assert (Variable.get("v"), type(Variable.get("v"))) == (value, type(value))
    assert json.loads(done(capsysbinary, "get", "v")) == value


def test_setting_twice(capsysbinary: Captured) -> None:
    """A variable is not replaced by mistake."""
    done(capsysbinary, "set", "v", "1", "--tag", "a", "--tag", "b")
    code, out, err = run(capsysbinary, "set", "v", "2")
    assert (code, out, err) == (
        1,
        "",
        "Error: Variable 'v' already exists. Use `--overwrite` to update it.\n",
    )
    done(capsysbinary, "set", "v", "2", "--overwrite", "--tag", "c")
    stored: Any = json.loads(done(capsysbinary, "inspect", "v", "--output", "json"))
    assert (stored["name"], stored["value"], stored["tags"]) == ("v", 2, ["c"])


def test_a_name_that_cannot_be_used(capsysbinary: Captured) -> None:
    """The error says what a name may hold."""
    code, _, err = run(capsysbinary, "set", "BAD", "2")
    assert code == 1
    assert err.startswith("Error: Variable name must only contain lowercase letters")


def test_looking_at_variables(capsysbinary: Captured) -> None:
    """Lists and reports show values, tags and times, for people and for programs."""
    Variable.set("zone", {"a": [1]}, tags=["x", "y"])
    Variable.set("area", "wide\x1b[31m")
    lines = [line.split() for line in done(capsysbinary, "ls").splitlines()]
    assert lines[0] == ["NAME", "VALUE", "TAGS", "UPDATED"]
    assert lines[2][:5] == ["zone", '{"a":', "[1]}", "x,", "y"]
    names = [each["name"] for each in json.loads(done(capsysbinary, "ls", "-o", "json"))]
    assert names == ["area", "zone"]
    assert len(json.loads(done(capsysbinary, "ls", "--limit", "1", "-o", "json"))) == 1
    report = done(capsysbinary, "inspect", "zone")
    assert 'Value:   {"a": [1]}' in report
    assert "Tags:    x, y" in report
    assert "\x1b" not in done(capsysbinary, "ls") + done(capsysbinary, "inspect", "area")


@pytest.mark.parametrize("verb", ["unset", "delete"])
def test_removing(verb: str, capsysbinary: Captured) -> None:
    """A variable is removed once; the second time it is not found."""
    Variable.set("v", 1)
    assert done(capsysbinary, verb, "v") == "Unset variable 'v'.\n"
    code, _, err = run(capsysbinary, verb, "v")
    assert code == 1
    assert "There is no variable 'v'" in err


def test_removing_asks_first(capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever does not say yes keeps the variable."""
    Variable.set("v", 1)
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert run_command(["--prompt", "variable", "unset", "v"]) == 1
    out, err = capsysbinary.readouterr()
    assert b"Remove variable 'v'? [y/N]" in out
    assert err == b"Error: Nothing was removed.\n"
    assert Variable.get("v") == 1


@pytest.mark.parametrize(
    "command", [["get", "v"], ["inspect", "v"], ["unset", "v"], ["ls"], ["ls", "-o", "json"]]
)
def test_looking_creates_nothing(command: list[str], capsysbinary: Captured, home: Path) -> None:
    """Where nothing was ever stored, looking says so and makes no database."""
    code, out, err = run(capsysbinary, *command)
    assert not home.exists()
    if command[0] != "ls":
        assert (code, out) == (1, "")
        assert "There is no variable 'v'" in err
    else:
        assert (code, err) == (0, "")
        assert out.startswith("[]" if len(command) > 1 else "No variables yet")
