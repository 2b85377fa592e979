"""Defining flows and tasks: defaults, options, methods, and what is refused."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from prefect import Flow, Task, flow, task
from prefect.exceptions import InvalidNameError, ReservedArgumentError
from prefect.task_runners import ThreadPoolTaskRunner


@flow
def my_flow(x: int = 2) -> int:
    """First line.

    Second line.
    """
    return x


@task(tags=["b", "a"])
def my_task(x: int = 2) -> int:
    """First line."""
    return x


async def later() -> int:
    return 1


def numbers() -> Any:
    yield 1


async def later_numbers() -> Any:
    yield 1


def test_a_flow_takes_its_defaults_from_the_function() -> None:
    """A flow is named after its function, with dashes, and described by its docstring."""
    assert isinstance(my_flow, Flow)
    assert (my_flow.name, my_flow.description) == ("my-flow", "First line.\n\nSecond line.")
    assert (my_flow.__name__, my_flow.fn.__name__, my_flow.__module__) == ("my_flow", "my_flow", __name__)
    assert my_flow.version
    assert (my_flow.retries, my_flow.retry_delay_seconds, my_flow.timeout_seconds) == (0, 0, None)
    assert (my_flow.log_prints, my_flow.persist_result, my_flow.should_validate_parameters) == (
        None,
        None,
        True,
    )
    assert isinstance(my_flow.task_runner, ThreadPoolTaskRunner)


def test_a_task_takes_its_defaults_from_the_function() -> None:
    """A task has the name of its function and is described by its docstring."""
    assert isinstance(my_task, Task)
    assert (my_task.name, my_task.description, my_task.version) == ("my_task", "First line.", None)
    assert (my_task.__name__, my_task.fn.__name__, my_task.__module__) == ("my_task", "my_task", __name__)
    assert my_task.tags == {"a", "b"}
    assert (my_task.retries, my_task.retry_delay_seconds, my_task.retry_jitter_factor) == (0, 0, None)
    assert my_task.task_key.startswith("my_task-")


@pytest.mark.parametrize("kind", [flow, task])
def test_the_kind_of_the_function_is_known(kind: Any) -> None:
    """`isasync` and `isgenerator` tell what the function is."""
    kinds = [
        (kind(fn, name="n").isasync, kind(fn, name="n").isgenerator)
        for fn in (lambda: 1, later, numbers, later_numbers)
    ]
    assert kinds == [(False, False), (True, False), (False, True), (True, True)]


def test_lambdas_have_names() -> None:
    """A lambda gives a flow the name `unknown-lambda` and a task `<lambda>`."""
    assert flow(lambda: 1).name == "unknown-lambda"
    assert task(lambda: 1).name == "<lambda>"


def test_callables_that_are_no_functions_can_be_tasks() -> None:
    """A partial, or an object with `__call__`, can be a task."""

    class Adds:
        def __call__(self, x: int = 1) -> int:
            return x + 1

    assert task(Adds())() == 2
    assert task(functools.partial(lambda x: x, 3), name="partial")() == 3


def test_with_options_makes_another_flow() -> None:
    """`with_options` changes what it is given, keeps the rest, and leaves the flow as it is."""

    def hook(*_: Any) -> None:
        """Do nothing."""

    base = flow(
        lambda: 1, name="base", retries=3, retry_delay_seconds=2, timeout_seconds=4, on_completion=[hook]
    )
    same = base.with_options()
    assert same is not base
    assert (same.name, same.retries, same.retry_delay_seconds, same.timeout_seconds) == ("base", 3, 2, 4.0)
    assert same.on_completion_hooks == [hook]
    other = base.with_options(
        name="other", retries=0, retry_delay_seconds=0, description="d", flow_run_name="z"
    )
    assert (other.name, other.retries, other.retry_delay_seconds) == ("other", 0, 0)
    assert (other.description, other.flow_run_name) == ("d", "z")
    assert other.fn is base.fn
    assert base.with_options(version="9", log_prints=True, validate_parameters=False).version == "9"
    assert isinstance(base.with_options(task_runner=ThreadPoolTaskRunner).task_runner, ThreadPoolTaskRunner)
    assert (base.name, base.retries) == ("base", 3)


def test_with_options_makes_another_task() -> None:
    """`with_options` of a task changes what it is given and keeps the key of its function."""
    other = my_task.with_options(
        name="other", tags=["z"], retries=2, retry_delay_seconds=[1, 2], timeout_seconds=3, task_run_name="r"
    )
    assert (other.name, other.tags, other.retries, other.retry_delay_seconds) == ("other", {"z"}, 2, [1, 2])
    assert (other.timeout_seconds, other.task_run_name, other.task_key) == (3.0, "r", my_task.task_key)
    assert (my_task.name, my_task.tags) == ("my_task", {"a", "b"})
    assert other() == 2


@pytest.mark.parametrize("kind", [flow, task])
@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda kind: kind(3), TypeError),
        (lambda kind: kind(lambda: 1, "name"), TypeError),
        (lambda kind: kind(lambda: 1, zz=1), TypeError),
        (lambda kind: kind(lambda: 1, name="n").with_options(zz=1), TypeError),
        (lambda kind: kind(lambda return_state: 1, name="n"), ReservedArgumentError),
        (lambda kind: kind(lambda wait_for: 1, name="n"), ReservedArgumentError),
    ],
    ids=["no callable", "positional", "unknown", "unknown later", "return_state", "wait_for"],
)
def test_definitions_that_cannot_work_are_refused(kind: Any, make: Any, error: Any) -> None:
    """What cannot be a flow or task, or an option that does not exist, raises where it is written."""
    with pytest.raises(error):
        make(kind)


@pytest.mark.parametrize("character", "/%&><")
def test_flow_names_are_checked(character: str) -> None:
    """A flow name has none of the characters that the API forbids; a task name is free."""
    with pytest.raises(InvalidNameError, match=f"a{character}b"):
        flow(lambda: 1, name=f"a{character}b")
    assert task(lambda: 1, name=f"a{character}b").name == f"a{character}b"


def test_a_flow_name_is_a_text() -> None:
    """A name that is no text is a TypeError."""
    with pytest.raises(TypeError, match="name"):
        flow(lambda: 1, name=3)


class Box:
    """Flows and tasks of every kind of method."""

    def __init__(self, value: int) -> None:
        self.value = value

    @flow
    def flow_method(self, x: int) -> int:
        return self.value + x

    @task
    def task_method(self, x: int) -> int:
        return self.value * x

    @flow
    async def async_flow_method(self, x: int) -> int:
        return self.value + x

    @task
    async def async_task_method(self, x: int) -> int:
        return self.value * x

    @flow
    @classmethod
    def flow_class_method(cls, x: int) -> Any:
        return cls.__name__, x

    @classmethod
    @flow
    def flow_class_method_inside(cls, x: int) -> Any:
        return cls.__name__, x

    @task
    @classmethod
    def task_class_method(cls, x: int) -> Any:
        return cls.__name__, x

    @classmethod
    @task
    def task_class_method_inside(cls, x: int) -> Any:
        return cls.__name__, x

    @staticmethod
    @flow
    def flow_static_method(x: int) -> int:
        return x

    @staticmethod
    @task
    def task_static_method(x: int) -> int:
        return x

    @flow
    def all_of_it(self) -> Any:
        return self.task_method(3), self.task_method.submit(2).result(), self.task_method.map([1, 2]).result()


def test_methods_are_flows_and_tasks() -> None:
    """Instance, class and static methods can be flows and tasks; each call has the object it is called on."""
    ten, twenty = Box(10), Box(20)
    assert (ten.flow_method(1), twenty.flow_method(1), ten.flow_method(1)) == (11, 21, 11)
    assert (ten.task_method(2), twenty.task_method(x=2)) == (20, 40)
    assert ten.all_of_it() == (30, 20, [10, 20])
    for name in (
        "flow_class_method",
        "task_class_method",
        "task_class_method_inside",
        "flow_class_method_inside",
    ):
        assert getattr(ten, name)(3) == ("Box", 3)
        assert getattr(Box, name)(3) == ("Box", 3)
    assert (ten.flow_static_method(3), Box.task_static_method(3)) == (3, 3)
    assert ten.flow_method.with_options(name="other")(1) == 11
    assert ten.flow_method.name == "flow-method"


async def test_async_methods_are_flows_and_tasks() -> None:
    """Async methods can be flows and tasks."""
    assert await Box(10).async_flow_method(1) == 11
    assert await Box(10).async_task_method(2) == 20
