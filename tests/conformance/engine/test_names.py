"""Names of runs and tags: defaults, templates, callables, inheritance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from prefect import flow, tags, task
from prefect.context import TagsContext
from prefect.runtime import flow_run, task_run


def name_of_flow_run(**options: Any) -> str:
    def look(x: int = 1, y: str = "q") -> str:
        return flow_run.name

    return flow(look, name="look", **options)()


def name_of_task_run(**options: Any) -> str:
    def look(x: int = 1, y: str = "q") -> str:
        return task_run.name

    return task(look, name="look", **options)()


def test_task_runs_are_named_after_their_task(recorded: Any) -> None:
    """In a flow a task run has the task's name and the first characters of its dynamic key; outside just the name."""
    assert name_of_task_run() == "look"
    (name,) = {flow(lambda: name_of_task_run(), name="parent")()}
    (run,) = recorded.task_runs(recorded.flow_run())
    assert run.name == name == f"look-{run.dynamic_key[:3]}"
    assert UUID(run.dynamic_key)
    assert run.task_key.startswith("name_of_task_run.<locals>.look-") or run.task_key.startswith("look-")


def test_flow_runs_get_a_name() -> None:
    """A flow run without a template has a name of two words."""
    for name in (name_of_flow_run(), name_of_flow_run(flow_run_name="")):
        adjective, noun = name.split("-", 1)
        assert adjective
        assert noun


@pytest.mark.parametrize(
    ("template", "name"),
    [("run-{x}-{y}", "run-1-q"), ("{x:03d}", "001"), ("{x.real}", "1"), (lambda: "called", "called")],
    ids=["template", "format", "attribute", "callable"],
)
def test_names_come_from_templates_and_callables(template: Any, name: str) -> None:
    """Templates are filled with the parameters, defaults included; callables give the name."""
    assert name_of_flow_run(flow_run_name=template) == name
    assert name_of_task_run(task_run_name=template) == name


def test_the_name_is_recorded(recorded: Any) -> None:
    """The record shows the name that the template gave."""
    name_of_flow_run(flow_run_name="run-{x}")
    assert recorded.flow_run().name == "run-1"


def test_a_callable_task_run_name_may_take_the_parameters() -> None:
    """A `task_run_name` function with an argument `parameters` gets them."""
    assert name_of_task_run(task_run_name=lambda parameters: f"{parameters['y']}!") == "q!"


def test_a_callable_name_may_read_the_runtime() -> None:
    """A function that makes the name sees the run through `prefect.runtime`."""
    assert (
        name_of_flow_run(flow_run_name=lambda: f"{flow_run.flow_name} {flow_run.parameters['x']}") == "look 1"
    )
    assert (
        name_of_task_run(task_run_name=lambda: f"{task_run.task_name} {task_run.parameters['x']}") == "look 1"
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("{zz}", (KeyError, ValueError)),
        (lambda: 3, TypeError),
        (lambda: 1 / 0, ZeroDivisionError),
        (lambda other: "x", TypeError),
    ],
    ids=["unknown parameter", "no text", "raises", "wrong arguments"],
)
def test_names_that_cannot_be_made_raise(name: Any, error: Any) -> None:
    """A name that cannot be made is an error of the call."""
    with pytest.raises(error):
        name_of_flow_run(flow_run_name=name)
    with pytest.raises(error):
        name_of_task_run(task_run_name=name)


def test_names_are_checked_where_they_are_given() -> None:
    """A run name is a text or a callable."""
    with pytest.raises(TypeError, match="flow_run_name"):
        name_of_flow_run(flow_run_name=3)
    with pytest.raises(TypeError, match="task_run_name"):
        name_of_task_run(task_run_name=3)


@task(tags=["own"])
def look_at_tags() -> Any:
    return sorted(task_run.tags), sorted(TagsContext.get().current_tags)


def test_tags_add_up() -> None:
    """Nested `tags` add up; tasks get them beside their own, called and submitted."""

    @flow
    def parent() -> Any:
        with tags("a", "b"), tags("c") as current:
            inside = look_at_tags(), look_at_tags.submit().result()
        return sorted(current), inside, look_at_tags(), sorted(flow_run.tags)

    current, (called, submitted), after, of_flow = parent()
    assert current == ["a", "b", "c"]
    assert called == submitted == (["a", "b", "c", "own"], ["a", "b", "c"])
    assert after == (["own"], [])
    assert of_flow == []


def test_tags_around_a_flow_reach_its_tasks(recorded: Any) -> None:
    """`tags` around a flow call are on the flow run and on all its task runs."""

    @flow
    def parent() -> Any:
        return look_at_tags(), look_at_tags.submit().result(), sorted(flow_run.tags)

    with tags("outer"):
        called, submitted, of_flow = parent()
    assert called == submitted == (["outer", "own"], ["outer"])
    assert of_flow == ["outer"]
    assert sorted(recorded.task_runs()[0].tags) == ["outer", "own"]
    assert list(TagsContext.get().current_tags) == []


def test_tags_is_a_decorator_too() -> None:
    """`tags` may decorate a function."""

    @tags("deco")
    def look() -> list[str]:
        return sorted(TagsContext.get().current_tags)

    assert look() == ["deco"]
