"""The names around `Task` that people use in annotations and in functions that make tasks."""

from __future__ import annotations

from typing import Any, get_type_hints

from prefect import Task, task
from prefect.tasks import TaskOptions, TaskRunNameCallbackWithParameters


def text_of(parameters: dict[str, Any]) -> str:
    return str(parameters)


def text() -> str:
    return ""


def test_options_of_a_task_can_be_annotated() -> None:
    """`TaskOptions` has each option that `@task` takes."""
    import inspect

    taken = set(inspect.signature(Task.__init__).parameters) - {"self", "fn"}
    assert set(TaskOptions.__annotations__) == taken
    assert get_type_hints(TaskOptions)["cache_result_in_memory"] is bool


def test_a_name_by_parameters_is_told_from_a_plain_one() -> None:
    """A function that names runs takes their parameters if it has an argument of that name."""
    assert TaskRunNameCallbackWithParameters.is_callback_with_parameters(text_of)
    assert not TaskRunNameCallbackWithParameters.is_callback_with_parameters(text)


def test_a_task_knows_its_source() -> None:
    """The text of a task's function can be read; a function without one has None."""
    assert task(text).source_code == 'def text() -> str:\n    return ""\n'
    assert task(len).source_code is None


def test_a_task_made_by_hand_does_not_follow_the_flow_in_printing() -> None:
    """`Task(...)` leaves prints alone, `@task` leaves it to the flow."""
    assert Task(text).log_prints is False
    assert task(text).log_prints is None
    assert task(text, log_prints=True).log_prints is True
