"""`prefect flow`, as people and programs call it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from prefect import flow
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured
from tests.unit.cli.deploying import deploy

run, done = partial(commands.run, "flow"), partial(commands.done, "flow")
answer, refused = partial(commands.answer, "flow"), partial(commands.refused, "flow")


def test_flows(capsysbinary: Captured) -> None:
    """Flows that ran are listed, the newest first; one shows its runs and its deployments; it is deleted with them."""
    flow(lambda: None, name="first")()
    flow(lambda: None, name="second")()
    deploy("second/nightly")
    assert [each["name"] for each in answer(capsysbinary, "ls")] == ["second", "first"]
    assert len(answer(capsysbinary, "ls", "--limit", "1")) == 1
    assert "first" in done(capsysbinary, "ls")
    shown = answer(capsysbinary, "inspect", "second")
    assert (shown["flow_runs"], shown["deployments"]) == (1, ["nightly"])
    assert "second/nightly" in done(capsysbinary, "inspect", "second")
    assert done(capsysbinary, "delete", "second") == "Deleted flow 'second' with its 1 run.\n"
    assert [each["name"] for each in answer(capsysbinary, "ls")] == ["first"]
    for command in ("inspect", "delete"):
        assert "There is no flow 'second'" in refused(capsysbinary, command, "second")[1]


@pytest.mark.parametrize("command", [["ls"], ["inspect", "x"], ["delete", "x"]])
def test_looking_creates_nothing(command: list[str], capsysbinary: Captured, home: Path) -> None:
    """Where nothing was ever stored, looking says so and makes no database."""
    run(capsysbinary, *command)
    assert not home.exists()
