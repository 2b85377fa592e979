"""`prefect._deployed_flow`: the flow of a run that a deployment made."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect.backend import get_backend
from prefect.exceptions import MissingFlowError, StepExecutionError
from prefect.filesystems import LocalFileSystem
from prefect.flows import load_flow_from_flow_run
from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import FlowCreate
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import create_deployment
from prefect.store.flows import create_flow

SCRIPT = """
from prefect import flow

@flow
def etl() -> str:
    from beside_it import WORD
    return WORD
"""


@pytest.fixture(autouse=True)
def _path() -> Iterator[None]:
    """Undo what a run's process keeps for its life: where it looks for modules."""
    before = list(sys.path)
    yield
    sys.path[:] = before
    sys.modules.pop("beside_it", None)


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a flow somewhere, and be elsewhere."""
    place = tmp_path / "code"
    place.mkdir()
    (place / "flows.py").write_text(SCRIPT, encoding="utf-8")
    (place / "beside_it.py").write_text("WORD = 'found'\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return place


def run_of(**values: Any) -> FlowRun:
    """Return a run of a deployment."""
    backend = get_backend()
    flow = backend.perform(create_flow, FlowCreate(name="etl")).result()
    made = DeploymentCreate.model_validate(
        {"name": "own", "flow_id": flow.id, "entrypoint": "flows.py:etl", **values}
    )
    deployment = backend.perform(create_deployment, made).result()
    return backend.perform(create_flow_run_from_deployment, deployment.id, DeploymentFlowRunCreate()).result()


def loaded(flow_run: FlowRun, **options: Any) -> Any:
    """Return the flow of a run, as its process loads it."""
    return asyncio.run(load_flow_from_flow_run(None, flow_run, use_placeholder_flow=False, **options))


def go_to(directory: object) -> dict[str, Any]:
    """Return the step that goes to a directory."""
    return {"prefect.deployments.steps.set_working_directory": {"directory": str(directory)}}


def test_pull_steps_are_done_before_the_flow_is_loaded(code: Path) -> None:
    """The flow is looked for where its pull steps lead, and what it imports when it runs is found there too."""
    steps = [go_to(code.parent), {"prefect.deployments.steps.run_shell_script": {"script": "echo x"}}]
    flow = loaded(run_of(pull_steps=[*steps, go_to("{{ directory }}/code")]))
    assert Path.cwd() == code
    assert flow.fn() == "found"


@pytest.mark.parametrize("steps", [["code"], ["{start}", "code"]])
def test_the_last_directory_is_where_the_flow_is(
    code: Path, monkeypatch: pytest.MonkeyPatch, steps: list[str]
) -> None:
    """A step that tells a directory is followed there, once: a folder of the same name inside is not meant."""
    (code / "code").mkdir()
    monkeypatch.chdir(code.parent)
    loaded(run_of(pull_steps=[go_to(step.format(start=code.parent)) for step in steps]))
    assert Path.cwd() == code


def test_code_is_copied_by_a_block(code: Path) -> None:
    """A deployment may name a block that holds its code; it is copied to where the run is."""
    document = LocalFileSystem(basepath=str(code.parent)).save("kept")
    flow = loaded(run_of(storage_document_id=document, path="code"))
    assert Path("flows.py").exists()
    assert flow.name == "etl"


def test_the_path_of_a_deployment_is_gone_to(code: Path) -> None:
    """Without pull steps the flow lies in the path of the deployment, which may be below that of a runner."""
    run = run_of(path="$STORAGE_BASE_PATH/code")
    assert loaded(run, storage_base_path=str(code.parent)).name == "etl"
    assert Path.cwd() == code


def test_code_that_is_here_is_not_fetched(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has fetched the code already can say so."""
    monkeypatch.chdir(code)
    assert loaded(run_of(pull_steps=[go_to("/not/there")]), ignore_storage=True).name == "etl"


def test_the_entrypoint_may_come_from_outside(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT__FLOW_ENTRYPOINT says where the flow is, whatever its deployment says."""
    monkeypatch.setenv("PREFECT__FLOW_ENTRYPOINT", f"{code}/flows.py:etl")
    assert loaded(run_of(entrypoint="nothing.py:nothing")).name == "etl"


def test_modules_are_entrypoints(code: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow can be named by the module that it is in, below the directory where the pull steps lead."""
    monkeypatch.delitem(sys.modules, "flows", raising=False)
    assert loaded(run_of(entrypoint="flows:etl", pull_steps=[go_to(code)])).name == "etl"


@pytest.mark.parametrize(
    ("values", "error", "told"),
    [
        ({"entrypoint": None}, MissingFlowError, "'own' .* has no entrypoint"),
        ({"entrypoint": "flows.py:nope", "path": "../code"}, MissingFlowError, "nope"),
        ({"pull_steps": [go_to("/not/there")]}, StepExecutionError, "/not/there"),
    ],
)
@pytest.mark.usefixtures("code")
def test_what_cannot_be_loaded_is_told(values: Any, error: type[Exception], told: str) -> None:
    """A run whose code cannot be had says what is missing."""
    with pytest.raises(error, match=told):
        loaded(run_of(**values))


def test_a_run_without_a_deployment_is_told() -> None:
    """A run that nobody deployed says how to name its flow."""
    with pytest.raises(MissingFlowError, match="PREFECT__FLOW_ENTRYPOINT"):
        loaded(FlowRun.model_validate({"flow_id": "0197a1b2-c3d4-7000-8000-000000000000"}))
