"""What a run is given by others: futures and states as arguments, failed upstream runs, and how to let them pass."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, NamedTuple

import pydantic
import pytest

from prefect import allow_failure, flow, task, unmapped
from prefect.exceptions import MissingResult, UnfinishedRun
from prefect.states import Cancelled, Completed, Pending
from prefect.utilities.annotations import quote


@task
def give(value: Any = 1) -> Any:
    return value


@task
def bad() -> None:
    raise ValueError("bad")


@dataclasses.dataclass
class Record:
    value: Any
    other: int = 2


class Model(pydantic.BaseModel):
    value: Any


class Point(NamedTuple):
    x: Any
    y: Any


@pytest.mark.parametrize(
    ("wrap", "expected"),
    [
        pytest.param(lambda future: future, 3, id="bare"),
        pytest.param(lambda future: [future, 4], [3, 4], id="list"),
        pytest.param(lambda future: (future, 4), (3, 4), id="tuple"),
        pytest.param(lambda future: {future}, {3}, id="set"),
        pytest.param(lambda future: {"k": [future]}, {"k": [3]}, id="dict"),
        pytest.param(lambda future: {1: {2: [{3: future}]}}, {1: {2: [{3: 3}]}}, id="deep"),
        pytest.param(lambda future: Record(future), Record(3), id="dataclass"),
        pytest.param(lambda future: [Record([future])], [Record([3])], id="dataclasses"),
        pytest.param(lambda future: Model(value=future), Model(value=3), id="model"),
        pytest.param(lambda future: Point(future, 1), Point(3, 1), id="namedtuple"),
        pytest.param(unmapped, 3, id="unmapped"),
        pytest.param(allow_failure, 3, id="allow_failure"),
    ],
)
@pytest.mark.parametrize("source", ["future", "state"])
def test_futures_and_states_are_replaced_by_results(wrap: Any, expected: Any, source: str) -> None:
    """Futures and states anywhere in an argument arrive as results, in tasks and in subflows."""

    def child(value: Any) -> Any:
        return value

    def parent() -> list[Any]:
        upstream = give.submit(3) if source == "future" else give(3, return_state=True)
        return [
            give(wrap(upstream)),
            give.submit(wrap(upstream)).result(),
            flow(child, validate_parameters=False)(wrap(upstream)),
        ]

    assert flow(parent)() == [expected] * 3


def test_generators_are_passed_on() -> None:
    """A generator argument is not consumed by the engine."""

    def parent() -> Any:
        numbers = (number for number in [1, 2])
        assert give(numbers) is numbers
        return list(numbers)

    assert flow(parent)() == [1, 2]


def test_quoted_values_are_not_looked_into() -> None:
    """`quote` hands a value over as it is, futures inside included."""

    def parent() -> bool:
        future = give.submit(1)
        quoted = give(quote([future]))
        return quoted[0] is future

    assert flow(parent)()


NOT_COMPLETED = r"^Upstream task run '.*' did not reach a 'COMPLETED' state\.$"


@pytest.mark.parametrize(
    "pass_on",
    [
        pytest.param(lambda failed: give.submit(failed, return_state=True), id="submit"),
        pytest.param(lambda failed: give(failed, return_state=True), id="call"),
        pytest.param(lambda failed: give(failed.state, return_state=True), id="state"),
        pytest.param(lambda failed: give([{"a": failed}], return_state=True), id="nested"),
        pytest.param(lambda failed: give.submit(1, wait_for=[failed], return_state=True), id="wait_for"),
        pytest.param(
            lambda failed: give.submit(1, wait_for=[[failed]], return_state=True), id="nested wait_for"
        ),
        pytest.param(lambda failed: give(1, wait_for=failed, return_state=True), id="single wait_for"),
        pytest.param(lambda failed: give.submit(give.submit(failed), return_state=True), id="chain"),
        pytest.param(
            lambda failed: flow(lambda value: value, name="child")(failed, return_state=True), id="subflow"
        ),
        pytest.param(
            lambda failed: flow(lambda value: value, name="child")(failed.state, return_state=True),
            id="subflow state",
        ),
        pytest.param(
            lambda failed: flow(lambda value: value, name="child")(1, wait_for=[failed], return_state=True),
            id="subflow wait_for",
        ),
        pytest.param(lambda _: give(Pending(), return_state=True), id="pending"),
        pytest.param(lambda _: give(Cancelled(), return_state=True), id="cancelled"),
    ],
)
def test_a_run_whose_upstream_did_not_complete_is_not_ready(pass_on: Any) -> None:
    """A run that is given something unfinished or failed stays PENDING as NotReady, and says which run it was."""

    def parent() -> Any:
        failed = bad.submit()
        failed.wait()
        return quote(pass_on(failed))

    state = flow(parent)().unquote()
    assert (state.type.value, state.name) == ("PENDING", "NotReady")
    assert re.match(NOT_COMPLETED, state.message)
    with pytest.raises(UnfinishedRun, match="PENDING"):
        state.result()
    with pytest.raises(UnfinishedRun, match="PENDING"):
        state.result(raise_on_failure=False)


def test_a_run_that_is_not_ready_never_ran(recorded: Any) -> None:
    """A NotReady run is recorded as such, without a Running state, and its function was not called."""
    called: list[int] = []

    @task
    def downstream(value: Any) -> None:
        called.append(1)

    def parent() -> None:
        downstream.submit(bad.submit()).wait()

    flow(parent)()
    run = next(run for run in recorded.task_runs() if run.name.startswith("downstream"))
    assert recorded.task_run_states(run) == ["PENDING/Pending", "PENDING/NotReady"]
    assert called == []


def test_calling_a_task_that_is_not_ready_gives_none() -> None:
    """A direct call of a task with a failed upstream gives None and the flow goes on; its future raises."""

    def parent() -> None:
        failed = bad.submit()
        assert give(failed) is None
        future = give.submit(failed)
        with pytest.raises(UnfinishedRun):
            future.result()

    assert flow(parent)(return_state=True).name == "Completed"


def test_calling_a_subflow_that_is_not_ready_raises() -> None:
    """A direct call of a subflow with a failed upstream raises UnfinishedRun."""
    child = flow(lambda value: value, name="child")

    def parent() -> None:
        with pytest.raises(UnfinishedRun):
            child(bad.submit())

    flow(parent)()


def test_allow_failure_hands_over_the_exception() -> None:
    """With `allow_failure` a failed future or state arrives as its exception, in tasks and subflows."""
    child = flow(lambda value: value, name="child")

    def parent() -> list[str]:
        failed = bad.submit()
        got = [
            give(allow_failure(failed)),
            give.submit(allow_failure(failed)).result(),
            give(allow_failure(bad(return_state=True))),
            child(allow_failure(failed)),
        ]
        assert give(allow_failure(3)) == 3
        return [repr(error) for error in got]

    assert flow(parent)() == ["ValueError('bad')"] * 4


@pytest.mark.parametrize(
    "wait_for",
    [
        lambda: [give.submit()],
        lambda: give.submit(),
        lambda: [1, "a"],
        lambda: [allow_failure(bad.submit())],
        lambda: [give(return_state=True)],
        list,
    ],
)
def test_wait_for_takes_futures_states_and_values(wait_for: Any) -> None:
    """`wait_for` accepts futures, states, plain values, and failures that are allowed."""

    def parent() -> list[Any]:
        return [give(1, wait_for=wait_for()), give.submit(1, wait_for=wait_for()).result()]

    assert flow(parent)() == [1, 1]


def test_a_state_without_a_result_is_refused() -> None:
    """A completed state that has no data cannot be an argument."""

    def parent() -> None:
        with pytest.raises(MissingResult):
            give(Completed())

    flow(parent)()


def test_a_flow_call_takes_wait_for() -> None:
    """`wait_for` of a flow's own call accepts values as well."""
    assert flow(lambda: 1, name="alone")(wait_for=[1]) == 1
