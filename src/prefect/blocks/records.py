"""What is registered and saved of a block: its type, its schema, its document."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from prefect._ids import uuid7
from prefect.blocks.saving import document_data
from prefect.schemas.blocks import BlockDocument, BlockSchema, BlockType, checksum_of_fields

_NOBODY = UUID(int=0)
"""The id of a type or schema that is not registered yet."""


def type_of(cls: type[Any]) -> BlockType:
    """Return the type that a class of blocks stands for."""
    return BlockType(
        slug=cls.get_block_type_slug(),
        name=cls.get_block_type_name(),
        logo_url=cls._logo_url,
        documentation_url=cls._documentation_url,
        description=cls.get_description(),
        code_example=cls.get_code_example(),
    )


def schema_of(cls: type[Any], block_type_id: UUID | None) -> BlockSchema:
    """Return the schema of a class of blocks."""
    fields = cls.model_json_schema()
    return BlockSchema(
        checksum=checksum_of_fields(fields),
        fields=fields,
        block_type_id=block_type_id,
        block_type=type_of(cls),
        capabilities=sorted(cls.get_block_capabilities()),
        version=cls.get_block_schema_version(),
    )


def document_of(
    block: Any,
    base: type[Any],
    *,
    name: str | None,
    block_schema_id: UUID | None,
    block_type_id: UUID | None,
    is_anonymous: bool,
    include_secrets: bool,
) -> BlockDocument:
    """Return the document of a block.

    Raises:
        ValueError: It has no name, and is to have one.
    """
    cls = cast("type[Any]", type(block))
    if not is_anonymous and not name:
        raise ValueError("No name provided, either as an argument or on the block.")
    return BlockDocument(
        id=block._block_document_id or uuid7(),  # noqa: SLF001 - a name of the API
        name=name,
        block_schema_id=block_schema_id or cls._block_schema_id or _NOBODY,
        block_type_id=block_type_id or cls._block_type_id or _NOBODY,
        block_schema=schema_of(cls, block_type_id or cls._block_type_id),
        block_type=type_of(cls),
        data=document_data(block, base, include_secrets=include_secrets),
        is_anonymous=is_anonymous,
    )
