"""Rows 17-18, 22-38, 47-48: the documented entry points of `prefect.engine`, each a step of the one engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import prefect.engine
from prefect import flow, task
from prefect.context import FlowRunContext

SCRIPT = """
from prefect import flow

@flow
def add(left: int, right: int = 2):
    if left < 0:
        raise ValueError("negative")
    print("the sum is", left + right)
    return left + right

@flow
async def add_later(left: int):
    return left + 1
"""


@flow
def add(left: int, right: int = 2) -> int:
    return left + right


@flow
async def add_later(left: int) -> int:
    return left + 1


@task
def double(number: int) -> int:
    return number * 2


@task
async def double_later(number: int) -> int:
    return number * 2


def interrupted() -> None:
    raise KeyboardInterrupt


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with flows, named as the entrypoint of stored runs."""
    path = tmp_path / "flows.py"
    path.write_text(SCRIPT, encoding="utf-8")
    monkeypatch.setenv("PREFECT__FLOW_ENTRYPOINT", f"{path}:add")
    return path


def engine_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prefect.engine", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def test_row_017_the_engine_module() -> None:
    """Row 17: `prefect.engine` has every documented name that it lists."""
    for name in prefect.engine.__all__:
        assert getattr(prefect.engine, name) is not None


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_row_018_the_engine_runs_a_stored_run(how: str, script: Path, stored_run: Any, recorded: Any) -> None:
    """Row 18: `python -m prefect.engine` runs the stored run that its argument or the environment names."""
    run = stored_run("add", parameters={"left": 1})
    recorded.flow_run(run)
    ended = (
        engine_process(str(run.id)) if how == "argument" else engine_process(PREFECT__FLOW_RUN_ID=str(run.id))
    )
    assert (ended.returncode, ended.stdout) == (0, "the sum is 3\n"), ended.stderr
    assert recorded.flow_run_states(run) == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


def test_row_018_a_failed_run_was_run(script: Path, stored_run: Any, recorded: Any) -> None:
    """Row 18: the exit code is 0 when the outcome was recorded, be it a failure."""
    run = stored_run("add", parameters={"left": -1})
    recorded.flow_run(run)
    assert engine_process(str(run.id)).returncode == 0
    assert recorded.flow_run_states(run)[-1] == "FAILED/Failed"


@pytest.mark.parametrize("given", ["nonsense", "00000000-0000-4000-8000-000000000000", None])
def test_row_018_what_cannot_be_run_exits_with_1(given: str | None, script: Path) -> None:
    """Row 18: an id that is none, or of no run, ends with exit code 1 and says so."""
    ended = engine_process(*([given] if given else []))
    assert ended.returncode == 1
    assert ended.stderr


async def test_row_022_enter_flow_run_engine_from_flow_call(shown: Any, recorded: Any) -> None:
    """Row 22: entering the engine with a flow and its parameters does what calling the flow does."""
    enter = prefect.engine.enter_flow_run_engine_from_flow_call
    assert enter(add, parameters={"left": 1, "right": 2}, wait_for=None, return_type="result") == 3
    assert shown(enter(add, {"left": 1, "right": 2}, None, "state")) == "COMPLETED/Completed"
    assert await enter(add_later, {"left": 1}, None, "result") == 2
    assert len(recorded.flow_runs()) == 3


def test_row_023_enter_flow_run_engine_from_subprocess(script: Path, stored_run: Any, recorded: Any) -> None:
    """Row 23: a process runs a stored flow run by its id and gets the final state."""
    run = stored_run("add", parameters={"left": 1})
    state = prefect.engine.enter_flow_run_engine_from_subprocess(run.id)
    assert state.result() == 3
    assert recorded.flow_run_states(run)[-1] == "COMPLETED/Completed"


async def test_row_027_create_then_begin_flow_run(recorded: Any) -> None:
    """Row 27: a run is created and run, and its result or state is given."""
    create = prefect.engine.create_then_begin_flow_run
    assert await create(flow=add, parameters={"left": 1}, wait_for=None, return_type="result") == 3
    state = await create(flow=add_later, parameters={"left": 1}, wait_for=None, return_type="state")
    assert await state.result() == 2
    assert len(recorded.flow_runs()) == 2


async def test_row_028_create_and_begin_subflow_run(recorded: Any) -> None:
    """Row 28: a subflow run is created in the present flow run and run; outside of one it is refused."""
    begin = prefect.engine.create_and_begin_subflow_run

    @flow
    async def parent() -> int:
        return await begin(flow=add, parameters={"left": 1}, wait_for=None, return_type="result")

    assert await parent() == 3
    outer, inner = recorded.flow_runs()
    assert inner.parent_task_run_id == recorded.task_run().id
    assert recorded.task_run().flow_run_id == outer.id
    with pytest.raises(RuntimeError, match="add"):
        await begin(flow=add, parameters={"left": 1}, wait_for=None, return_type="result")


async def test_row_029_retrieve_flow_then_begin_flow_run(
    script: Path, stored_run: Any, recorded: Any
) -> None:
    """Row 29: the flow of a stored run is loaded and the run is run."""
    run = stored_run("add", parameters={"left": 2})
    state = await prefect.engine.retrieve_flow_then_begin_flow_run(run.id)
    assert await state.result() == 4
    assert recorded.flow_run_states(run)[-1] == "COMPLETED/Completed"


