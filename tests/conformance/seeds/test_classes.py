"""Rows 94-97, 127-128, 141-147: the other documented names, used as documented."""

from __future__ import annotations

from typing import Any

import pytest

from prefect import allow_failure, flow, get_run_logger, tags, task, unmapped
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.context import TaskRunContext
from prefect.flows import FlowStateHook
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import RetryConditionCallable, StateHookCallable
from prefect.transactions import Transaction


@task
def give(value: Any = 1, other: Any = 0) -> Any:
    return value, other


@task
def bad() -> None:
    raise ValueError("bad")


def test_row_094_get_run_logger(recorded: Any) -> None:
    """Row 94: the logger of a run records its lines; a name and extra fields may be given."""

    @flow
    def parent() -> str:
        get_run_logger().info("plain")
        named = get_run_logger(name="custom")
        named.info("named")
        get_run_logger(extra_field="x").info("with a field")
        return named.name

    name = parent()
    assert "custom" in name
    lines = {line.message: line for line in recorded.logs()}
    assert {"plain", "named", "with a field"} <= set(lines)
    assert lines["plain"].flow_run_id == recorded.flow_run().id


def test_row_095_tags(recorded: Any) -> None:
    """Row 95: `tags` gives tags to the runs that are started inside it."""
    with tags("a", "b"):
        flow(lambda: give(), name="parent")()
    assert sorted(recorded.flow_run().tags) == ["a", "b"]
    assert sorted(recorded.task_run().tags) == ["a", "b"]
    with (
        pytest.warns(UserWarning, match="colour given by name has no effect"),
        tags("a", colour="red") as now,
    ):
        assert now == {"a"}


def test_row_096_unmapped() -> None:
    """Row 96: `unmapped` passes a value to every mapped call as it is."""
    assert unmapped([1]).value == [1]
    assert flow(lambda: give.map([1, 2], other=unmapped([3, 4])).result(), name="parent")() == [
        (1, [3, 4]),
        (2, [3, 4]),
    ]


def test_row_097_allow_failure() -> None:
    """Row 97: `allow_failure` lets a run begin although what it is given failed."""

    @flow
    def parent() -> Any:
        failed = bad.submit()
        given, _ = give(allow_failure(failed))
        return repr(given), give.submit(2, wait_for=[allow_failure(failed)]).result()

    assert parent() == ("ValueError('bad')", (2, 0))
    assert allow_failure(3).value == 3


def test_row_127_the_fields_of_a_flow_run(recorded: Any) -> None:
    """Row 127: a flow run has id, name, flow_id, state and parameters."""

    @flow(name="parent", flow_run_name="named")
    def parent(x: int) -> None:
        """Do nothing."""

    parent(3)
    run = recorded.flow_run()
    assert isinstance(run, FlowRun)
    assert (run.name, run.parameters, run.state.type.value) == ("named", {"x": 3}, "COMPLETED")
    assert recorded.backend.read_flow(run.flow_id).name == "parent"
    assert run.state.state_details.flow_run_id == run.id
    assert (run.state_name, run.run_count) == ("Completed", 1)
    assert run.created <= run.start_time <= run.end_time
    assert run.total_run_time.total_seconds() >= 0


def test_row_128_the_fields_of_a_task_run(recorded: Any) -> None:
    """Row 128: a task run has id, name, task_key, flow_run_id and state."""
    flow(lambda: give(), name="parent")()
    run = recorded.task_run()
    assert isinstance(run, TaskRun)
    assert (run.task_key, run.flow_run_id) == (give.task_key, recorded.flow_run().id)
    assert run.name.startswith("give-")
    assert (run.state.type.value, run.state_name, run.run_count) == ("COMPLETED", "Completed", 1)
    assert run.state.state_details.task_run_id == run.id
    assert run.expected_start_time <= run.start_time <= run.end_time


def test_row_141_task_run_context() -> None:
    """Row 141: inside a task `TaskRunContext.get()` has the task, its run and its parameters; outside it is None."""

    @task
    def look(x: int) -> Any:
        context = TaskRunContext.get()
        return context.task.name, context.task_run.run_count, context.parameters

    assert look(3) == ("look", 1, {"x": 3})
    assert TaskRunContext.get() is None


def test_row_142_flow_state_hook(recorded: Any) -> None:
    """Row 142: a flow state hook is called with the flow, the flow run and the state."""
    called: list[Any] = []

    def hook(flow: Any, flow_run: FlowRun, state: Any) -> None:
        called.append((flow.name, flow_run.id, state.name))

    typed: FlowStateHook[..., Any] = hook
    flow(lambda: 1, name="parent", on_completion=[typed])()
    assert called == [("parent", recorded.flow_run().id, "Completed")]


def test_row_143_task_state_hook(recorded: Any) -> None:
    """Row 143: a task state hook is called with the task, the task run and the state."""
    called: list[Any] = []

    def hook(task: Any, task_run: TaskRun, state: Any) -> None:
        called.append((task.name, task_run.id, state.name))

    typed: StateHookCallable = hook
    task(lambda: 1, name="step", on_completion=[typed])()
    assert called == [("step", recorded.task_run().id, "Completed")]


def test_row_144_retry_condition() -> None:
    """Row 144: a retry condition is called with the task, the task run and the failed state, and decides."""
    called: list[Any] = []

    def condition(task: Any, task_run: TaskRun, state: Any) -> bool:
        called.append((task.name, task_run.run_count, state.is_failed()))
        return False

    typed: RetryConditionCallable = condition
    bad.with_options(retries=3, retry_condition_fn=typed)(return_state=True)
    assert called == [("bad", 1, True)]


def test_row_145_task_runner() -> None:
    """Row 145: a TaskRunner runs submitted tasks; a flow takes one, and the thread pool is the default."""
    assert issubclass(ThreadPoolTaskRunner, TaskRunner)
    assert isinstance(flow(lambda: 1, name="f").task_runner, ThreadPoolTaskRunner)
    own = ThreadPoolTaskRunner(max_workers=2)
    assert flow(lambda: give.map([1, 2]).result(), name="f", task_runner=own)() == [(1, 0), (2, 0)]
    with own as runner:
        assert runner.submit(give, {"value": 1}).result() == (1, 0)


def test_rows_146_and_147_results() -> None:
    """Rows 146-147: `ResultStorage` and `ResultSerializer` name what results may be stored with."""
    from prefect.results import ResultSerializer, ResultStorage

    assert ResultStorage is not None
    assert ResultSerializer is not None
    assert (
        task(lambda: 1, name="t", result_storage=None, result_serializer="json").result_serializer == "json"
    )


def test_row_098_transactions() -> None:
    """Row 98: a transaction is made of a key and a timeout, the seconds that it waits for the lock of the key."""
    made = Transaction("key", 3)
    assert (made.key, made.timeout) == ("key", 3)
    assert Transaction(key="key", timeout=None).timeout is None
    assert Transaction().key is None
