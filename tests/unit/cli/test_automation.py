"""`prefect automation`, as people and programs call it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from ruamel.yaml import YAML

from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

run, done = partial(commands.run, "automation"), partial(commands.done, "automation")
answer, refused = partial(commands.answer, "automation"), partial(commands.refused, "automation")

LATE: dict[str, Any] = {
    "name": "late",
    "trigger": {"type": "event", "expect": ["prefect.flow-run.Late"]},
    "actions": [{"type": "cancel-flow-run"}],
}


def test_the_life_of_an_automation(capsysbinary: Captured) -> None:
    """An automation is created, listed, looked at, paused, resumed and deleted."""
    assert "No automations yet" in done(capsysbinary, "ls")
    assert "Created automation 'late'" in done(capsysbinary, "create", "--from-json", json.dumps(LATE))
    (made,) = answer(capsysbinary, "ls")
    assert "Cancel flow run" in done(capsysbinary, "ls")
    assert "expecting 1 of prefect.flow-run.Late" in done(capsysbinary, "inspect", "late")
    done(capsysbinary, "pause", "late")
    assert json.loads(done(capsysbinary, "inspect", "late", "--json"))["enabled"] is False
    done(capsysbinary, "enable", "--id", made["id"])
    assert answer(capsysbinary, "inspect", made["id"])["enabled"] is True
    done(capsysbinary, "delete", "late")
    assert answer(capsysbinary, "ls") == []


def test_files(capsysbinary: Captured, tmp_path: Path) -> None:
    """A file holds one automation or several, as YAML or JSON; what `inspect --yaml` prints can be given back."""
    several, one = tmp_path / "several.json", tmp_path / "one.yaml"
    several.write_text(json.dumps({"automations": [LATE, {**LATE, "name": "second"}]}))
    assert done(capsysbinary, "create", "--from-file", str(several)).count("Created") == 2
    printed = done(capsysbinary, "inspect", "second", "--yaml")
    one.write_text(printed.replace("name: second", "name: third"))
    done(capsysbinary, "create", "-f", str(one))
    assert [each["name"] for each in answer(capsysbinary, "ls")] == ["late", "second", "third"]
    changed = YAML(typ="safe", pure=True).load(printed)
    one.write_text(json.dumps({**changed, "description": "new"}))
    done(capsysbinary, "update", "--id", changed["id"], "--from-file", str(one))
    assert answer(capsysbinary, "inspect", "second")["description"] == "new"
    assert done(capsysbinary, "delete", "--all") == "Deleted all 3 automations.\n"


def test_two_of_a_name(capsysbinary: Captured) -> None:
    """A name that two automations have shows both, and changes neither."""
    for _ in range(2):
        done(capsysbinary, "create", "-j", json.dumps(LATE))
    ids = [each["id"] for each in answer(capsysbinary, "inspect", "late")]
    code, err = refused(capsysbinary, "pause", "late")
    assert code == 1
    assert all(id in err for id in ids)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["inspect", "no"], 1, "There is no automation 'no'"),
        (["inspect"], 2, "name or its --id"),
        (["inspect", "a", "--yaml", "--json"], 2, "not both"),
        (["pause", "--id", "x"], 1, "'x' is no id"),
        (["delete", "--id", str(UUID(int=1))], 1, "There is no automation"),
        (["delete", "a", "--all"], 2, "not both"),
        (["create"], 2, "--from-file"),
        (["create", "-j", "{"], 1, "no JSON"),
        (["create", "-j", "[]"], 1, "no automation"),
        (["create", "-j", '{"name": "a"}'], 1, "trigger: Field required"),
        (["create", "-j", '{"nmae": "a"}'], 1, "nmae"),
        (["create", "-f", "nowhere.yaml"], 1, "nowhere.yaml"),
        (["update", "--id", "x", "-j", "[{}, {}]"], 1, "One automation is updated"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], code: int, said: str, capsysbinary: Captured) -> None:
    """Errors are one sentence that names the automation, or what is wrong with it."""
    told = refused(capsysbinary, *arguments)
    assert told[0] == code
    assert said in told[1]


def test_bad_yaml(capsysbinary: Captured, tmp_path: Path) -> None:
    """A file that is no YAML is told, with the place."""
    file = tmp_path / "a.yaml"
    file.write_text("name: [")
    assert "holds no YAML" in refused(capsysbinary, "create", "-f", str(file))[1]


@pytest.mark.parametrize("command", [["ls"], ["inspect", "x"], ["pause", "x"], ["delete", "--all"]])
def test_looking_creates_nothing(command: list[str], capsysbinary: Captured, home: Path) -> None:
    """Where nothing was ever stored, looking says so and makes no database."""
    run(capsysbinary, *command)
    assert not home.exists()
