"""The inputs between runs that are recorded: which run used whose result."""

from __future__ import annotations

from typing import Any

import pytest

from prefect import allow_failure, flow, task, unmapped
from prefect.utilities.annotations import quote


@task
def source(value: Any = 1) -> Any:
    return value


@task(name="sink")
def sink(a: Any = None, b: Any = 2, **more: Any) -> Any:
    return a


def inputs_of_sink(recorded: Any) -> dict[str, list[str]]:
    """The inputs of the task run `sink`: per parameter, the names of the runs that its values come from."""
    runs = recorded.task_runs()
    names = {run.id: run.name.rsplit("-", 1)[0] for run in runs}
    names |= {run.id: "flow:" + recorded.backend.read_flow(run.flow_id).name for run in recorded.flow_runs()}
    (of_sink,) = [run for run in runs if run.name.startswith("sink")]
    found = {}
    for key, inputs in of_sink.task_inputs.items():
        for item in inputs:
            assert item.input_type in {"task_run", "flow_run"}
        found[key] = [names[item.id] for item in inputs]
    return found


@pytest.mark.parametrize(
    ("use", "used"),
    [
        pytest.param(lambda: sink(source.submit(1)), ["source"], id="future"),
        pytest.param(lambda: sink.submit(source.submit(1)).wait(), ["source"], id="submitted"),
        pytest.param(lambda: sink(source(1, return_state=True)), ["source"], id="state"),
        pytest.param(lambda: sink([source.submit(1)]), ["source"], id="in a list"),
        pytest.param(lambda: sink({"x": {"y": source.submit(1)}}), ["source"], id="nested"),
        pytest.param(lambda: sink(unmapped(source.submit(1))), ["source"], id="unmapped"),
        pytest.param(lambda: sink(allow_failure(source.submit(1))), ["source"], id="allow_failure"),
        pytest.param(lambda: sink.map([source.submit(1)]).wait(), ["source"], id="mapped"),
        pytest.param(lambda: sink.map(source.submit([1])).wait(), ["source"], id="mapped future"),
        pytest.param(lambda: sink(source([1, 2])), ["source"], id="list"),
        pytest.param(lambda: sink(source({"k": 1})), ["source"], id="dict"),
        pytest.param(lambda: sink(source("a text")), ["source"], id="text"),
        pytest.param(lambda: sink(source(12345678)), ["source"], id="number"),
        pytest.param(lambda: sink(source(object())), ["source"], id="object"),
        pytest.param(lambda: sink(source([object()])[0]), ["source"], id="element of a list"),
        pytest.param(lambda: sink([source([1]), 3]), ["source"], id="in a list with others"),
        pytest.param(lambda: sink(quote(source.submit(1))), [], id="quoted"),
        pytest.param(lambda: sink(source(7)), [], id="small number"),
        pytest.param(lambda: sink(source(None)), [], id="None"),
        pytest.param(lambda: sink(source(True)), [], id="True"),
        pytest.param(lambda: sink(5), [], id="constant"),
    ],
)
def test_the_origin_of_an_argument_is_recorded(use: Any, used: list[str], recorded: Any) -> None:
    """An argument that is, or holds, the result of another run is recorded as an input; constants are not."""
    flow(use, name="parent")()
    inputs = inputs_of_sink(recorded)
    assert inputs["a"] == used
    assert inputs["b"] == []


def test_wait_for_is_recorded(recorded: Any) -> None:
    """Runs that were only waited for are recorded under `wait_for`."""
    flow(lambda: sink.submit(1, wait_for=[source.submit(), source.submit()]).wait(), name="parent")()
    assert inputs_of_sink(recorded)["wait_for"] == ["source", "source"]


def test_keyword_arguments_are_recorded_together(recorded: Any) -> None:
    """The inputs of `**kwargs` are recorded under the name of that parameter."""
    flow(lambda: sink(1, extra=source([1]), other=source([2])), name="parent")()
    assert inputs_of_sink(recorded)["more"] == ["source", "source"]


def test_the_result_of_a_subflow_is_an_input(recorded: Any) -> None:
    """A result that comes from a subflow is recorded as the output of that flow run."""

    @flow
    def child() -> dict[str, int]:
        return {"sub": 1}

    flow(lambda: sink(child()), name="parent")()
    assert inputs_of_sink(recorded)["a"] == ["flow:child"]


def test_a_task_in_a_task_names_its_parent(recorded: Any) -> None:
    """A task run inside a task is in the same flow run, and its parent is recorded as `__parents__`."""

    @task
    def around() -> None:
        sink(1)

    flow(lambda: around(), name="parent")()
    assert inputs_of_sink(recorded)["__parents__"] == ["around"]
    assert len({run.flow_run_id for run in recorded.task_runs()}) == 1


def test_the_origin_of_a_subflow_argument_is_recorded(recorded: Any) -> None:
    """The task run that stands for a subflow has the inputs of its parameters."""

    @flow
    def child(value: Any) -> None:
        """Do nothing."""

    flow(lambda: child(source.submit([1])), name="parent")()
    first, standing = recorded.task_runs()
    assert standing.name == "child-0"
    assert [item.id for item in standing.task_inputs["value"]] == [first.id]
