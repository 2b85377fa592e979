from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from prefect import flow
from prefect.backend import open_reader
from prefect.blocks import registry
from prefect.blocks.core import Block
from prefect.exceptions import ParameterTypeError


class Door(Block):
    width: int
    code: SecretStr = SecretStr("hidden-code")


@pytest.fixture(autouse=True)
def known(classes: None) -> None:
    """Let the class of this file stand for its slug."""
    registry._classes["door"] = Door


@flow
def through(door: Door, others: list[Door] | None = None) -> list[int]:
    """Take blocks."""
    return [door.width, *(other.width for other in others or [])]


@flow
def anything(value: Any) -> Any:
    """Take anything."""
    return value


def test_a_flow_takes_a_block() -> None:
    """A block is passed as it is; its values alone make one too."""
    assert through(Door(width=1)) == [1]
    assert through({"width": "2"}) == [2]  # type: ignore[arg-type]


def test_a_flow_takes_a_reference_to_a_block() -> None:
    """`$ref` with an id, a slug and name, or either in a dictionary, stands for the saved block, also in lists."""
    document_id = Door(width=5).save("d")
    for target in (
        str(document_id),
        "door/d",
        {"block_document_id": str(document_id)},
        {"block_document_slug": "door/d"},
    ):
        assert through({"$ref": target}, [{"$ref": target}]) == [5, 5]  # type: ignore[arg-type, list-item]
        assert anything({"$ref": target}) == Door.load("d")
        assert anything({"in": [{"$ref": target}]})["in"] == [Door.load("d")]


async def test_an_async_flow_takes_a_reference() -> None:
    """References are resolved for async flows as well."""
    await Door(width=5).asave("d")

    @flow
    async def wait(door: Door) -> int:
        return door.width

    assert await wait({"$ref": "door/d"}) == 5  # type: ignore[arg-type]


def test_a_reference_to_nothing_fails_the_run() -> None:
    """A block that is not there is told with the parameter that named it."""
    for target in ("door/none", str(uuid4())):
        with pytest.raises(ParameterTypeError, match=r"'door' refers to .*Unable to find"):
            through({"$ref": target})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [{"$ref": "#/definitions/X"}, {"$ref": {"x": 1}}, {"$ref": "x", "y": 1}, {"$ref": 5}]
)
def test_what_is_no_reference_to_a_block_stays(value: Any) -> None:
    """A JSON schema, and whatever else has a `$ref`, is passed as it is."""
    assert anything(value) == value


def test_parameters_are_recorded_without_secrets() -> None:
    """The record of a run shows a block with its secrets masked."""
    through(Door(width=1))
    records = open_reader()
    assert records is not None
    parameters = records.list_flow_runs()[0].parameters
    records.close()
    assert parameters["door"] == {"width": 1, "code": "**********", "block_type_slug": "door"}
