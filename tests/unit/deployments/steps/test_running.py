"""`prefect.deployments.steps.core`: steps are functions named in data, with placeholders among their inputs."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from prefect._deployment_steps.requirements import missing_requirements
from prefect._secrets import redacted
from prefect.blocks.system import Secret
from prefect.deployments.steps.core import StepExecutionError, run_step, run_steps
from prefect.exceptions import ObjectNotFound
from prefect.variables import Variable

STEPS = """
def add(a, b):
    return {"sum": a + b}

async def later(**given):
    return given

def nothing():
    return None

def text():
    return "not a mapping"

def bad():
    raise ValueError("no such luck")
"""


@pytest.fixture(autouse=True)
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a module of steps where it can be imported."""
    (tmp_path / "own_steps.py").write_text(STEPS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_steps", raising=False)
    return "own_steps"


def step(name: str, outputs: dict[str, Any] | None = None, **inputs: Any) -> Any:
    """Run a step of the module."""
    return asyncio.run(run_step({f"own_steps.{name}": inputs}, outputs))


def test_functions_and_coroutine_functions_are_steps() -> None:
    """A step is any function that can be imported, async or not; what it returns is its output."""
    assert step("add", a=1, b=2) == {"sum": 3}
    assert step("later", x=1) == {"x": 1}
    assert step("nothing") is None
    assert asyncio.run(run_step({"own_steps.nothing": None})) is None  # pyright: ignore[reportArgumentType]


def test_id_and_requires_are_not_for_the_function() -> None:
    """`id` and `requires` are of the step; its function never sees them."""
    assert step("later", id="x", requires=["pytest>=1", "anyio"], y=2) == {"y": 2}


def test_placeholders_get_outputs_with_their_types() -> None:
    """A placeholder alone gets the output as it is; in a longer text it is written as text."""
    outputs = {"build": {"image": "a:1", "count": 5, "tags": ["x"]}}
    given = step(
        "later",
        outputs,
        count="{{ build.count }}",
        tags="{{ build.tags }}",
        text="{{ build.image }}-{{ build.count }}",
        missing="{{ build.nothing }}",
    )
    assert given == {"count": 5, "tags": ["x"], "text": "a:1-5"}


def test_placeholders_get_what_is_stored_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables, blocks and environment variables are put in when a step runs; a secret stays out of the logs."""
    monkeypatch.setenv("SOME_PLACE", "here")
    Variable.set("rows", 7)
    Secret(value="s3cr3t-token").save("tok")
    given = step(
        "later",
        rows="{{ prefect.variables.rows }}",
        token="{{ prefect.blocks.secret.tok }}",
        place="{{ $SOME_PLACE }}/x",
    )
    assert given == {"rows": 7, "token": "s3cr3t-token", "place": "here/x"}
    assert "s3cr3t" not in redacted("the token is s3cr3t-token")


def test_an_output_cannot_name_a_secret() -> None:
    """A placeholder that comes out of a step, such as a commit message, is text and is not filled in."""
    Secret(value="s3cr3t-token").save("tok")
    outputs = {"message": "{{ prefect.blocks.secret.tok }}"}
    assert step("later", outputs, told="{{ message }}") == {"told": "{{ prefect.blocks.secret.tok }}"}


def test_a_block_that_is_missing_is_an_error() -> None:
    """A step that names a block which does not exist says which."""
    with pytest.raises(ObjectNotFound, match="secret/nope"):
        step("later", x="{{ prefect.blocks.secret.nope }}")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"own_steps.add": {}, "own_steps.bad": {}}, "unexpected additional keys: own_steps.bad"),
        ({}, "is no step"),
        ("own_steps.add", "is no step"),
        ({"own_steps.add": [1]}, "must be a mapping"),
    ],
)
def test_what_is_no_step_is_refused(given: Any, told: str) -> None:
    """A step is one name with a mapping of inputs; anything else is refused with what to write."""
    with pytest.raises(ValueError, match=told):
        asyncio.run(run_step(given))


@pytest.mark.parametrize("name", ["no_module.add", "own_steps.nope", "nothing"])
def test_a_step_that_does_not_exist_is_told(name: str) -> None:
    """A step that cannot be imported is named, with what to look at."""
    with pytest.raises(StepExecutionError, match=f"There is no step '{name}'"):
        asyncio.run(run_step({name: {}}))


def test_outputs_are_known_by_id_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Later steps see the outputs of earlier ones, under the id and under their own names."""
    steps: list[dict[str, Any]] = [
        {"own_steps.add": {"id": "one", "a": 1, "b": "{{ given }}"}},
        {"own_steps.add": {"id": "two", "a": "{{ one.sum }}", "b": "{{ sum }}"}},
        {"own_steps.nothing": {"id": "n"}},
        {"own_steps.text": {"id": "t"}},
    ]
    outputs = asyncio.run(run_steps(steps, {"given": 2}))
    assert outputs == {"given": 2, "one": {"sum": 3}, "two": {"sum": 6}, "sum": 6}
    assert capsys.readouterr().out.splitlines()[0] == " > Running add step..."


def test_a_failed_step_is_named(caplog: pytest.LogCaptureFixture) -> None:
    """When a step fails its name and its reason are told, and the ones after it are not run."""
    told: list[str] = []
    steps: list[dict[str, Any]] = [{"own_steps.bad": {}}, {"own_steps.nothing": {}}]
    with pytest.raises(StepExecutionError, match=r"own_steps\.bad: no such luck") as failed:
        asyncio.run(run_steps(steps, print_function=told.append, logger=logging.getLogger("own")))
    assert isinstance(failed.value.__cause__, ValueError)
    assert told == [" > Running bad step..."]
    assert "no such luck" in caplog.text


def test_requirements_are_compared_with_what_is_installed() -> None:
    """Only what is missing or too old is installed; what is no requirement is refused before anything is run."""
    wanted = ["pytest>=1", "pytest>=999", "surely-not-there", "nothing; python_version < '3'"]
    assert missing_requirements(wanted) == ["pytest>=999", "surely-not-there"]
    with pytest.raises(StepExecutionError, match="is no requirement"):
        missing_requirements(["--index-url=http://elsewhere"])


def test_what_is_installed_is_told_and_a_failure_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before a package is installed a line says so; when that fails the step does not run."""
    installer = tmp_path / "uv"
    installer.write_text("#!/bin/sh\necho no such package\nexit 3\n", encoding="utf-8")
    installer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(StepExecutionError, match=r"exit code 3(.|\n)*no such package"):
        step("nothing", requires="surely-not-there")
    assert "Installing surely-not-there for step own_steps.nothing" in capsys.readouterr().out
