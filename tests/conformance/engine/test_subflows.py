"""Flows in flows, tasks in tasks, and what ties their runs together."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from prefect import flow, tags, task
from prefect.context import FlowRunContext, TaskRunContext
from prefect.runtime import flow_run, task_run
from prefect.states import Completed


@flow
def child(value: Any = 1) -> Any:
    return value


@task
def step(value: Any = 1) -> Any:
    return value


def test_a_subflow_gets_a_run_of_its_own(recorded: Any) -> None:
    """A flow called in a flow is a flow run, and a task run of the caller stands for it and ends as it does."""

    @flow
    def parent() -> Any:
        return child(4)

    assert parent() == 4
    outer, inner = recorded.flow_runs()
    (standing,) = recorded.task_runs(outer)
    assert inner.parent_task_run_id == standing.id
    assert outer.parent_task_run_id is None
    assert standing.name == "child-0"
    assert standing.dynamic_key == "0"
    assert standing.task_key.startswith("child-")
    assert standing.task_inputs == {"value": []}
    assert (standing.state.type, standing.state.name) == (inner.state.type, inner.state.name)
    assert standing.state.state_details.child_flow_run_id == inner.id
    assert recorded.task_runs(inner) == []


def test_calls_of_one_subflow_are_numbered(recorded: Any) -> None:
    """The task runs that stand for subflow runs are numbered per flow, whatever name it goes by."""

    @flow
    def parent() -> None:
        child()
        child.with_options(name="other")()
        child()

    parent()
    assert [run.name for run in recorded.task_runs()] == ["child-0", "other-1", "child-2"]
    assert [run.dynamic_key for run in recorded.task_runs()] == ["0", "1", "2"]


def test_a_failed_subflow_is_recorded_on_both_sides(recorded: Any) -> None:
    """A subflow that fails raises in its caller; the task run that stands for it has the same state and message."""

    @flow
    def failing() -> None:
        raise ValueError("inner")

    state = flow(lambda: failing(), name="parent")(return_state=True)
    message = "Flow run encountered an exception: ValueError: inner"
    assert state.message == message
    assert [run.state.message for run in recorded.flow_runs()] == [message, message]
    assert recorded.task_run().state.message == message


def test_a_caught_failure_of_a_subflow_is_over(shown: Any) -> None:
    """With `return_state=True` the caller decides what a failed subflow means."""

    @flow
    def failing() -> None:
        raise ValueError("inner")

    @flow
    def parent() -> str:
        return failing(return_state=True).name

    assert parent() == "Failed"


def test_subflows_know_their_parents() -> None:
    """`prefect.runtime.flow_run` tells the parent and the root of a subflow run; a root is its own."""

    @flow
    def leaf() -> Any:
        return flow_run.id, flow_run.parent_flow_run_id, flow_run.root_flow_run_id

    @flow
    def middle() -> Any:
        return (flow_run.id, flow_run.parent_flow_run_id), leaf()

    @flow
    def root() -> Any:
        return (flow_run.id, flow_run.parent_flow_run_id, flow_run.root_flow_run_id), middle()

    (root_id, no_parent, own_root), ((middle_id, of_middle), (_, of_leaf, root_of_leaf)) = root()
    assert (no_parent, own_root) == (None, root_id)
    assert (of_middle, of_leaf, root_of_leaf) == (root_id, middle_id, root_id)


def test_tags_around_a_call_reach_the_subflow(recorded: Any) -> None:
    """`tags` around a subflow call are on its run and on the task run that stands for it."""

    @flow
    def parent() -> None:
        with tags("inner"):
            child()

    with tags("outer"):
        parent()
    outer, inner = recorded.flow_runs()
    assert sorted(outer.tags) == ["outer"]
    assert sorted(inner.tags) == ["inner", "outer"]
    assert sorted(recorded.task_run().tags) == ["inner", "outer"]


def test_async_subflows_run_together() -> None:
    """Async subflows can be gathered, and sync ones called, in an async flow."""

    @flow
    async def later(value: int) -> int:
        await asyncio.sleep(0)
        return value

    @flow
    async def parent() -> Any:
        return await asyncio.gather(later(1), later(2)), child(3)

    assert asyncio.run(parent()) == ([1, 2], 3)


def test_an_async_subflow_of_a_sync_flow_is_a_coroutine() -> None:
    """A sync flow that calls an async one gets a coroutine, as in plain Python."""

    @flow
    async def later() -> None:
        """Do nothing."""

    @flow
    def parent() -> str:
        coroutine = later()
        name = type(coroutine).__name__
        coroutine.close()
        return name

    assert parent() == "coroutine"


def test_a_flow_may_be_called_in_a_task(recorded: Any) -> None:
    """A flow called inside a task belongs to the flow run around that task, or is a root when there is none."""

    @task
    def calls() -> Any:
        return child(9)

    assert flow(lambda: calls(), name="parent")() == 9
    outer, inner = recorded.flow_runs()
    assert inner.parent_task_run_id in {run.id for run in recorded.task_runs(outer)}
    assert calls() == 9
    assert recorded.flow_runs()[-1].parent_task_run_id is None


@pytest.mark.parametrize("depth", [5])
def test_flows_and_tasks_may_recurse(depth: int) -> None:
    """A flow or task may call itself, and a task may submit itself, as deep as there are calls."""

    @flow
    def count_flow(number: int) -> int:
        return 0 if number == 0 else 1 + count_flow(number - 1)

    @task
    def count_task(number: int) -> int:
        return 0 if number == 0 else 1 + count_task(number - 1)

    @task
    def count_submitted(number: int) -> int:
        return 0 if number == 0 else 1 + count_submitted.submit(number - 1).result()

    assert count_flow(depth) == depth
    assert count_task(depth) == depth
    assert flow(lambda: count_submitted(depth), name="parent")() == depth


def test_tasks_in_tasks(recorded: Any) -> None:
    """A task may call and submit tasks; all are runs of the flow run around them."""

    @task
    def outer() -> Any:
        return step(1), step.submit(2).result(), task_run.name

    @flow
    def parent() -> Any:
        return outer(), outer.submit().result()

    first, second = parent()
    assert first[:2] == second[:2] == (1, 2)
    assert {run.flow_run_id for run in recorded.task_runs()} == {recorded.flow_run().id}
    assert len(recorded.task_runs()) == 6
    assert step(1) == 1


def test_a_nested_task_fails_the_one_around_it() -> None:
    """An exception of a nested task that is not caught fails the outer task with that exception."""

    @task
    def bad() -> None:
        raise ValueError("bad")

    state = task(lambda: bad(), name="outer")(return_state=True)
    assert state.message == "Task run encountered an exception ValueError: bad"


def test_the_context_returns_to_the_caller() -> None:
    """After a subflow or a nested task the contexts are those of the caller again, and none outside."""

    @task
    def outer() -> bool:
        before = TaskRunContext.get()
        step()
        return TaskRunContext.get() is before

    @flow
    def parent() -> bool:
        before = FlowRunContext.get()
        child()
        step()
        return FlowRunContext.get() is before and TaskRunContext.get() is None and outer()

    assert parent()
    assert FlowRunContext.get() is None
    assert TaskRunContext.get() is None


def test_one_task_run_stands_for_a_subflow_over_all_attempts(recorded: Any) -> None:
    """When a flow is retried its subflow runs again, and the same task run stands for it."""
    attempts: list[int] = []

    @flow(retries=1)
    def parent() -> None:
        child()
        attempts.append(1)
        if len(attempts) == 1:
            raise ValueError("again")

    parent()
    (standing,) = recorded.task_runs()
    assert (standing.name, standing.run_count, standing.state.name) == ("child-0", 2, "Completed")
    assert len(recorded.flow_runs()) == 3


def test_a_subflow_may_return_a_state(shown: Any) -> None:
    """A state that a subflow returns is its state, and the caller gets its result."""

    @flow
    def gives() -> Any:
        return Completed(data=42, message="fine")

    @flow
    def parent() -> Any:
        assert shown(gives(return_state=True)) == "COMPLETED/Completed: fine"
        return gives()

    assert parent() == 42
