"""Saving a block: its type, the schema of its class, and its values."""

from __future__ import annotations

import inspect
from typing import Any, cast
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.blocks.class_facts import plain_class
from prefect.blocks.dumping import INCLUDE_SECRETS
from prefect.blocks.json_schema import nested_classes
from prefect.exceptions import InvalidBlockRegistration, ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.blocks import (
    BlockDocumentCreate,
    BlockDocumentUpdate,
    BlockSchemaCreate,
    BlockType,
    BlockTypeCreate,
    BlockTypeUpdate,
)
from prefect.store.block_documents import (
    create_block_document,
    read_block_document_by_name,
    update_block_document,
)
from prefect.store.block_schemas import create_block_schema, read_block_schema_by_checksum
from prefect.store.block_types import create_block_type, read_block_type_by_slug, update_block_type


def register(cls: type[Any], base: type[BaseModel]) -> Steps[None]:
    """Make the type of a class known, and its schema, and those of the blocks inside it.

    Raises:
        InvalidBlockRegistration: The class stands for no type.
    """
    if cls is base:
        raise InvalidBlockRegistration(
            "`register_type_and_schema` should be called on a Block subclass and not on the Block class directly."
        )
    if inspect.isabstract(cls):
        raise InvalidBlockRegistration(
            f"{cls.__name__} is abstract: register a subclass of it that has all of its methods."
        )
    for nested in nested_classes(cls, base):
        if nested not in (base, cls) and not inspect.isabstract(nested):
            yield from register(nested, base)
    known = yield from _registered_type(cls)
    fields, version = cls.model_json_schema(), cls.get_block_schema_version()
    checksum = cls._calculate_schema_checksum(fields)
    try:
        schema = yield from settle(get_backend().perform(read_block_schema_by_checksum, checksum, version))
    except ObjectNotFound:
        wanted = BlockSchemaCreate(
            fields=fields,
            block_type_id=known.id,
            capabilities=sorted(cls.get_block_capabilities()),
            version=version,
        )
        schema = yield from settle(get_backend().perform(create_block_schema, wanted))
    plain = plain_class(cls)
    plain._block_type_id, plain._block_schema_id = known.id, schema.id  # noqa: SLF001 - names of the API


def save(
    block: Any,
    base: type[BaseModel],
    name: str | None,
    *,
    overwrite: bool = False,
    is_anonymous: bool = False,
) -> Steps[UUID]:
    """Save a block and return the id of its document; see `Block.save`."""
    cls = plain_class(cast("type[Any]", type(block)))
    name = name or (None if is_anonymous else block._block_document_name)  # noqa: SLF001 - a name of the API
    if not name and not is_anonymous:
        raise ValueError(
            "You're attempting to save a block document without a name. Please call `save` with a `name`."
        )
    yield from register(cls, base)
    wanted = BlockDocumentCreate(
        name=name,
        data=document_data(block, base, include_secrets=True),
        block_schema_id=cls._block_schema_id,
        block_type_id=cls._block_type_id,
        is_anonymous=is_anonymous,
    )
    while True:
        try:
            document = yield from settle(get_backend().perform(create_block_document, wanted))
            break
        except ObjectAlreadyExists:
            if not overwrite:
                raise ValueError(
                    "You are attempting to save values with a name that is already in use for this block type: "
                    f"{cls.get_block_type_slug()}/{name}. If you would like to overwrite the values that are saved, "
                    "then save with `overwrite=True`."
                ) from None
        assert name is not None  # an anonymous document has a name that nobody else has
        slug = cls.get_block_type_slug()
        change = BlockDocumentUpdate(
            block_schema_id=wanted.block_schema_id, data=wanted.data, merge_existing_data=False
        )
        try:
            document = yield from settle(get_backend().perform(read_block_document_by_name, slug, name))
            yield from settle(get_backend().perform(update_block_document, document.id, change))
            break
        except ObjectNotFound:
            continue  # somebody deleted it since: create it
    block._block_document_id = document.id  # noqa: SLF001 - a name of the API
    block._block_document_name = document.name  # noqa: SLF001 - a name of the API
    block._is_anonymous = is_anonymous  # noqa: SLF001 - a name of the API
    return document.id


def document_data(block: BaseModel, base: type[BaseModel], *, include_secrets: bool) -> dict[str, Any]:
    """Return the values of a block as they are saved: blocks in it that are saved themselves become references.

    Without `include_secrets` secrets are masked.
    """
    dumped = block.model_dump(by_alias=True, context={INCLUDE_SECRETS: include_secrets})
    for added in ("block_type_slug", "_block_document_id", "_block_document_name", "_is_anonymous"):
        dumped.pop(added, None)
    return cast(
        "dict[str, Any]", to_jsonable_python(_referring(dumped), fallback=str, serialize_unknown=False)
    )


def _referring(value: Any) -> Any:
    """Return dumped values with each saved block in them replaced by a reference to its document."""
    if isinstance(value, dict):
        given = cast("dict[Any, Any]", value)
        document_id = given.get("_block_document_id")
        if document_id is not None and "block_type_slug" in given:
            return {"$ref": {"block_document_id": str(document_id)}}
        return {key: _referring(item) for key, item in given.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_referring(item) for item in cast("list[Any]", value)]
    return value


def _registered_type(cls: type[Any]) -> Steps[BlockType]:
    """Return the type of a class as it is stored, brought up to date."""
    local: BlockType = cls._to_block_type()
    facts = {name: getattr(local, name) for name in BlockTypeUpdate.model_fields}
    wanted = BlockTypeCreate(name=local.name, slug=local.slug, **facts)
    while True:
        try:
            stored = yield from settle(get_backend().perform(read_block_type_by_slug, local.slug))
        except ObjectNotFound:
            try:
                return (yield from settle(get_backend().perform(create_block_type, wanted)))
            except ObjectAlreadyExists:
                continue  # somebody else registered it since
        if any(getattr(stored, name) != value for name, value in facts.items()):
            yield from settle(get_backend().perform(update_block_type, stored.id, BlockTypeUpdate(**facts)))
        return stored
