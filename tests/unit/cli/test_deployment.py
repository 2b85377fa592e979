"""`prefect deployment`, as people and programs call it."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect._clock import now
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured
from tests.unit.cli.deploying import deploy

run, done = partial(commands.run, "deployment"), partial(commands.done, "deployment")
answer, refused = partial(commands.answer, "deployment"), partial(commands.refused, "deployment")


def test_listing(capsysbinary: Captured) -> None:
    """Deployments are listed by their full names, or the newest first, or those of some flows."""
    assert "No deployments yet" in done(capsysbinary, "ls")
    for name in ("etl/b", "etl/a", "report/c"):
        deploy(name, tags=["daily"])
    assert [each["full_name"] for each in answer(capsysbinary, "ls")] == ["etl/a", "etl/b", "report/c"]
    newest = [each["full_name"] for each in answer(capsysbinary, "ls", "--by-created")]
    assert newest == ["report/c", "etl/a", "etl/b"]
    assert [each["full_name"] for each in answer(capsysbinary, "ls", "report")] == ["report/c"]
    assert "daily" in done(capsysbinary, "ls")


def test_looking_at_one(capsysbinary: Captured) -> None:
    """A deployment is found by its name or its id."""
    made = deploy("etl/nightly", description="each night", parameters={"day": "today"})
    assert answer(capsysbinary, "inspect", "etl/nightly")["id"] == str(made.id)
    assert answer(capsysbinary, "inspect", str(made.id))["name"] == "nightly"
    shown = done(capsysbinary, "inspect", "etl/nightly")
    assert "each night" in shown
    assert '"day": "today"' in shown


def test_pausing(capsysbinary: Captured) -> None:
    """A paused deployment is shown as such until it is resumed."""
    deploy("etl/nightly")
    done(capsysbinary, "pause", "etl/nightly")
    assert answer(capsysbinary, "inspect", "etl/nightly")["paused"] is True
    assert "Paused" in done(capsysbinary, "ls")
    done(capsysbinary, "resume", "etl/nightly")
    assert answer(capsysbinary, "inspect", "etl/nightly")["paused"] is False


def test_running(capsysbinary: Captured) -> None:
    """A run has the parameters, tags, job variables and the name that were given; values are JSON or else text."""
    deploy("etl/nightly", parameters={"day": "today"})
    made = answer(
        capsysbinary,
        *("run", "etl/nightly", "--param", "rows=5", "-p", "day=2026-07-01", "--tag", "x"),
        *("--job-variable", "cpu=2", "-jv", "image=a", "--flow-run-name", "mine"),
    )
    assert made["parameters"] == {"rows": 5, "day": "2026-07-01"}
    assert (made["job_variables"], made["name"], made["tags"]) == ({"cpu": 2, "image": "a"}, "mine", ["x"])
    assert made["state"]["type"] == "SCHEDULED"
    assert "Created flow run" in done(capsysbinary, "run", "etl/nightly")


def test_parameters_as_one_object(capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """All parameters are given at once, in the command or on its input."""
    made = deploy("etl/nightly")
    told = answer(capsysbinary, "run", "etl/nightly", "--params", '{"rows": 1}')
    assert told["parameters"] == {"rows": 1}
    monkeypatch.setattr("sys.stdin", io.StringIO('{"rows": 2}'))
    assert answer(capsysbinary, "run", "--id", str(made.id), "--params", "-")["parameters"] == {"rows": 2}


def test_starting_later(capsysbinary: Captured) -> None:
    """A run starts after a while, or at a time."""
    deploy("etl/nightly")

    def due(*arguments: str) -> datetime:
        made = answer(capsysbinary, "run", "etl/nightly", *arguments)
        return datetime.fromisoformat(made["expected_start_time"])

    assert abs(due("--start-in", "2 hours") - now() - timedelta(hours=2)) < timedelta(minutes=1)
    assert due("--start-at", "2099-01-01T09:00+01:00").isoformat() == "2099-01-01T08:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "FLOW/DEPLOYMENT"),
        (["nightly"], 2, "Did you mean etl/nightly?"),
        (["etl/nightl"], 1, "Did you mean etl/nightly?"),
        (["--id", "x"], 1, "'x' is no id"),
        (["--id", str(UUID(int=1))], 1, "There is no deployment"),
        (["etl/nightly", "--param", "rows"], 2, "NAME=VALUE"),
        (["etl/nightly", "--param", "wrong=1"], 1, "no parameter 'wrong'"),
        (["etl/nightly", "--param", "rows=many"], 1, "rows"),
        (["etl/nightly", "--params", "{"], 2, "no JSON"),
        (["etl/nightly", "--params", "[]"], 2, "JSON object"),
        (["etl/nightly", "--params", "{}", "--param", "rows=1"], 2, "not both"),
        (["etl/nightly", "--start-in", "soon"], 2, "'soon' is no duration"),
        (["etl/nightly", "--start-at", "x"], 2, "'x' is no time"),
        (["etl/nightly", "--start-at", "now", "--start-in", "1m"], 2, "not both"),
        (["etl/nightly", "--watch-timeout", "5"], 2, "need --watch"),
    ],
)
def test_what_cannot_be_run(arguments: list[str], code: int, said: str, capsysbinary: Captured) -> None:
    """What cannot be run is told in a sentence, with a name that may have been meant; nothing is created."""
    deploy("etl/nightly")
    told = refused(capsysbinary, "run", *arguments)
    assert told[0] == code
    assert said in told[1]
    assert commands.answer("flow-run", capsysbinary, "ls") == []


def test_watching(capsysbinary: Captured) -> None:
    """Waiting for a run that does not end in time fails, and says so."""
    deploy("etl/nightly")
    code, out, err = run(capsysbinary, "run", "etl/nightly", "--watch", "--watch-timeout", "1")
    assert code == 1
    assert "Created flow run" in out
    assert "has not ended within 1 seconds" in err


def test_deleting(capsysbinary: Captured) -> None:
    """A deployment is deleted by its name or id, or all of them."""
    made = deploy("etl/a")
    for name in ("etl/b", "etl/c", "etl/d"):
        deploy(name)
    done(capsysbinary, "delete", "--id", str(made.id))
    assert done(capsysbinary, "delete", "etl/b") == "Deleted deployment 'etl/b'.\n"
    assert done(capsysbinary, "delete", "--all") == "Deleted all 2 deployments.\n"
    assert answer(capsysbinary, "ls") == []
    assert refused(capsysbinary, "delete", "etl/b")[0] == 1
    assert refused(capsysbinary, "delete", "etl/b", "--all")[0] == 2


def _schedules(capture: Captured) -> list[dict[str, Any]]:
    return answer(capture, "schedule", "ls", "etl/nightly")


def test_the_schedules_of_a_deployment(capsysbinary: Captured) -> None:
    """Schedules are added, listed with their next date, paused, resumed, replaced and deleted."""
    deploy("etl/nightly")
    schedule = partial(done, capsysbinary, "schedule")
    assert "no schedules" in schedule("ls", "etl/nightly")
    assert "cron 0 6 * * * (Europe/Berlin)" in schedule(
        "create", "etl/nightly", "--cron", "0 6 * * *", "--timezone", "Europe/Berlin"
    )
    (made,) = _schedules(capsysbinary)
    assert made["active"] is True
    assert "06:00:00" in schedule("ls", "etl/nightly") or "cron" in schedule("ls", "etl/nightly")
    schedule("pause", "etl/nightly", made["id"])
    assert _schedules(capsysbinary)[0]["active"] is False
    assert "paused already" in refused(capsysbinary, "schedule", "pause", "etl/nightly", made["id"])[1]
    assert schedule("resume", "--all") == "Resumed 1 schedule.\n"
    assert _schedules(capsysbinary)[0]["active"] is True
    schedule(
        "create", "etl/nightly", "--interval", "3600", "--anchor-date", "2026-01-01T00:30", "--no-active"
    )
    assert {each["active"] for each in _schedules(capsysbinary)} == {True, False}
    schedule("create", "etl/nightly", "--rrule", "FREQ=DAILY", "--replace", "-y")
    (last,) = _schedules(capsysbinary)
    assert "FREQ=DAILY" in last["schedule"]["rrule"]
    schedule("delete", "etl/nightly", last["id"])
    schedule(
        "create",
        "etl/nightly",
        "--cron",
        "@hourly",
        "--catch-up",
        "latest",
        "--max-lateness",
        "90m",
        "--replace",
    )
    assert "cron @hourly, catching up: latest, at most 1h 30m late" in schedule("ls", "etl/nightly")
    (late,) = _schedules(capsysbinary)
    assert (late["catch_up"], late["max_lateness"]) == ("latest", 5400)
    schedule("delete", "etl/nightly", late["id"])
    schedule("create", "etl/nightly", "--cron", "@daily")
    assert schedule("clear", "etl/nightly") == "Deleted 1 schedule of deployment 'etl/nightly'.\n"
    assert _schedules(capsysbinary) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create", "etl/nightly"], 2, "one of --interval, --rrule and --cron"),
        (["create", "etl/nightly", "--cron", "* *", "--interval", "5"], 2, "one of"),
        (["create", "etl/nightly", "--cron", "never"], 1, "never"),
        (["create", "etl/nightly", "--cron", "@daily", "--timezone", "Mars/Base"], 1, "Mars/Base"),
        (["create", "etl/nightly", "--cron", "@daily", "--anchor-date", "2026-01-01"], 2, "--interval"),
        (["create", "etl/no", "--cron", "@daily"], 1, "There is no deployment"),
        (["delete", "etl/nightly", str(UUID(int=1))], 1, "has no schedule"),
        (["pause", "etl/nightly"], 2, "--all"),
        (["pause"], 2, "--all"),
        (["resume", "etl/nightly", "--all"], 2, "--all"),
    ],
)
def test_what_cannot_be_scheduled(arguments: list[str], code: int, said: str, capsysbinary: Captured) -> None:
    """What cannot be scheduled is told in a sentence."""
    deploy("etl/nightly")
    told = refused(capsysbinary, "schedule", *arguments)
    assert told[0] == code
    assert said in told[1]


@pytest.mark.parametrize("command", [["ls"], ["inspect", "a/b"], ["delete", "--all"], ["run", "a/b"]])
def test_looking_creates_nothing(command: list[str], capsysbinary: Captured, home: Path) -> None:
    """Where nothing was ever stored, looking says so and makes no database."""
    run(capsysbinary, *command)
    assert not home.exists()


def test_cancelling_a_run(capsysbinary: Captured) -> None:
    """A run that has not started is cancelled; one that has ended cannot be."""
    deploy("etl/nightly")
    made = answer(capsysbinary, "run", "etl/nightly", "--start-in", "1 day")
    flow_run = partial(commands.done, "flow-run", capsysbinary)
    assert "was cancelled" in flow_run("cancel", made["id"])
    assert json.loads(flow_run("inspect", made["id"], "-o", "json"))["state"]["type"] == "CANCELLED"
    assert (
        "it has ended in state Cancelled"
        in commands.refused("flow-run", capsysbinary, "cancel", made["id"])[1]
    )
    assert "There is no flow run" in commands.refused("flow-run", capsysbinary, "cancel", "no")[1]
