"""`prefect.utilities.templating`: placeholders and what stands in their place."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.exceptions import ObjectNotFound
from prefect.utilities.annotations import NotSet
from prefect.utilities.templating import (
    PlaceholderType,
    apply_values,
    find_placeholders,
    resolve_block_document_references,
    resolve_variables,
)
from prefect.variables import Variable


class Rack(Block):
    """Something on a rack."""

    things: dict[str, Any]
    size: int = 3


def test_placeholders_are_found() -> None:
    """Placeholders are found in texts, lists and values of dictionaries, with what they stand for."""
    template = {
        "a": ["{{ x }}", 1, {"b": "{{y-z.k[0]}} {{ x|upper }} {{}}"}],
        "{{ key }}": "{{ prefect.blocks.secret.a }} {{ prefect.variables.v }} {{ $HOME }}",
    }
    assert {(found.name, found.type) for found in find_placeholders(template)} == {
        ("x", PlaceholderType.STANDARD),
        ("y-z.k[0]", PlaceholderType.STANDARD),
        ("prefect.blocks.secret.a", PlaceholderType.BLOCK_DOCUMENT),
        ("prefect.variables.v", PlaceholderType.VARIABLE),
        ("$HOME", PlaceholderType.ENV_VAR),
    }
    assert find_placeholders(5) == set()


@pytest.mark.parametrize(
    ("template", "values", "filled"),
    [
        ("{{ x }}", {"x": {"k": 1}}, {"k": 1}),
        ("v-{{ x }}-{{y}}", {"x": 1}, "v-1-"),
        ("{{ x }}", {"x": None}, None),
        ("{{ x }}", {}, NotSet),
        ("{{ a.b }}", {"a": {"b": 1}}, 1),
        ("{{ a[0] }}", {"a": [1]}, 1),
        ("{{ a.b }}", {"a.b": 7}, NotSet),
        ("{{ x }}", {"x": "{{ y }}", "y": 1}, "{{ y }}"),
        ({"a": "{{ x }}", "b": "{{ y }}"}, {"x": 1}, {"a": 1}),
        ({"a": {"b": "{{ y }}"}}, {}, {"a": {}}),
        ({"{{ x }}": 2}, {"x": "k"}, {"k": 2}),
        (["{{ x }}", "{{ y }}"], {"x": 1}, [1]),
        ("{{ prefect.blocks.a.b }}", {}, "{{ prefect.blocks.a.b }}"),
        ("{{ prefect.variables.a }}", {}, "{{ prefect.variables.a }}"),
        ("{{ $COLOUR }}", {}, "red"),
        ("x {{ $NOTHING_HERE }}", {}, "x "),
        (5, {}, 5),
    ],
)
def test_values_are_filled_in(
    template: Any, values: dict[str, Any], filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lone placeholder becomes its value, one in a longer text is written, one without a value goes."""
    monkeypatch.setenv("COLOUR", "red")
    assert apply_values(template, values) == filled


def test_placeholders_without_a_value_may_stay(caplog: pytest.LogCaptureFixture) -> None:
    """Entries without a value stay when that is asked for, names can be left alone, and a warning can be had."""
    assert apply_values({"a": "{{ x }}"}, {}, remove_notset=False) == {"a": "{{ x }}"}
    assert apply_values("{{ ctx.p }} {{ x }}", {"x": 2}, skip_prefixes=["ctx."]) == "{{ ctx.p }} 2"
    with caplog.at_level(logging.WARNING, logger="prefect.utilities.templating"):
        apply_values("{{ colour }}", {}, warn_on_notset=True)
    assert "no value for the placeholder 'colour'" in caplog.text


async def test_saved_blocks_are_filled_in() -> None:
    """What saved blocks hold stands in the place of their placeholders, secrets as they are."""
    await Secret(value="sss").asave("alone")
    await Secret(value={"k": "v"}).asave("pair")
    shelf_id = await Rack(things={"x": {"y": 1}}).asave("top")
    template = {
        "lone": "{{ prefect.blocks.secret.alone }}",
        "value": "{{ prefect.blocks.secret.alone.value }}",
        "inside": ["{{ prefect.blocks.secret.pair.k }}", "{{ prefect.blocks.secret.pair.value.k }}"],
        "all": "{{ prefect.blocks.rack.top }}",
        "field": "{{ prefect.blocks.rack.top.things.x.y }}",
        "text": "{{ prefect.blocks.secret.alone }} and {{ prefect.blocks.rack.top.size }} {{ other }}",
        "reference": {"$ref": {"block_document_id": str(shelf_id)}},
        "number": 1,
    }
    shelf = {"things": {"x": {"y": 1}}, "size": 3}
    assert await resolve_block_document_references(template) == {
        "lone": "sss",
        "value": "sss",
        "inside": ["v", "v"],
        "all": shelf,
        "field": 1,
        "text": "sss and 3 {{ other }}",
        "reference": shelf,
        "number": 1,
    }
    told = await resolve_block_document_references(
        "{{ prefect.blocks.secret.alone }}", value_transformer=lambda placeholder, value: (placeholder, value)
    )
    assert told == ("{{ prefect.blocks.secret.alone }}", "sss")


@pytest.mark.parametrize(
    ("template", "error", "told"),
    [
        ("{{ prefect.blocks.rack.none }}", ObjectNotFound, "no block rack/none"),
        ({"$ref": {"block_document_id": "x"}}, ObjectNotFound, "no block with ID 'x'"),
        ("{{ prefect.blocks.rack }}", ValueError, "Invalid block placeholder format"),
        ("{{ prefect.blocks.secret.alone.zzz }}", ValueError, "has no field 'zzz'"),
    ],
)
async def test_a_block_that_is_not_there_is_told(template: Any, error: type[Exception], told: str) -> None:
    """A placeholder of a block or a field that does not exist is an error that names it."""
    await Secret(value="sss").asave("alone")
    with pytest.raises(error, match=told):
        await resolve_block_document_references(template)


async def test_variables_are_filled_in() -> None:
    """Values of variables stand in the place of their placeholders; unknown ones are empty texts."""
    await Variable.aset("v", "val")
    await Variable.aset("j", {"a": 1})
    template = ["{{ prefect.variables.v }}", "x {{ prefect.variables.v }}", "{{ prefect.variables.j }}", 3]
    assert await resolve_variables(template) == ["val", "x val", {"a": 1}, 3]
    assert await resolve_variables("x{{ prefect.variables.none }}") == "x"
    assert await resolve_variables("{{ prefect.variables.none }}{{ other }}") == "{{ other }}"


class Recorded:
    """Something that a client returns."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


class Client:
    """A client that answers by itself."""

    async def read_variable_by_name(self, name: str) -> Any:
        """Return a variable, or None."""
        return Recorded(value=name.upper()) if name == "v" else None

    async def read_block_document_by_name(self, name: str, block_type_slug: str) -> Any:
        """Return a document."""
        return Recorded(data={"value": f"{block_type_slug}/{name}"})

    async def read_block_document(self, block_document_id: Any) -> Any:
        """Return a document."""
        return Recorded(data={"id": str(block_document_id)})


async def test_a_client_can_be_asked() -> None:
    """With a client, blocks and variables are read through it."""
    client = Client()
    known = "01234567-89ab-cdef-0123-456789abcdef"
    assert await resolve_variables("{{ prefect.variables.v }}{{ prefect.variables.w }}", client) == "V"
    assert await resolve_block_document_references("{{ prefect.blocks.secret.a }}", client) == "secret/a"
    assert await resolve_block_document_references({"$ref": {"block_document_id": known}}, client) == {
        "id": known
    }
