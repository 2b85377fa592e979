"""`prefect deploy`: deployments declared by options and in prefect.yaml."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect.backend import get_backend
from prefect.cli.command_line import run_command
from prefect.cli.operations import perform
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.automations import read_automations
from prefect.store.deployments import pause_deployment, read_deployment_by_name
from prefect.store.work_pools import create_work_pool
from prefect.variables import Variable
from tests.unit.cli.commands import Captured, answer, done, refused, run

FLOWS = """
from prefect import flow

@flow(description="Adds up")
def add(a: int, b: int = 2):
    return a + b

@flow(name="My Flow")
def other(x: str = "y"):
    ...
"""

STEPS = """
from pathlib import Path

def make(tag="1"):
    with Path("made.txt").open("a") as made:
        made.write(tag)
    return {"image": f"reg/im:{tag}", "count": 5}

def fail():
    raise ValueError("no such luck")
"""

PROJECT = """
definitions:
  tags: &tags [q, r]
build:
- own_build_steps.make:
    id: built
pull:
- prefect.deployments.steps.set_working_directory:
    id: wd
    directory: "{{ $OWN_PLACE }}"
- prefect.deployments.steps.run_shell_script:
    script: "echo {{ wd.directory }} {{ built.count }} {{ prefect.variables.img }} {{ prefect.blocks.secret.tok }}"
deployments:
- name: one
  entrypoint: flows.py:add
  tags: *tags
  schedules:
  - {cron: "0 1 * * *", timezone: Europe/Berlin, slug: nightly, active: false, parameters: {a: 3}}
  - {interval: 600, slug: often}
  - {rrule: "FREQ=WEEKLY", max_scheduled_runs: 4}
  parameters: {a: "{{ built.count }}", b: "{{ prefect.variables.img }}"}
  version: "{{ image }}"
  work_pool:
    name: pp
    job_variables:
      env: {PLACE: "{{ $OWN_PLACE }}", MISSING: "{{ nothing.x }}"}
  concurrency_limit: {limit: 2, collision_strategy: CANCEL_NEW, grace_period_seconds: 90}
  triggers:
  - match: {prefect.resource.id: x}
    expect: [a.b]
    parameters: {a: "{{ event.id }}"}
