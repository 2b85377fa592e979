from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from prefect import flow, task
from prefect.backend import get_backend
from prefect.store.variables import delete_variable_by_name, read_variable_by_name
from prefect.variables import Variable


def test_set_get_unset() -> None:
    """What is set can be read until it is removed."""
    made = Variable.set("region", {"name": "eu", "zones": [1, 2]}, tags=["a", "b"])
    assert (made.name, made.value, made.tags) == ("region", {"name": "eu", "zones": [1, 2]}, ["a", "b"])
    assert Variable.get("region") == {"name": "eu", "zones": [1, 2]}
    assert Variable.unset("region") is True
    assert Variable.unset("region") is False
    assert Variable.get("region") is None


def test_default_is_for_what_does_not_exist() -> None:
    """A default stands in for a missing variable, not for one whose value is None."""
    assert Variable.get("missing", default=5) == 5
    assert Variable.get("Not A Name") is None
    Variable.set("nothing", None)
    assert Variable.get("nothing", default=5) is None


def test_a_variable_is_overwritten_only_when_asked() -> None:
    """Setting a variable twice by mistake is refused; with `overwrite` value and tags are replaced."""
    Variable.set("v", 1, tags=["old"])
    with pytest.raises(
        ValueError, match=r"Variable 'v' already exists\. Use `overwrite=True` to update it\."
    ):
        Variable.set("v", 2)
    assert Variable.get("v") == 1
    assert Variable.set("v", 2, overwrite=True).tags == []
    assert get_backend().perform(read_variable_by_name, "v").result().tags == []
    assert Variable.set("new", 3, overwrite=True).value == 3


@pytest.mark.parametrize("name", ["UPPER", "sp ace", "a.b", "é", "a/b", "x" * 256, "a\n"])
def test_names_that_cannot_be_used(name: str) -> None:
    """A name holds lowercase letters, digits, dashes and underscores, at most 255 of them."""
    with pytest.raises(ValidationError, match="name"):
        Variable.set(name, 1)


@pytest.mark.parametrize("name", ["a", "a-b_c", "123", "x" * 255])
def test_names_that_can_be_used(name: str) -> None:
    """Everything else is a name."""
    assert Variable.set(name, 1).name == name


@pytest.mark.parametrize(
    "value",
    [
        b"x",
        object(),
        {1, 2},
        {1: 2},
        2**70,
        float("nan"),
        [float("inf")],
        {"a": object()},
        "\ud800",
        "x" * 4999,
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_cannot_be_used(value: Any) -> None:
    """A value that would not come back as it was, or that is too long, is refused when it is set."""
    with pytest.raises(ValidationError, match="Variable value must be"):
        Variable.set("v", value)
    with pytest.raises(ValidationError, match="Variable value must be"):
        Variable.set("v", value, overwrite=True)


def test_the_longest_value() -> None:
    """5000 bytes of JSON are taken: 4998 letters and two quotation marks."""
    assert len(Variable.set("v", "x" * 4998).value) == 4998


def test_unknown_tags_type_is_refused() -> None:
    """Tags are a list; a text would be taken for its letters."""
    with pytest.raises(ValidationError, match="tags"):
        Variable.set("v", 1, tags="abc")  # type: ignore[arg-type]


async def test_async_code_awaits() -> None:
    """In async code `get`, `set` and `unset` are awaited; the forms with an `a` always are."""
    await Variable.aset("v", 1)
    assert await Variable.aget("v") == 1
    assert await Variable.get("v") == 1
    assert await Variable.get("w", default="d") == "d"
    assert (await Variable.set("v", 2, overwrite=True)).value == 2
    assert await Variable.aunset("v")
    assert not await Variable.unset("v")
    assert Variable.get("v", _sync=True) is None  # type: ignore[call-arg]


def test_sync_tasks_of_async_flows_get_values() -> None:
    """What a name means depends on the code that calls it, not on the flow around."""
    Variable.set("v", 7)

    @task
    def reads() -> Any:
        return Variable.get("v")

    @flow
    async def both() -> Any:
        return await Variable.get("v"), reads()

    assert asyncio.run(both()) == (7, 7)


def test_many_threads_set_one_variable() -> None:
    """Of many that set a new variable at once one succeeds, and the others are told."""
    together = threading.Barrier(8)

    def attempt(number: int) -> str:
        together.wait()
        try:
            Variable.set("v", number)
        except ValueError:
            return "refused"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))
    assert sorted(outcomes) == ["done"] + ["refused"] * 7


def test_overwriting_survives_a_deletion_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that somebody deletes just before it is overwritten is created again."""
    Variable.set("v", 1)
    backend = get_backend()
    perform = backend.perform

    def meddle(operation: Any, *args: Any, **kwargs: Any) -> Any:
        if operation.__name__ == "update_variable_by_name":
            perform(delete_variable_by_name, "v").result()
        return perform(operation, *args, **kwargs)

    monkeypatch.setattr(backend, "perform", meddle)
    assert Variable.set("v", 2, overwrite=True).value == 2
    assert Variable.get("v") == 2


def test_a_variable_of_a_type_can_be_named() -> None:
    """Annotations may say what a variable holds."""
    assert Variable[int](name="v", value=1).value == 1
