"""Rows 102-112: `prefect.runtime`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from prefect import flow, tags, task
from prefect.runtime import deployment, flow_run, task_run

ROWS: list[Any] = [
    pytest.param("deployment", "id", id="row_102"),
    pytest.param("deployment", "name", id="row_103"),
    pytest.param("deployment", "parameters", id="row_104"),
    pytest.param("deployment", "version", id="row_105"),
    pytest.param("flow_run", "id", id="row_106"),
    pytest.param("flow_run", "name", id="row_107"),
    pytest.param("flow_run", "parameters", id="row_108"),
    pytest.param("flow_run", "tags", id="row_109"),
    pytest.param("task_run", "id", id="row_110"),
    pytest.param("task_run", "name", id="row_111"),
    pytest.param("task_run", "task_key", id="row_112"),
]
EMPTY: dict[str, Any] = {"parameters": {}, "tags": []}

NAMES = {
    "deployment": "id flow_run_id name parameters version",
    "flow_run": "id tags scheduled_start_time name flow_name flow_version parameters parent_flow_run_id "
    "parent_deployment_id root_flow_run_id run_count api_url ui_url job_variables",
    "task_run": "id tags name parameters run_count task_name api_url ui_url",
}


@pytest.mark.parametrize(("room", "name"), ROWS)
def test_rows_102_to_112_outside_of_a_run(room: str, name: str) -> None:
    """Rows 102-112: outside of a run each value is None, or empty."""
    assert getattr(import_module(f"prefect.runtime.{room}"), name) == EMPTY.get(name)


@pytest.mark.parametrize(("room", "name"), ROWS)
def test_rows_102_to_112_overridden(room: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows 102-112: a text can be overridden by an environment variable; a collection says that it cannot."""
    monkeypatch.setenv(f"PREFECT__RUNTIME__{room.upper()}__{name.upper()}", "other")
    module = import_module(f"prefect.runtime.{room}")
    if name in EMPTY:
        with pytest.raises(ValueError, match=rf"{room}\.{name}.*cannot be overridden"):
            getattr(module, name)
    else:
        assert getattr(module, name) == "other"


@pytest.mark.parametrize("room", NAMES)
def test_the_names_of_the_runtime(room: str) -> None:
    """Each part of the runtime has the documented names, and all of them can be read anywhere."""
    module = import_module(f"prefect.runtime.{room}")
    assert module.__all__ == NAMES[room].split()
    assert dir(module) == sorted(module.__all__)
    for name in module.__all__:
        getattr(module, name)


def test_inside_a_run() -> None:
    """Rows 106-112: inside a run the values are those of the run."""

    @task
    def works(x: int) -> Any:
        return [
            getattr(task_run, name) for name in ("name", "parameters", "tags", "run_count", "task_name")
        ], (
            task_run.id,
            task_run.task_key,
            flow_run.id,
        )

    @flow(name="runs", flow_run_name="named", version="v1")
    def runs(y: int) -> Any:
        facts = [flow_run.name, flow_run.parameters, flow_run.tags, flow_run.flow_name, flow_run.flow_version]
        return facts, flow_run.id, deployment.flow_run_id, deployment.id, works(1)

    with tags("t"):
        facts, flow_run_id, same, deployment_id, ((name, *of_task), (task_run_id, task_key, around)) = runs(2)
    assert facts == ["named", {"y": 2}, ["t"], "runs", "v1"]
    assert (same, deployment_id, around) == (flow_run_id, None, flow_run_id)
    assert name.startswith("works-")
    assert of_task == [{"x": 1}, ["t"], 1, "works"]
    assert task_run_id != flow_run_id
    assert task_key.startswith("works-")


def test_numbers_are_numbers_when_they_are_overridden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An overridden number stays a number, and what is none is an error."""
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", "7")
    assert flow_run.run_count == 7
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__RUN_COUNT", "many")
    with pytest.raises(ValueError, match="many"):
        flow_run.run_count  # noqa: B018 - reading it is the test


def test_a_name_of_ones_own_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that the runtime does not have can be given by the environment, as code that is tried out may need."""
    monkeypatch.setenv("PREFECT__RUNTIME__FLOW_RUN__TEAM", "data")
    assert flow_run.team == "data"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="'budget'"):
        flow_run.budget  # type: ignore[attr-defined]  # noqa: B018 - reading it is the test


def test_the_id_of_a_run_that_is_started_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is started for a run knows its id before the run begins."""
    monkeypatch.setenv("PREFECT__FLOW_RUN_ID", "00000000-0000-0000-0000-000000000001")
    assert flow_run.id == deployment.flow_run_id == "00000000-0000-0000-0000-000000000001"
