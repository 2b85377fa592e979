"""Rows 113-118: variables."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from prefect.types import StrictVariableValue
from prefect.variables import Variable


def parameters(function: Any) -> dict[str, Any]:
    """Return the parameters of a function with their defaults."""
    return {name: each.default for name, each in inspect.signature(function).parameters.items()}


NO_DEFAULT = inspect.Parameter.empty


def test_row_113_variable() -> None:
    """Row 113: a variable has a name, a value and tags."""
    variable = Variable(name="v", value=1, tags=["a"])
    assert variable.model_dump() == {"name": "v", "value": 1, "tags": ["a"]}


@pytest.mark.parametrize("name", [pytest.param("get", id="row_114"), pytest.param("aget", id="row_115")])
def test_rows_114_115_get(name: str) -> None:
    """Rows 114, 115: a variable is read by its name, with a default."""
    assert parameters(getattr(Variable, name)) == {"name": NO_DEFAULT, "default": None}


@pytest.mark.parametrize("name", [pytest.param("set", id="row_116"), pytest.param("aset", id="row_117")])
def test_rows_116_117_set(name: str) -> None:
    """Rows 116, 117: a variable is set to a value, with tags, and overwritten only when asked."""
    assert parameters(getattr(Variable, name)) == {
        "name": NO_DEFAULT,
        "value": NO_DEFAULT,
        "tags": None,
        "overwrite": False,
    }


def test_row_118_strict_variable_value() -> None:
    """Row 118: a value is what JSON has, and its type is not changed."""
    adapter = TypeAdapter(StrictVariableValue)
    for value in ("1", 1, 1.0, True, None, [1], {"a": 1}):
        taken = adapter.validate_python(value)
        assert (taken, type(taken)) == (value, type(value))
    with pytest.raises(ValidationError):
        adapter.validate_python({1, 2})
    assert get_args(StrictVariableValue)
