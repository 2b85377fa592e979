"""`prefect work-pool`, as people and programs call it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from prefect.cli.operations import perform
from prefect.schemas.work_pools import WorkPoolStorageConfiguration, WorkPoolUpdate
from prefect.settings.profiles import load_current_profile
from prefect.store.work_pools import update_work_pool
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured
from tests.unit.cli.deploying import deploy

run, done = partial(commands.run, "work-pool"), partial(commands.done, "work-pool")
answer, refused = partial(commands.answer, "work-pool"), partial(commands.refused, "work-pool")


def test_the_life_of_a_pool(capsysbinary: Captured) -> None:
    """A pool is created with the template of its type, listed, looked at, changed, paused, resumed and deleted."""
    assert "No work pools yet" in done(capsysbinary, "ls")
    assert done(capsysbinary, "create", "mine", "--type", "process") == "Created work pool 'mine'.\n"
    (pool,) = answer(capsysbinary, "ls")
    assert (pool["name"], pool["type"], pool["is_paused"]) == ("mine", "process", False)
    assert "command" in pool["base_job_template"]["variables"]["properties"]
    done(capsysbinary, "pause", "mine")
    assert "Paused" in done(capsysbinary, "ls")
    done(capsysbinary, "resume", "mine")
    done(capsysbinary, "set-concurrency-limit", "mine", "3")
    assert "3, of which 0 taken" in done(capsysbinary, "inspect", "mine")
    done(capsysbinary, "clear-concurrency-limit", "mine")
    done(capsysbinary, "update", "mine", "--description", "for tests")
    shown = answer(capsysbinary, "inspect", "mine")
    assert (shown["is_paused"], shown["concurrency_limit"], shown["description"]) == (
        False,
        None,
        "for tests",
    )
    assert "for tests" in done(capsysbinary, "ls", "--verbose")
    done(capsysbinary, "delete", "mine")
    assert answer(capsysbinary, "ls") == []


def test_a_second_pool_of_a_name(capsysbinary: Captured, tmp_path: Path) -> None:
    """A pool that is there already is only changed when that is asked for, and its type never."""
    done(capsysbinary, "create", "mine", "--type", "process")
    assert "already" in refused(capsysbinary, "create", "mine", "--type", "process")[1]
    template = tmp_path / "template.json"
    template.write_text(
        json.dumps({"job_configuration": {"a": "{{ b }}"}, "variables": {"properties": {"b": {}}}})
    )
    done(
        capsysbinary,
        *(
            "create",
            "mine",
            "--type",
            "process",
            "--base-job-template",
            str(template),
            "--paused",
            "--overwrite",
        ),
    )
    shown = answer(capsysbinary, "inspect", "mine")
    assert (shown["is_paused"], shown["base_job_template"]["job_configuration"]) == (True, {"a": "{{ b }}"})
    assert (
        "cannot be changed" in refused(capsysbinary, "create", "mine", "--type", "docker", "--overwrite")[1]
    )


def test_the_template_of_a_type(capsysbinary: Captured, tmp_path: Path) -> None:
    """The template that pools of a type start with is printed, or written into a file."""
    printed = json.loads(done(capsysbinary, "get-default-base-job-template", "--type", "process"))
    file = tmp_path / "template.json"
    done(capsysbinary, "get-default-base-job-template", "-t", "process", "-f", str(file))
    assert json.loads(file.read_text()) == printed
    assert printed.keys() == {"job_configuration", "variables"}


def test_the_default_pool(capsysbinary: Captured) -> None:
    """The pool of deployments that name none is set in the profile."""
    assert "default work pool" in done(
        capsysbinary, "create", "mine", "--type", "process", "--set-as-default"
    )
    assert "mine" in {str(value) for value in load_current_profile().settings.values()}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["inspect", "no"], 1, "There is no work pool 'no'"),
        (["delete", "no"], 1, "There is no work pool 'no'"),
        (["pause", "no"], 1, "There is no work pool 'no'"),
        (["slots", "no"], 1, "There is no work pool 'no'"),
        (["preview", "no"], 1, "There is no work pool 'no'"),
        (["create", "x"], 2, "--type"),
        (["create", "x", "--type", "no"], 1, "no type of work pool 'no'"),
        (["create", "a/b", "--type", "process"], 1, "'a/b' is no name"),
        (["create", "prefect-x", "--type", "process"], 1, "reserved"),
        (["create", "x", "--type", "process", "--provision-infra"], 2, "hosted service"),
        (["create", "x", "--type", "p", "--base-job-template", "nowhere.json"], 1, "nowhere.json"),
        (["update", "x"], 2, "Say what to change"),
        (["set-concurrency-limit", "x", "-1"], 2, "-1"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], code: int, said: str, capsysbinary: Captured) -> None:
    """Errors are one sentence that names the pool and the reason."""
    told = refused(capsysbinary, *arguments)
    assert told[0] == code
    assert said in told[1]


def test_a_bad_template(capsysbinary: Captured, tmp_path: Path) -> None:
    """A template that is no JSON, no object or not whole is told."""
    file = tmp_path / "template.json"
    for text, said in (("{", "no JSON"), ("[]", "no template"), ('{"variables": {}}', "job_configuration")):
        file.write_text(text)
        arguments = ("create", "x", "--type", "process", "--base-job-template", str(file))
        assert said in refused(capsysbinary, *arguments)[1]


def test_storage(capsysbinary: Captured) -> None:
    """Where a pool keeps code and results is shown, if that was said."""
    done(capsysbinary, "create", "mine", "--type", "process")
    assert done(capsysbinary, "storage", "inspect", "mine") == "Work pool 'mine' has no storage.\n"
    kept = WorkPoolStorageConfiguration(bundle_upload_step={"upload": "somewhere"})
    perform(update_work_pool, "mine", WorkPoolUpdate(storage_configuration=kept))
    assert answer(capsysbinary, "storage", "inspect", "mine")["bundle_upload_step"] == {"upload": "somewhere"}
    assert '"upload": "somewhere"' in done(capsysbinary, "storage", "inspect", "mine")


def test_runs_ahead(capsysbinary: Captured) -> None:
    """The runs that are due soon are shown: of a pool, of all pools, of a queue."""
    done(capsysbinary, "create", "mine", "--type", "process")
    done(capsysbinary, "create", "other", "--type", "process")
    deploy("etl/nightly", work_pool_name="mine")
    for arguments in (["--flow-run-name", "soon"], ["--flow-run-name", "later", "--start-in", "5 hours"]):
        commands.done("deployment", capsysbinary, "run", "etl/nightly", *arguments)
    assert [run["name"] for run in answer(capsysbinary, "preview", "mine")] == ["soon"]
    assert [run["name"] for run in answer(capsysbinary, "preview", "--hours", "6")] == ["soon", "later"]
    assert "soon" in done(capsysbinary, "preview", "mine")
    assert "No run is scheduled" in done(capsysbinary, "preview", "other")
    queue = partial(commands.answer, "work-queue", capsysbinary)
    assert [run["name"] for run in queue("preview", "default", "-p", "mine")] == ["soon"]
    assert [run["name"] for run in queue("read-runs", "default", "-p", "mine")] == ["soon", "later"]
    assert queue("inspect", "default", "-p", "mine")["last_polled"] is None


@pytest.mark.parametrize(
    "command", [["ls"], ["inspect", "x"], ["preview"], ["preview", "x"], ["delete", "x"]]
)
def test_looking_creates_nothing(command: list[str], capsysbinary: Captured, home: Path) -> None:
    """Where nothing was ever stored, looking says so and makes no database."""
    run(capsysbinary, *command)
    assert not home.exists()


def test_nothing_is_provisioned_here(capsysbinary: Captured) -> None:
    """What only the hosted service can do is refused with the reason."""
    done(capsysbinary, "create", "mine", "--type", "process")
    for name in ("provision-infrastructure", "provision-infra"):
        assert "hosted service only" in refused(capsysbinary, name, "mine")[1]
