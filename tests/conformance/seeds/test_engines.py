"""Rows 1-2, 7, 19-21, 55-58: flows and tasks, and the engine that runs them."""

from __future__ import annotations

import time
from typing import Any

import pytest

from prefect import Flow, Task, flow, task
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext, TaskRunContext
from prefect.flow_engine import FlowRunEngine, FlowRunTimeoutError, run_flow
from prefect.flows import Flow as FlowOfFlows
from prefect.futures import PrefectConcurrentFuture, PrefectFuture


@task
def double(number: int) -> int:
    return number * 2


@flow
def add(left: int, right: int = 2) -> int:
    return left + right


def test_row_001_flow() -> None:
    """Row 1: `prefect.flows.Flow` is the class of flows, and `prefect.Flow` the same."""
    assert FlowOfFlows is Flow
    assert isinstance(add, Flow)
    assert Flow(add.fn, name="made by hand")(1) == 3


def test_row_002_flow_run_engine(recorded: Any) -> None:
    """Row 2: `FlowRunEngine` is one run of a flow; a run has the states that the engine took it through."""
    engine: Any = FlowRunEngine(add, {"left": 1, "right": 2})
    assert engine.flow is add
    assert add(1) == 3
    assert recorded.flow_run_states() == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


def test_row_007_run_flow(recorded: Any) -> None:
    """Row 7: `run_flow` runs a flow through the engine, giving its result or its state."""
    assert run_flow(add, parameters={"left": 1, "right": 4}) == 5
    assert run_flow(add, parameters={"left": 1}, return_type="state").is_completed()
    assert len(recorded.flow_runs()) == 2


def test_row_019_calling_a_flow() -> None:
    """Row 19: a flow call takes the arguments of the function, `return_state` and `wait_for`."""
    assert add(1, right=3) == 4
    assert add(1, return_state=True).result() == 3
    assert add(1, wait_for=[1]) == 3


def test_row_020_calling_a_task(recorded: Any) -> None:
    """Row 20: a task call takes the same, in a flow and outside one."""

    @flow
    def parent() -> Any:
        return double(1), double(2, return_state=True).result(), double(3, wait_for=[double.submit(1)])

    assert parent() == (2, 4, 6)
    assert double(4) == 8
    assert len(recorded.task_runs()) == 5


def test_row_021_submitting_a_task() -> None:
    """Row 21: `submit` runs a task concurrently and gives a future, or its final state."""

    @flow
    def parent() -> Any:
        future = double.submit(1)
        assert isinstance(future, PrefectFuture)
        return (
            future.result(),
            double.submit(2, return_state=True).result(),
            double.submit(3, wait_for=[future]).result(),
        )

    assert parent() == (2, 4, 6)


def test_row_055_prefect_future() -> None:
    """Row 55: a submitted task gives a PrefectFuture with `wait`, `result` and `state`."""

    @flow
    def parent() -> None:
        future = double.submit(2)
        assert isinstance(future, PrefectConcurrentFuture)
        assert isinstance(future, PrefectFuture)
        future.wait()
        assert isinstance(future.state, State)
        assert future.result() == 4

    parent()


def test_row_056_and_057_a_flow_that_takes_too_long(recorded: Any) -> None:
    """Rows 56-57: a flow is cancelled at its timeout, raises a TimeoutError and ends as TimedOut."""
    contexts: list[Any] = []

    @flow(timeout_seconds=0.1)
    def slow() -> None:
        contexts.append(FlowRunContext.get())
        assert contexts[0].timeout_scope.seconds == 0.1
        assert not contexts[0].timeout_scope.cancel_called
        for _ in range(500):
            time.sleep(0.01)

    with pytest.raises(TimeoutError) as raised:
        slow()
    assert isinstance(raised.value, FlowRunTimeoutError)
    assert contexts[0].timeout_scope.cancel_called
    assert recorded.flow_run_states()[-1] == "FAILED/TimedOut"


def test_row_058_final_states(shown: Any) -> None:
    """Row 58: an exception is a Failed state; what is returned decides otherwise."""

    def raises() -> None:
        raise ValueError("no")

    assert (
        shown(flow(raises)(return_state=True))
        == "FAILED/Failed: Flow run encountered an exception: ValueError: no"
    )
    assert shown(flow(lambda: [double(1, return_state=True)], name="f")(return_state=True)).startswith(
        "COMPLETED"
    )
    assert flow(lambda: 5, name="f")(return_state=True).result() == 5


def test_row_059_cache_keys() -> None:
    """Row 59: a cache policy computes the same key for the same inputs of a task, and another for others."""
    from prefect.cache_policies import INPUTS, NO_CACHE

    @task(cache_policy=INPUTS)
    def keys(number: int) -> Any:
        context: Any = TaskRunContext.get()
        return [policy.compute_key(context, {"number": number}, {}) for policy in (INPUTS, NO_CACHE)]

    (first, nothing), (again, _), (other, _) = keys(1), keys(1), keys(2)
    assert first
    assert first == again != other
    assert nothing is None


def test_row_059_a_cached_result_is_used_again() -> None:
    """Row 59: a completed task run is stored under its key, and a run with the same key gives that result."""
    from prefect.cache_policies import INPUTS

    calls: list[int] = []

    @task(cache_policy=INPUTS, persist_result=True)
    def slow(number: int) -> int:
        calls.append(number)
        return number

    assert (slow(1), slow(1), calls) == (1, 1, [1])


def test_row_124_flow_attributes() -> None:
    """Row 124: a flow has `name`, `fn`, `description` and `version`."""

    @flow(name="named", description="described", version="3")
    def function() -> None:
        """Not this."""

    assert (function.name, function.description, function.version) == ("named", "described", "3")
    assert function.fn.__name__ == "function"


def test_row_125_task_attributes() -> None:
    """Row 125: a task has `name`, `fn`, `description` and `version`."""

    @task(name="named", description="described", version="3")
    def function() -> None:
        """Not this."""

    assert isinstance(function, Task)
    assert (function.name, function.description, function.version) == ("named", "described", "3")
    assert function.fn.__name__ == "function"
