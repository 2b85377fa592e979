"""The types and schemas of the blocks that belong to this library."""

from __future__ import annotations

from prefect.blocks.records import schema_of, type_of
from prefect.blocks.registry import lookup, ours
from prefect.schemas.blocks import BlockSchema, BlockType


def system_block_types() -> list[tuple[BlockType, BlockSchema]]:
    """Return each type with its schema; it takes a moment, since all classes are loaded."""
    classes = [lookup(slug) for slug in ours()]
    return [(type_of(cls), schema_of(cls, None)) for cls in classes]
