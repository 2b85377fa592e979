"""Rows 70-71: every option of the two decorators does something."""

from __future__ import annotations

from typing import Any

import pytest

from prefect import flow, get_run_logger, task
from prefect.task_runners import ThreadPoolTaskRunner

FLOW_OPTIONS = (
    "name version flow_run_name retries retry_delay_seconds task_runner description timeout_seconds "
    "validate_parameters persist_result result_storage result_serializer cache_result_in_memory log_prints "
    "on_completion on_failure on_cancellation on_crashed on_running"
).split()
TASK_OPTIONS = (
    "name description tags version cache_policy cache_key_fn cache_expiration task_run_name retries "
    "retry_delay_seconds retry_jitter_factor persist_result result_storage result_storage_key result_serializer "
    "cache_result_in_memory timeout_seconds log_prints refresh_cache on_completion on_failure on_running "
    "retry_condition_fn viz_return_value asset_deps"
).split()


DEFAULTS = {"validate_parameters": True, "cache_result_in_memory": True}


def one() -> int:
    return 1


@pytest.mark.parametrize("option", FLOW_OPTIONS)
def test_row_070_each_option_of_flow_is_taken(option: str) -> None:
    """Row 70: `@flow` takes every documented option by name, its default included."""
    decorated = flow(**{option: DEFAULTS.get(option)})(one)
    assert decorated() == 1


@pytest.mark.parametrize("option", TASK_OPTIONS)
def test_row_071_each_option_of_task_is_taken(option: str) -> None:
    """Row 71: `@task` takes every documented option by name, its default included."""
    if option == "cache_policy":
        from prefect.utilities.annotations import NotSet

        decorated = task(cache_policy=NotSet)(one)
    else:
        decorated = task(**{option: DEFAULTS.get(option)})(one)
    assert decorated() == 1


def test_row_070_flow_with_and_without_parentheses() -> None:
    """Row 70: `@flow`, `@flow()` and `flow(fn)` are the same."""
    assert flow(one)() == flow()(one)() == flow(name="n")(one)() == 1


def test_row_071_task_with_and_without_parentheses() -> None:
    """Row 71: `@task`, `@task()` and `task(fn)` are the same."""
    assert task(one)() == task()(one)() == task(name="n")(one)() == 1


def test_row_070_the_options_of_flow_work_together(recorded: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Row 70: a flow with all the options of a run behaves as all of them say."""
    called: list[str] = []

    def note(event: str) -> Any:
        return lambda flow, run, state: called.append(f"{event} {flow.name} {run.name} {state.name}")

    attempts: list[int] = []

    @flow(
        name="all-options",
        version="1.2",
        flow_run_name="run-{number}",
        retries=1,
        retry_delay_seconds=0.01,
        task_runner=ThreadPoolTaskRunner(max_workers=2),
        description="Has them all.",
        timeout_seconds=30,
        validate_parameters=True,
        log_prints=True,
        on_completion=[note("completion")],
        on_failure=[note("failure")],
        on_cancellation=[note("cancellation")],
        on_crashed=[note("crash")],
        on_running=[note("running")],
    )
    def everything(number: int) -> int:
        attempts.append(number)
        print("attempt", len(attempts))
        if len(attempts) == 1:
            raise ValueError("once")
        return task(one).submit().result() + number

    everything.fn.__annotations__ = {"number": int}
    assert everything("4") == 5
    run = recorded.flow_run()
    assert (run.name, run.flow_version, run.run_count) == ("run-4", "1.2", 2)
    assert called[-1] == "completion all-options run-4 Completed"
    assert [event.split()[0] for event in called] == ["running", "running", "completion"]
    assert {"attempt 1", "attempt 2"} <= set(recorded.messages())
    assert "attempt" not in capsys.readouterr().out


def test_row_071_the_options_of_task_work_together(recorded: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Row 71: a task with all the options of a run behaves as all of them say."""
    called: list[str] = []

    def note(event: str) -> Any:
        return lambda task, run, state: called.append(f"{event} {task.name} {run.name} {state.name}")

    attempts: list[int] = []

    @task(
        name="all-options",
        description="Has them all.",
        tags=["one", "two"],
        version="1.2",
        task_run_name="run-{number}",
        retries=2,
        retry_delay_seconds=[0.01, 0],
        retry_jitter_factor=0.1,
        timeout_seconds=30,
        log_prints=True,
        on_completion=[note("completion")],
        on_failure=[note("failure")],
        on_running=[note("running")],
        retry_condition_fn=lambda task, run, state: True,
    )
    def everything(number: int) -> int:
        attempts.append(number)
        print("attempt", len(attempts))
        if len(attempts) == 1:
            raise ValueError("once")
        return number

    assert everything(4) == 4
    run = recorded.task_run()
    assert (run.name, run.task_version, run.run_count, sorted(run.tags)) == (
        "run-4",
        "1.2",
        2,
        ["one", "two"],
    )
    assert called[-1] == "completion all-options run-4 Completed"
    assert [event.split()[0] for event in called] == ["running", "running", "completion"]
    assert {"attempt 1", "attempt 2"} <= set(recorded.messages())
    assert "attempt" not in capsys.readouterr().out


def test_row_151_the_documented_pipeline(recorded: Any) -> None:
    """Row 151: tasks and a named flow, decorated without more, give the pipeline's result and leave its record."""

    @task
    def extract(url: str) -> dict[str, Any]:
        get_run_logger().info("from %s", url)
        return {"records": 100}

    @task
    def load(data: dict[str, Any]) -> dict[str, Any]:
        get_run_logger().info("%d records", data["records"])
        return {"loaded": True}

    @flow(name="ETL Pipeline")
    def etl_flow(url: str) -> dict[str, Any]:
        return load(extract(url))

    assert etl_flow("https://example.com") == {"loaded": True}
    assert etl_flow.name == "ETL Pipeline"
    extracted, loaded = recorded.task_runs()
    assert [item.id for item in loaded.task_inputs["data"]] == [extracted.id]
    assert [
        message for message in recorded.messages() if "from https" in message or "records" in message
    ] == [
        "from https://example.com",
        "100 records",
    ]