- name: two
  entrypoint: flows.py:other
  build: null
  work_pool: {name: pp}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in a folder with flows and steps, beside a work pool; forget its modules afterwards."""
    place = tmp_path / "project"
    place.mkdir()
    (place / "flows.py").write_text(FLOWS, encoding="utf-8")
    (place / "own_build_steps.py").write_text(STEPS, encoding="utf-8")
    monkeypatch.chdir(place)
    monkeypatch.setenv("OWN_PLACE", str(place))
    monkeypatch.setattr(sys, "path", list(sys.path))
    variables = {"type": "object", "properties": {"env": {"type": "object"}}}
    template = {"job_configuration": {"env": "{{ env }}"}, "variables": variables}
    perform(create_work_pool, WorkPoolCreate(name="pp", type="process", base_job_template=template))
    Variable.set("img", 7)
    yield place
    for name in ("flows", "own_build_steps"):
        sys.modules.pop(name, None)


@pytest.fixture
def project(here: Path) -> Path:
    """Write a prefect.yaml."""
    path = here / "prefect.yaml"
    path.write_text(PROJECT, encoding="utf-8")
    return path


def deployed(name: str) -> DeploymentResponse:
    """Return a deployment, by FLOW/DEPLOYMENT."""
    return perform(read_deployment_by_name, *name.split("/"))


# --- by options ----------------------------------------------------------------------------------------------------


def test_a_flow_is_deployed_by_options(capfdbinary: Captured, here: Path) -> None:
    """An entrypoint, a name and a pool are enough; runs look for the code where it is now."""
    told = done("deploy", capfdbinary, "flows.py:add", "-n", "one", "--pool", "pp")
    assert told.startswith("add/one: created\n")
    assert "prefect worker start --pool 'pp'" in told
    found = deployed("add/one")
    assert (found.entrypoint, found.work_pool_name, found.description) == ("flows.py:add", "pp", "Adds up")
    assert found.pull_steps == [{"prefect.deployments.steps.set_working_directory": {"directory": str(here)}}]
    assert found.parameter_openapi_schema is not None
    assert found.parameter_openapi_schema["required"] == ["a"]
    assert found.version


def test_options_say_what_a_file_could(capfdbinary: Captured) -> None:
    """Schedules, parameters, tags, limits, job variables and triggers can be given as options."""
    done(
        "deploy", capfdbinary, "flows.py:add", "-n", "one", "-p", "pp", "-q", "high", "-d", "why",
        "--version", "v1", "-t", "a", "-t", "b", "--param", "a=1", "--param", 'b="3"',
        "--job-variable", 'env={"A": "b"}', "-jv", "working_dir=/x", "--job-variable", '{"command": "ls"}',
        "-cl", "3", "--collision-strategy", "CANCEL_NEW", "--cron", "0 0 * * *", "--interval", "3600",
        "--anchor-date", "2026-01-01", "--rrule", "FREQ=DAILY", "--timezone", "Europe/Berlin",
        "--trigger", '{"expect": ["a.b"]}', "--no-enforce-parameter-schema",
    )  # fmt: skip
    found = deployed("add/one")
    assert (found.description, found.version, found.tags) == ("why", "v1", ["a", "b"])
    assert found.work_queue_name == "high"
    assert found.parameters == {"a": 1, "b": "3"}
    assert found.job_variables == {"env": {"A": "b"}, "working_dir": "/x", "command": "ls"}
    assert found.global_concurrency_limit is not None
    assert found.global_concurrency_limit.limit == 3
    assert found.concurrency_options is not None
    assert found.concurrency_options.collision_strategy == "CANCEL_NEW"
    assert {schedule.schedule.timezone for schedule in found.schedules} == {"Europe/Berlin"}
    assert len(found.schedules) == 3
    assert found.enforce_parameter_schema is False
    (automation,) = perform(read_automations)
    assert automation.name == "one__automation_1"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "An entrypoint must be provided"),
        (("--all",), "nothing to deploy"),
        (("-n", "one"), "No deployment is declared, so none is called 'one'"),
        (("flows.py:add",), "A deployment name must be provided"),
        (("flows.py:add", "-n", "one"), "has no work pool"),
        (("flows.py:add", "-n", "one", "-p", "nope"), "work pool 'nope', which does not exist"),
        (("flows.py:nope", "-n", "one", "-p", "pp"), "'nope' not found"),
        (("nofile.py:add", "-n", "one", "-p", "pp"), "nofile.py"),
        (("flows.py:add", "-n", "a", "-n", "b", "-p", "pp"), "Give one --name"),
        (("flows.py:add", "-n", "a/b", "-p", "pp"), "invalid character"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--param", "a"), "--param 'a' tells nothing"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--param", "a=1", "--params", "{}"), "not both"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--params", "[]"), "must be a JSON object"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--param", 'a="x"'), "'x' is not of type 'integer'"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--param", 'a="x"', "--plan"), "would be refused"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--job-variable", "env=x"), "'x' is not of type 'object'"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--cron", "bad"), "bad"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--timezone", "UTC"), "--timezone needs"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--anchor-date", "2026-01-01"), "needs --interval"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--collision-strategy", "ENQUEUE"), "needs --concurrency"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--trigger", "no.yaml"), "--trigger 'no.yaml' cannot be read"),
        (("flows.py:add", "-n", "a", "-p", "pp", "--prefect-file", "no.yaml"), "no.yaml cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_deployed_is_told(
    capfdbinary: Captured, arguments: tuple[str, ...], told: str
) -> None:
    """What is missing or wrong is told in a sentence, and nothing is deployed."""
    assert told in refused("deploy", capfdbinary, *arguments)[1]


# --- from a file ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("project")
def test_a_file_is_deployed_with_its_placeholders_filled_in(
    capfdbinary: Captured, here: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Outputs of steps, variables and the environment are filled in; pull steps keep what is read when a run starts."""
    code, out, _ = run("deploy", capfdbinary, "--all")
    assert code == 0
    assert " > Running make step...\nadd/one: created" in out
    assert "'nothing.x'" in caplog.text
    one = deployed("add/one")
    assert (one.version, one.tags, one.parameters) == ("reg/im:1", ["q", "r"], {"a": 5, "b": 7})
    assert one.job_variables == {"env": {"PLACE": str(here)}}
    assert {schedule.slug for schedule in one.schedules} == {"nightly", "often", None}
    assert one.concurrency_options is not None
    assert one.concurrency_options.grace_period_seconds == 90
    assert one.pull_steps == [
        {"prefect.deployments.steps.set_working_directory": {"id": "wd", "directory": str(here)}},
        {
            "prefect.deployments.steps.run_shell_script": {
                "script": "echo {{ wd.directory }} 5 {{ prefect.variables.img }} {{ prefect.blocks.secret.tok }}"
            }
        },
    ]
    (automation,) = perform(read_automations)
    assert automation.actions[0].model_dump()["parameters"] == {"a": "{{ event.id }}"}
    assert deployed("My Flow/two").paused is False
    assert (here / "made.txt").read_text(encoding="utf-8") == "1"


