"""Names of `prefect.blocks.core` beside the base class."""

from __future__ import annotations

import typing
from typing import Any

from prefect.blocks.core import Block, UnionTypes, schema_extra


class ChildOfOne(Block):
    """A block inside another."""

    x: int


class HoldsAChild(Block):
    """Holds a block.

    Example:
        Not told.
    """

    child: ChildOfOne
    note: str


def test_a_schema_says_what_blocks_have_beside_fields() -> None:
    """A schema gets the slug, the description, and which fields are secret or hold other blocks."""
    schema: dict[str, Any] = {
        "properties": {},
        "title": "HoldsAChild",
        "description": "old",
        "additionalProperties": True,
    }
    schema_extra(schema, HoldsAChild)
    assert schema["description"] == "Holds a block."
    assert schema["block_type_slug"] == "holdsachild"
    assert schema["secret_fields"] == []
    assert schema["block_schema_references"]["child"]["block_type_slug"] == "childofone"
    assert "additionalProperties" not in schema


def test_annotations_that_mean_one_of_several_types() -> None:
    """Both ways of writing a union are known by their origin."""
    assert typing.get_origin(int | str) in UnionTypes
    assert typing.get_origin(typing.Optional[int]) in UnionTypes  # noqa: UP045 - the older way
    assert typing.get_origin(list[int]) not in UnionTypes
