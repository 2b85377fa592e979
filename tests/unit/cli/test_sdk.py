"""`prefect sdk generate`: code that knows the deployments that there are."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from prefect.backend import get_backend
from prefect.cli.operations import perform
from prefect.deployments.typed_code import Known, typed_code
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.work_pools import create_work_pool
from tests.unit.cli.commands import Captured, done, refused
from tests.unit.cli.deploying import deploy

SCHEMA = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "position": 0},
        "rows": {"type": "integer", "default": 2, "position": 1},
        "mode": {"$ref": "#/definitions/Mode", "position": 2},
        "extra": {"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "number"}}], "position": 3},
        "class": {"type": "string"},
    },
    "required": ["day", "class"],
    "definitions": {"Mode": {"enum": ["fast", "safe"], "type": "string"}},
}


@pytest.fixture
def _deployments() -> None:
    variables = {"properties": {"image": {"type": "string"}}, "type": "object"}
    template = {"job_configuration": {"image": "{{ image }}"}, "variables": variables}
    perform(create_work_pool, WorkPoolCreate(name="pp", type="own", base_job_template=template))
    facts: dict[str, Any] = {"parameter_openapi_schema": SCHEMA, "work_pool_name": "pp"}
    deploy("etl/nightly", parameters={"class": "x", "rows": 7}, description='Says "loads"', **facts)
    deploy("etl/weekly", **facts)
    deploy("report/nightly")


def module(path: Path) -> Any:
    """Return a module that was written."""
    spec = importlib.util.spec_from_file_location("own_sdk", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.usefixtures("_deployments")
def test_deployments_are_run_by_generated_code(capfdbinary: Captured, tmp_path: Path) -> None:
    """Runs get the parameters and options that are given; what is left out is as the deployment says."""
    path = tmp_path / "own_sdk.py"
    assert "Wrote 3 deployments" in done("sdk", capfdbinary, "generate", "-o", str(path))
    handle = module(path).deployments.from_name("etl/nightly")
    tagged = handle.with_options(tags=["t"]).with_infra(image="a:1").with_infra(image=None)
    flow_run = get_backend().read_flow_run(tagged.run("monday").flow_run_id)
    assert flow_run is not None
    assert flow_run.parameters == {"class": "x", "rows": 7, "day": "monday"}
    assert (flow_run.tags, flow_run.job_variables) == (["t"], {"image": "a:1"})
    other = get_backend().read_flow_run(handle.run(day="d", extra=None, more={"class": "y"}).flow_run_id)
    assert other is not None
    assert other.parameters == {"class": "y", "rows": 7, "day": "d", "extra": None}
    assert other.tags == []


@pytest.mark.usefixtures("_deployments")
def test_some_deployments_are_meant(capfdbinary: Captured, tmp_path: Path) -> None:
    """Flows and deployments say which ones; when there are none nothing is written."""
    path = tmp_path / "own_sdk.py"
    done("sdk", capfdbinary, "generate", "-o", str(path), "-f", "report", "-d", "etl/weekly")
    text = path.read_text(encoding="utf-8")
    assert "DeploymentName = Literal['etl/weekly', 'report/nightly']" in text
    path.unlink()
    assert "no such deployment" in refused("sdk", capfdbinary, "generate", "-o", str(path), "-f", "nope")[1]
    assert not path.exists()


def test_the_types_are_those_of_the_flow() -> None:
    """Parameters have the types and the order of the flow's; those that must be given have no default."""
    known = Known("etl/nightly", None, SCHEMA, {}, {})
    code = typed_code([known, known._replace(name="etl/Nightly!")], "1")
    assert (
        "def run(self, day: str, rows: int = UNSET, mode: Literal['fast', 'safe'] = UNSET, "
        "extra: list[float] | None = UNSET, more: dict[str, Any] | None = None)" in code
    )
    assert "class EtlNightly2(DeploymentHandle):" in code
    assert "with_infra" not in code


def test_names_and_descriptions_are_text_in_the_code(tmp_path: Path) -> None:
    """Names and descriptions can hold anything: they are text in the code, and no code."""
    names = ["a\"b/c'd", '\\x/\n"""', "1/2"]
    known = [Known(name, 'a """ b \\ \n c', SCHEMA, {}, {"properties": {"image": {}}}) for name in names]
    path = tmp_path / "own_sdk.py"
    path.write_text(typed_code(known, "1"), encoding="utf-8")
    made = module(path)
    assert [made.deployments.from_name(name).name for name in names] == names