@pytest.mark.usefixtures("project")
def test_deploying_twice_changes_nothing(capfdbinary: Captured) -> None:
    """What is there already stays as it is, and the answer says so; what people changed since stays too."""
    run("deploy", capfdbinary, "--all")
    before = deployed("add/one")
    perform(pause_deployment, before.id)
    told = json.loads(run("deploy", capfdbinary, "--all", "--output", "json")[1])
    assert [(one["name"], one["outcome"], one["changes"]) for one in told] == [
        ("add/one", "unchanged", []),
        ("My Flow/two", "unchanged", []),
    ]
    after = deployed("add/one")
    assert after.paused is True
    assert after.model_dump(exclude={"paused", "updated"}) == before.model_dump(exclude={"paused", "updated"})


@pytest.mark.usefixtures("project")
def test_options_go_before_the_file(capfdbinary: Captured) -> None:
    """Options change what a file says of one deployment: parameters, job variables and schedules are added to."""
    run(
        "deploy",
        capfdbinary,
        "-n",
        "one",
        "-t",
        "z",
        "--param",
        "b=9",
        "-jv",
        "command=ls",
        "--cron",
        "2 2 * * *",
    )
    found = deployed("add/one")
    assert (found.tags, found.parameters) == (["z"], {"a": 5, "b": 9})
    assert found.job_variables.keys() == {"env", "command"}
    assert len(found.schedules) == 4
    code, _, err = run("deploy", capfdbinary, "--all", "--tag", "x")
    assert code == 0
    assert "options for one deployment have no effect" in err


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["one"], ["add/one"]),
        (["add/*"], ["add/one"]),
        (["My Flow/two"], ["My Flow/two"]),
        (["t*", "one"], ["My Flow/two", "add/one"]),
        (["*/*"], ["add/one", "My Flow/two"]),
    ],
)
@pytest.mark.usefixtures("project")
def test_names_and_patterns_say_which(capfdbinary: Captured, names: list[str], expected: list[str]) -> None:
    """A name, a pattern, and either with the name of the flow before it, mean those that are declared."""
    given = [word for name in names for word in ("-n", name)]
    told = json.loads(run("deploy", capfdbinary, *given, "-o", "json")[1])
    assert [one["name"] for one in told] == expected


@pytest.mark.usefixtures("project")
def test_a_name_that_means_nothing_deploys_nothing(capfdbinary: Captured) -> None:
    """One wrong name among several stops all of them, before a step is run."""
    assert "Did you mean 'one'?" in refused("deploy", capfdbinary, "-n", "two", "-n", "onw")[1]
    assert "Say which ones with --name" in refused("deploy", capfdbinary)[1]
    assert not Path("made.txt").exists()


