"""Saved blocks and variables in templates: `{{ prefect.blocks.SLUG.NAME }}`, `{{ prefect.variables.NAME }}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from prefect._annotations import NotSet
from prefect._dual.drivers import arun
from prefect._dual.effects import settle
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.store.block_documents import read_block_document, read_block_document_by_name
from prefect.store.variables import read_variable_by_name
from prefect.utilities.collections import get_from_dict
from prefect.utilities.templating import Placeholder, PlaceholderType, replaced

Asked = Callable[..., Any]


async def resolve_block_document_references(
    template: Any, client: Any = None, value_transformer: Callable[[str, Any], Any] | None = None
) -> Any:
    """Return a template with what saved blocks hold in the place of their placeholders.

    `{{ prefect.blocks.SLUG.NAME }}` is all that a block holds, or the value of a block that holds no more than one;
    `{{ prefect.blocks.SLUG.NAME.KEY }}` is one of its fields. `{"$ref": {"block_document_id": ID}}` is a block too.

    Args:
        template: Texts, alone or inside dictionaries and lists.
        client: A client to read the blocks with; by default they are read where the settings say.
        value_transformer: Gets each placeholder as it is written and its value, and returns what stands there.

    Raises:
        ObjectNotFound: There is no such block.
        ValueError: A placeholder names no block, or a field that its block does not have.
    """

    async def value_of(found: Placeholder) -> Any:
        value = await _field(found, client)
        return value if value_transformer is None else value_transformer(found.full_match, value)

    async def referred(value: dict[Any, Any]) -> Any:
        reference = value.get("$ref")
        if not isinstance(reference, dict) or "block_document_id" not in reference:
            return NotSet
        return (await _document_by_id(cast("dict[str, Any]", reference)["block_document_id"], client)).data

    return await replaced(template, PlaceholderType.BLOCK_DOCUMENT, value_of, also=referred)


async def resolve_variables(template: Any, client: Any = None) -> Any:
    """Return a template with the values of variables in the place of `{{ prefect.variables.NAME }}`.

    A variable that does not exist is an empty text.

    Args:
        template: Texts, alone or inside dictionaries and lists.
        client: A client to read the variables with; by default they are read where the settings say.
    """

    async def value_of(found: Placeholder) -> Any:
        name = found.name.removeprefix("prefect.variables.")
        try:
            if client is not None:
                variable = await client.read_variable_by_name(name)
            else:
                variable = await arun(settle(get_backend().perform(read_variable_by_name, name)))
        except ObjectNotFound:
            variable = None
        return "" if variable is None else variable.value

    return await replaced(template, PlaceholderType.VARIABLE, value_of)


async def _field(found: Placeholder, client: Any) -> Any:
    slug, _, rest = found.name.removeprefix("prefect.blocks.").partition(".")
    name, _, path = rest.partition(".")
    if not slug or not name:
        raise ValueError(
            f"Invalid block placeholder format: {found.name!r}. It is written prefect.blocks.TYPE-SLUG.BLOCK-NAME, "
            "followed by the name of a field if one is meant."
        )
    try:
        if client is not None:
            document = await client.read_block_document_by_name(name=name, block_type_slug=slug)
        else:
            document = await arun(
                settle(get_backend().perform(read_block_document_by_name, slug, name, include_secrets=True))
            )
    except ObjectNotFound as error:
        raise _unknown(f"{slug}/{name}", error) from None
    value: Any = document.data
    if set(value) == {"value"} and not f"{path}.".startswith("value."):
        value = value["value"]
    if path:
        value = (
            get_from_dict(cast("dict[str, Any]", value), path, NotSet) if isinstance(value, dict) else NotSet
        )
    if value is NotSet:
        raise ValueError(
            f"Invalid template: {found.full_match!r}. The block {slug}/{name} has no field {path!r}."
        )
    return value


async def _document_by_id(document_id: Any, client: Any) -> Any:
    try:
        known = UUID(str(document_id))
    except ValueError as error:
        raise _unknown(f"with ID {document_id!r}", error) from None
    try:
        if client is not None:
            return await client.read_block_document(known)
        return await arun(settle(get_backend().perform(read_block_document, known, include_secrets=True)))
    except ObjectNotFound as error:
        raise _unknown(f"with ID {document_id}", error) from None


def _unknown(what: str, error: Exception) -> ObjectNotFound:
    return ObjectNotFound(
        error,
        f"There is no block {what}, which a template refers to. Was it deleted? Save it, or change the template.",
    )