async def test_row_030_begin_flow_run(stored_run: Any, recorded: Any) -> None:
    """Row 30: a stored run of a flow is begun and taken to its final state, hooks included."""
    called: list[str] = []
    hooked = add.with_options(on_completion=[lambda flow, run, state: called.append(state.name)])
    run = stored_run("add", parameters={"left": 1})
    state = await prefect.engine.begin_flow_run(flow=hooked, flow_run=run, parameters={"left": 1})
    assert await state.result() == 3
    assert called == ["Completed"]
    assert recorded.flow_run_states(run) == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


async def test_row_031_orchestrate_flow_run(stored_run: Any, recorded: Any) -> None:
    """Row 31: a stored run is taken through its states until one is final; a failure is a state, not an exception."""
    run = stored_run("add", parameters={"left": 1})
    state = await prefect.engine.orchestrate_flow_run(flow=add, flow_run=run, parameters={"left": 1})
    assert await state.result() == 3
    failing = flow(lambda: 1 / 0, name="add")
    again = stored_run("add")
    assert (
        await prefect.engine.orchestrate_flow_run(flow=failing, flow_run=again, parameters={})
    ).is_failed()
    assert recorded.flow_run_states(again)[-1] == "FAILED/Failed"


async def test_row_032_enter_task_run_engine(shown: Any, recorded: Any) -> None:
    """Row 32: entering the engine with a task and its parameters does what calling the task does."""
    enter = prefect.engine.enter_task_run_engine
    assert enter(double, parameters={"number": 2}, wait_for=None, return_type="result") == 4
    assert shown(enter(double, {"number": 2}, None, "state")) == "COMPLETED/Completed"
    assert await enter(double_later, {"number": 2}, None, "result") == 4
    assert len(recorded.task_runs()) == 3


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("create_task_run_future", id="row_033"),
        pytest.param("create_task_run_then_submit", id="row_034"),
    ],
)
def test_rows_033_and_034_task_runs_are_submitted(name: str, recorded: Any) -> None:
    """Rows 33-34: a task run is created and submitted to the runner of the present flow; its future is given."""

    @flow
    def parent() -> Any:
        future = getattr(prefect.engine, name)(task=double, parameters={"number": 2}, wait_for=None)
        return future.result()

    assert parent() == 4
    assert recorded.task_run().flow_run_id == recorded.flow_run().id
    with pytest.raises(RuntimeError, match="double"):
        getattr(prefect.engine, name)(task=double, parameters={"number": 2}, wait_for=None)


def test_row_035_get_task_call_return_value(shown: Any) -> None:
    """Row 35: a task call gives the result or the state, as asked."""
    value_of = prefect.engine.get_task_call_return_value
    assert value_of(task=double, parameters={"number": 2}, wait_for=None, return_type="result") == 4
    assert (
        shown(value_of(task=double, parameters={"number": 2}, return_type="state")) == "COMPLETED/Completed"
    )


def test_row_036_begin_task_map(recorded: Any) -> None:
    """Row 36: mapping begins one run per element."""

    @flow
    def parent() -> Any:
        return [
            future.result()
            for future in prefect.engine.begin_task_map(
                task=double, parameters={"number": [1, 2]}, wait_for=None
            )
        ]

    assert parent() == [2, 4]
    assert len(recorded.task_runs()) == 2


@pytest.mark.parametrize(
    "name", [pytest.param("begin_task_run", id="row_037"), pytest.param("orchestrate_task_run", id="row_038")]
)
@pytest.mark.parametrize("function", [double, double_later], ids=["sync", "async"])
async def test_rows_037_and_038_task_runs_are_taken_to_their_end(
    name: str, function: Any, recorded: Any
) -> None:
    """Rows 37-38: a task run is begun and taken to its final state."""
    state = await getattr(prefect.engine, name)(task=function, parameters={"number": 2}, wait_for=None)
    assert await state.result() == 4
    assert recorded.task_run_states()[-1] == "COMPLETED/Completed"


def test_row_047_report_flow_run_crashes(stored_run: Any, recorded: Any) -> None:
    """Row 47: what ends a block from outside its code is recorded as the crash of the flow run, and goes on."""
    run = stored_run("add")
    with pytest.raises(KeyboardInterrupt), prefect.engine.report_flow_run_crashes(flow_run=run):
        interrupted()
    assert recorded.flow_run(run).state.message == "Execution was aborted by an interrupt signal."
    other = stored_run("add")
    with pytest.raises(ValueError, match="plain"), prefect.engine.report_flow_run_crashes(flow_run=other):
        raise ValueError("plain")
    assert recorded.flow_run_states(other) == ["PENDING/Pending"]


def test_row_048_task_run_crashes_are_reported(recorded: Any) -> None:
    """Row 48: a task run that is ended from outside its code is recorded as crashed, and the interrupt goes on."""
    assert callable(prefect.engine.report_task_run_crashes)
    with pytest.raises(KeyboardInterrupt):
        task(interrupted)()
    assert recorded.task_run().state.type.value == "CRASHED"
    assert FlowRunContext.get() is None