def test_mistakes_stop_before_anything_is_deployed(capfdbinary: Captured, project: Path) -> None:
    """When one deployment of several cannot be deployed, none is, and the line is told."""
    project.write_text(PROJECT + "- name: three\n  entrypoint: flows.py:nope\n", encoding="utf-8")
    _, told = refused("deploy", capfdbinary, "--all")
    assert "prefect.yaml:36: The flow of deployment 'three' cannot be loaded" in told
    project.write_text(PROJECT.replace("{interval: 600, slug: often}", "{interval: [1]}"), encoding="utf-8")
    assert (
        "prefect.yaml:19: deployments.0.schedules.1.interval"
        in refused("deploy", capfdbinary, "-n", "two")[1]
    )
    assert not Path("made.txt").exists()


def test_a_wrong_value_of_a_placeholder_is_told_with_its_line(capfdbinary: Captured, project: Path) -> None:
    """A placeholder whose value has a wrong type is told where it is written."""
    project.write_text(PROJECT.replace("limit: 2", 'limit: "{{ built.image }}"'), encoding="utf-8")
    code, _, err = run("deploy", capfdbinary, "-n", "one")
    assert code == 1
    assert "prefect.yaml:27: deployments.0.concurrency_limit.limit" in err


def test_a_step_that_fails_deploys_nothing(capfdbinary: Captured, project: Path) -> None:
    """When a build step fails the deployment is not stored."""
    project.write_text(PROJECT.replace("own_build_steps.make:", "own_build_steps.fail:"), encoding="utf-8")
    code, _, err = run("deploy", capfdbinary, "-n", "one")
    assert code == 1
    assert "own_build_steps.fail: no such luck" in err


def test_a_secret_is_not_stored_in_a_deployment(capfdbinary: Captured, here: Path) -> None:
    """A job variable that names a secret keeps the name: the worker reads the secret when a run starts."""
    from prefect.blocks.system import Secret

    Secret(value="s3cr3t-token").save("tok")
    (here / "prefect.yaml").write_text(
        "deployments:\n- name: one\n  entrypoint: flows.py:other\n  work_pool:\n    name: pp\n"
        '    job_variables: {env: {TOKEN: "{{ prefect.blocks.secret.tok }}"}}\n',
        encoding="utf-8",
    )
    done("deploy", capfdbinary)
    assert deployed("My Flow/one").job_variables == {"env": {"TOKEN": "{{ prefect.blocks.secret.tok }}"}}


# --- plans ---------------------------------------------------------------------------------------------------------


def plan(capture: Captured, *arguments: str) -> tuple[int, str]:
    """Return the exit code of a plan and what it tells."""
    try:
        code = run_command(["--no-prompt", "deploy", *arguments, "--plan"])
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, capture.readouterr().out.decode()


def test_a_plan_tells_what_would_change_and_changes_nothing(capfdbinary: Captured) -> None:
    """--plan shows each field as it is and as it would be; its exit code says whether there is any."""
    flags = ("flows.py:add", "-n", "one", "-p", "pp", "--interval", "60")
    code, told = plan(capfdbinary, *flags)
    assert code == 2
    assert "add/one: would be created:" in told
    assert '  + work_pool_name: "pp"' in told
    done("deploy", capfdbinary, *flags)
    before = deployed("add/one")
    assert plan(capfdbinary, *flags) == (
        0,
        "add/one: unchanged\nNothing was changed: 0 to create, 0 to change, 1 unchanged.\n",
    )
    code, told = plan(capfdbinary, *flags, "-t", "x", "--cron", "0 1 * * *")
    assert code == 2
    assert '  ~ tags: [] -> ["x"]' in told
    assert "~ schedules" in told
    assert deployed("add/one") == before
    code, told = plan(capfdbinary, *flags, "--trigger", '{"expect": ["a"]}', "-o", "json")
    assert (code, json.loads(told)[0]["changes"]) == (
        2,
        [{"field": "triggers", "before": [], "after": ["one__automation_1"]}],
    )


