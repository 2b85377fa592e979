"""The JSON schema of parameters: types, defaults, descriptions."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from prefect import flow
from prefect.utilities.callables import parameter_docstrings, parameter_schema


class Colour(enum.Enum):
    """Two colours."""

    RED = "r"
    BLUE = "b"


class Box(BaseModel):
    """A box."""

    colour: Colour = Colour.RED


class Plain:
    """A class that JSON has no form for."""


def test_types_defaults_and_places() -> None:
    """Each parameter has its type, its default and its place; those without a default are required."""

    def function(a: int, b: str = "x", *rest: int, c: list[float] | None = None, **options: str) -> None: ...

    schema = parameter_schema(function).model_dump_for_openapi()
    assert schema["required"] == ["a"]
    assert schema["properties"] == {
        "a": {"position": 0, "title": "a", "type": "integer"},
        "b": {"default": "x", "position": 1, "title": "b", "type": "string"},
        "rest": {"position": 2, "title": "rest", "type": "integer"},
        "c": {
            "anyOf": [{"items": {"type": "number"}, "type": "array"}, {"type": "null"}],
            "default": None,
            "position": 3,
            "title": "c",
        },
        "options": {"position": 4, "title": "options", "type": "string"},
    }


def test_models_are_referred_to() -> None:
    """Models and enumerations are defined once and referred to, also where they are the whole parameter."""

    def function(box: Box, boxes: list[Box], colour: Colour = Colour.BLUE) -> None: ...

    schema = parameter_schema(function)
    assert set(schema.definitions) == {"Box", "Colour"}
    assert schema.properties["box"] == {"$ref": "#/definitions/Box", "position": 0, "title": "box"}
    assert schema.properties["boxes"]["items"] == {"$ref": "#/definitions/Box"}
    assert schema.properties["colour"]["default"] == "b"


def test_descriptions_come_from_the_docstring_and_from_fields() -> None:
    """The docstring describes parameters; a Field that is the default speaks for itself."""

    def function(
        a: Annotated[int, Field(ge=1, description="field")], b: int = Field(default=3, description="field")
    ) -> None:
        """Do it.

        Args:
            a: docstring
            b: docstring
        """

    properties = parameter_schema(function).properties
    assert properties["a"] == {
        "description": "docstring",
        "minimum": 1,
        "position": 0,
        "title": "a",
        "type": "integer",
    }
    assert properties["b"] == {
        "default": 3,
        "description": "field",
        "position": 1,
        "title": "b",
        "type": "integer",
    }


def test_what_has_no_schema_is_left_open() -> None:
    """Classes of one's own, functions and annotations that cannot be found here may be anything."""

    def function(
        a: Plain,
        b: Callable[[int], int] = abs,
        c: "Missing" = None,  # noqa: F821, UP037 - a name that is not there
        d: int = 1,
    ) -> None: ...

    assert parameter_schema(function).properties == {
        "a": {"position": 0, "title": "a"},
        "b": {"position": 1, "title": "b"},
        "c": {"default": None, "position": 2, "title": "c"},
        "d": {"default": 1, "position": 3, "title": "d", "type": "integer"},
    }


def test_a_flow_knows_the_schema_of_its_parameters() -> None:
    """`Flow.parameters` is the schema of the function below it, without `self` for a method."""

    class Shelf:
        @flow
        def fill(self, number: int = 1) -> None: ...

    assert list(Shelf().fill.parameters.properties) == ["number"]


@pytest.mark.parametrize(
    ("docstring", "described"),
    [
        (None, {}),
        ("Summary only.", {}),
        ("\nArgs:\n    a: one\n", {"a": "one"}),
        ("Do.\n\nArguments:\n  a: one\n    goes on\n\n  b: two: more\n", {"a": "one\ngoes on", "b": "two: more"}),
        ("Do.\n\nArgs:\n    a (int, optional): one\n", {"a": "one"}),
        ("Do.\n\nArgs:\n    *a: all\n    **b: others\n\nReturns:\n    it: x\n", {"*a": "all", "**b": "others"}),
        ("Do.\n\nReturns:\n    x: one\n\nParams:\n    y: two", {"y": "two"}),
        ("Do.\n\nParameters\n----------\nx : int\n    The x.\n", {}),
    ],
)  # fmt: skip
def test_sections_of_a_docstring(docstring: str | None, described: dict[str, Any]) -> None:
    """The sections of parameters are read, in Google's style."""
    assert parameter_docstrings(docstring) == described
