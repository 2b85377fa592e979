"""The base of all blocks, under the path that scripts and integration packages import."""

from __future__ import annotations

from types import UnionType
from typing import Any, TypeAlias, Union

from prefect.blocks.block import Block, block_schema_to_key, schema_extra
from prefect.exceptions import BlockNotSavedError, InvalidBlockRegistration, UnknownBlockType
from prefect.schemas.blocks import DEFAULT_BLOCK_SCHEMA_VERSION
from prefect.types.secret_dict import SecretDict

__all__ = [
    "DEFAULT_BLOCK_SCHEMA_VERSION",
    "Block",
    "BlockNotSavedError",
    "InvalidBlockRegistration",
    "ResourceTuple",
    "SecretDict",
    "UnionTypes",
    "UnknownBlockType",
    "block_schema_to_key",
    "schema_extra",
]

ResourceTuple: TypeAlias = tuple[dict[str, Any], list[dict[str, Any]]]
"""The labels of what an event is about, and of what else had a part in it."""

UnionTypes = (Union, UnionType)
"""What the origin of an annotation is when it means one of several types."""