@pytest.mark.usefixtures("project")
def test_a_plan_runs_no_steps(capfdbinary: Captured) -> None:
    """Values of build steps are shown as placeholders in a plan, for the steps are not run."""
    code, told = plan(capfdbinary, "--all")
    assert code == 2
    assert "version: {{ image }} (known when it is deployed)" in told
    assert "2 to create" in told
    assert not Path("made.txt").exists()


# --- questions -----------------------------------------------------------------------------------------------------


def asked(monkeypatch: pytest.MonkeyPatch, *arguments: str, answers: list[str]) -> int:
    """Deploy as a person does who answers questions."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*answers, ""])))
    return run_command(["--prompt", "deploy", *arguments])


def test_a_person_is_asked_for_what_is_missing(
    capfdbinary: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flow, name, pool and schedule are asked for, and the deployment can be kept in prefect.yaml."""
    assert asked(monkeypatch, answers=["1", "mine", "1", "y", "1", "0 5 * * *", "", "y"]) == 0
    found = deployed("add/mine")
    assert found.work_pool_name == "pp"
    assert [schedule.schedule.model_dump()["cron"] for schedule in found.schedules] == ["0 5 * * *"]
    capfdbinary.readouterr()
    assert answer("deploy", capfdbinary)[0]["outcome"] == "unchanged"


@pytest.mark.usefixtures("project")
def test_a_person_chooses_among_what_is_declared(
    capfdbinary: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several deployments in the file a person chooses one; nothing else is asked for."""
    assert asked(monkeypatch, answers=["2"]) == 0
    assert deployed("My Flow/two").name == "two"
    capfdbinary.readouterr()


def test_a_pool_is_made_where_there_is_none(capfdbinary: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any work pool a person may have one made."""
    from prefect.store.work_pools import delete_work_pool

    perform(delete_work_pool, "pp")
    assert asked(monkeypatch, "flows.py:other", answers=["", "", "n", "n"]) == 0
    assert deployed("My Flow/default").work_pool_name == "default"
    assert "Created work pool 'default'" in capfdbinary.readouterr().out.decode()


def test_init_begins_a_project(capfdbinary: Captured, here: Path) -> None:
    """`prefect init` writes a prefect.yaml, once, and says what it needs to know."""
    code, _, err = (run_command(["--no-prompt", "init", "--recipe", "s3"]), *capfdbinary.readouterr())
    assert code == 2
    assert b"--field bucket=VALUE" in err
    assert run_command(["--no-prompt", "deploy", "init", "--recipe", "s3", "-f", "bucket=b"]) == 0
    assert b"Wrote .prefectignore and prefect.yaml" in capfdbinary.readouterr().out
    assert "bucket: b" in (here / "prefect.yaml").read_text(encoding="utf-8")
    assert run_command(["--no-prompt", "init"]) == 0
    assert b"Nothing was written" in capfdbinary.readouterr().out


def test_a_deployment_is_run_with_its_pull_steps(
    capfdbinary: Captured, project: Path, tmp_path: Path
) -> None:
    """What was deployed is run by `flow-run execute` from anywhere: the code is got as the pull steps say."""
    import subprocess

    project.write_text(PROJECT.replace(" {{ prefect.blocks.secret.tok }}", ""), encoding="utf-8")
    run("deploy", capfdbinary, "-n", "one")
    made = answer("deployment", capfdbinary, "run", "add/one", "--param", "a=4")
    get_backend().flush()
    executed = subprocess.run(
        [sys.executable, "-m", "prefect", "flow-run", "execute", made["id"]],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert executed.returncode == 0, executed.stderr
    assert f"{project.parent} 5 7" in executed.stdout
    state: Any = answer("flow-run", capfdbinary, "inspect", made["id"])["state"]
    assert state["name"] == "Completed"
