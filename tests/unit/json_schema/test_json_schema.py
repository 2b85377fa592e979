"""Whether a value fits a JSON schema, and what a person is told when it does not."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from prefect._json_schema import explain_misfit, misfits


class Inner(BaseModel):
    """A model inside another one."""

    k: int


class Order(BaseModel):
    """A model with a field of each kind."""

    model_config = {"extra": "forbid"}

    n: int = Field(ge=3, lt=10)
    items: list[int] = Field(default=[], max_length=2)
    lit: Literal["a", "b"] = "a"
    opt: int | None = None
    inner: Inner | None = None
    day: date = date(2024, 1, 1)
    text: str = Field(default="abc", pattern="^a", min_length=2)
    ratio: float = 1.0
    flag: bool = True
    counts: dict[str, int] = {}


SCHEMA = Order.model_json_schema()

# What the published package answers for the same schema; the last ones are by the standard.
MISFITS: list[tuple[Any, str]] = [
    ({}, "Validation failed. Failure reason: 'n' is a required property"),
    ({"n": 1}, "Validation failed for field 'n'. Failure reason: 1 is less than the minimum of 3"),
    (
        {"n": 10},
        "Validation failed for field 'n'. Failure reason: 10 is greater than or equal to the maximum of 10",
    ),
    ({"n": 3.5}, "Validation failed for field 'n'. Failure reason: 3.5 is not of type 'integer'"),
    ({"n": True}, "Validation failed for field 'n'. Failure reason: True is not of type 'integer'"),
    ({"n": None}, "Validation failed for field 'n'. Failure reason: None is not of type 'integer'"),
    (
        {"n": 4, "items": "a"},
        "Validation failed for field 'items'. Failure reason: 'a' is not of type 'array'",
    ),
    (
        {"n": 4, "items": [1, "x"]},
        "Validation failed for field 'items[1]'. Failure reason: 'x' is not of type 'integer'",
    ),
    (
        {"n": 4, "items": [1, 2, 3]},
        "Validation failed for field 'items'. Failure reason: [1, 2, 3] is too long",
    ),
    (
        {"n": 4, "lit": "c"},
        "Validation failed for field 'lit'. Failure reason: 'c' is not one of ['a', 'b']",
    ),
    (
        {"n": 4, "opt": "x"},
        "Validation failed for field 'opt'. Failure reason: 'x' is not valid under any of the given schemas",
    ),
    (
        {"n": 4, "inner": {}},
        "Validation failed for field 'inner'. Failure reason: 'k' is a required property",
    ),
    (
        {"n": 4, "inner": {"k": "x"}},
        "Validation failed for field 'inner.k'. Failure reason: 'x' is not of type 'integer'",
    ),
    (
        {"n": 4, "z": 1},
        "Validation failed. Failure reason: Additional properties are not allowed ('z' was unexpected)",
    ),
    (
        {"n": 4, "text": "bbb"},
        "Validation failed for field 'text'. Failure reason: 'bbb' does not match '^a'",
    ),
    ({"n": 4, "text": "a"}, "Validation failed for field 'text'. Failure reason: 'a' is too short"),
    ({"n": 4, "flag": 1}, "Validation failed for field 'flag'. Failure reason: 1 is not of type 'boolean'"),
    (
        {"n": 4, "counts": {"a": "b"}},
        "Validation failed for field 'counts.a'. Failure reason: 'b' is not of type 'integer'",
    ),
    ([], "Validation failed. Failure reason: [] is not of type 'object'"),
]


@pytest.mark.parametrize(("value", "told"), MISFITS)
def test_a_misfit_is_told_with_its_place_and_its_reason(value: Any, told: str) -> None:
    """Whoever gives a wrong value learns in which field it is wrong, and how."""
    assert explain_misfit(value, SCHEMA) == told


def test_what_fits_is_passed() -> None:
    """A value that the model takes is passed; `format` refuses nothing."""
    whole = {"n": 4.0, "items": [1], "lit": "b", "opt": None, "inner": {"k": 1}, "day": "any", "ratio": 2}
    assert explain_misfit(whole, SCHEMA) is None


RULES: list[tuple[dict[str, Any] | bool, Any, Any]] = [
    ({"const": 1}, 1, True),
    ({"enum": [0, "x"]}, 0, False),
    ({"type": ["integer", "null"]}, None, "x"),
    ({"multipleOf": 0.5}, 2.5, 2.3),
    ({"exclusiveMinimum": 3}, 4, 3),
    ({"maximum": 3}, 3, 4),
    ({"minItems": 1}, [1], []),
    ({"uniqueItems": True}, [1, True, 2], [1, 2, 1]),
    ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, ["a", 1, 2], ["a", "b"]),
    ({"minProperties": 1}, {"a": 1}, {}),
    ({"maxProperties": 1}, {"a": 1}, {"a": 1, "b": 2}),
    ({"propertyNames": {"pattern": "^a"}}, {"ab": 1}, {"b": 1}),
    ({"patternProperties": {"^a": {"type": "integer"}}}, {"ab": 1, "b": "x"}, {"ab": "x"}),
    ({"additionalProperties": {"type": "integer"}}, {"a": 1}, {"a": "x"}),
    ({"allOf": [{"minimum": 1}, {"maximum": 3}]}, 2, 4),
    ({"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}, "a", "ab"),
    ({"oneOf": [{"minimum": 1}, {"maximum": 3}]}, 5, 2),
    ({"not": {"type": "string"}}, 1, "x"),
    ({"$defs": {"a/b": {"minimum": 2}}, "$ref": "#/$defs/a~1b"}, 2, 1),
    ({"properties": {"next": {"$ref": "#"}}, "required": ["next"]}, [], {"next": {"next": {}}}),
    ({"properties": {"a": False}}, {"b": 1}, {"a": 1}),
]


@pytest.mark.parametrize(("schema", "good", "bad"), RULES)
def test_each_keyword_passes_what_fits_and_tells_what_does_not(schema: Any, good: Any, bad: Any) -> None:
    """The keywords of the standard mean what the standard says."""
    assert not list(misfits(good, schema))
    assert list(misfits(bad, schema))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
TYPES: list[Any] = [
    int | None,
    list[str],
    dict[str, bool],
    tuple[int, str],
    Literal["a", 1],
    list[Inner],
    Inner,
]


@given(value=VALUES, kind=st.sampled_from(TYPES))
def test_what_a_strict_model_takes_fits_its_schema(value: Any, kind: Any) -> None:
    """No value that pydantic takes as it is, is refused by the schema that pydantic writes."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    try:
        taken = adapter.validate_python(value, strict=True)
    except ValidationError:
        return
    assert explain_misfit(adapter.dump_python(taken, mode="json"), adapter.json_schema()) is None
