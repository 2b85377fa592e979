"""The types of blocks that belong to this library: stored so that forms and other clients find them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectAlreadyExists
from prefect.schemas.blocks import (
    BlockSchema,
    BlockSchemaCreate,
    BlockType,
    BlockTypeCreate,
    BlockTypeUpdate,
)
from prefect.store.block_schemas import create_block_schema
from prefect.store.block_types import create_block_type, read_block_type_by_slug, update_block_type
from prefect.store.columns import timestamp_text
from prefect.store.statements import Statement, Transaction

_SHOWN = ("logo_url", "documentation_url", "description", "code_example")


def install_block_types(types: Sequence[tuple[BlockType, BlockSchema]]) -> Transaction[None]:
    """Store types of blocks with their schemas, and protect them. Storing them again changes nothing.

    Args:
        types: The types, each with its present schema; their ids are not used.
    """
    for block_type, schema in types:
        id = yield from _install(block_type)
        fields = BlockSchemaCreate(
            fields=schema.fields, block_type_id=id, capabilities=schema.capabilities, version=schema.version
        )
        yield from create_block_schema(fields)


def _install(block_type: BlockType) -> Transaction[UUID]:
    shown = {name: getattr(block_type, name) for name in _SHOWN}
    try:
        made = yield from create_block_type(
            BlockTypeCreate(name=block_type.name, slug=block_type.slug, **shown)
        )
    except ObjectAlreadyExists:
        made = yield from read_block_type_by_slug(block_type.slug)
        if any(getattr(made, name) != value for name, value in shown.items()):
            yield from update_block_type(made.id, BlockTypeUpdate(**shown))
    if not made.is_protected:
        yield Statement(
            "UPDATE block_type SET is_protected = 1, updated = ? WHERE id = ?",
            (timestamp_text(now()), str(made.id)),
        )
    return made.id
