"""What goes to another process by name, and what as a value."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from prefect import task
from prefect._engine.portable import dumps, loads, portable
from prefect.exceptions import SerializationError
from prefect.schemas.states import State, StateType

LOCK = threading.Lock()


@task
def holding() -> bool:
    return LOCK.locked()


def test_a_task_of_a_module_is_sent_by_name() -> None:
    """Its function may refer to what cannot be pickled, and it is the same task there."""
    assert loads(dumps(holding)) is holding


def test_a_task_that_no_module_holds_is_sent_as_a_value() -> None:
    """A task with other options, or one that is defined in a function, works as well."""
    factor = 3

    @task
    def times(number: int) -> int:
        return number * factor

    there = loads(dumps(times))
    assert there is not times
    assert there.fn(2) == 6
    with pytest.raises(TypeError, match="lock"):
        dumps(holding.with_options(name="other"))


def test_states_of_a_type_of_results_can_be_sent() -> None:
    """Pydantic makes a class of `State[Any]` that no module holds; another process makes its own."""
    there = loads(dumps(State[Any](type=StateType.RUNNING, name="Warm")))
    assert type(there) is State[Any]
    assert there.name == "Warm"


def test_an_error_names_what_it_is_about() -> None:
    """What cannot be sent is told by its name and type."""
    with pytest.raises(SerializationError, match="Argument 'x' is of type 'lock'"):
        portable(LOCK, "Argument 'x'")
