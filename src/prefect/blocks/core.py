"""The base of all blocks, under the path that scripts and integration packages import."""

from __future__ import annotations

from prefect.blocks.block import Block, block_schema_to_key
from prefect.exceptions import BlockNotSavedError, InvalidBlockRegistration, UnknownBlockType
from prefect.schemas.blocks import DEFAULT_BLOCK_SCHEMA_VERSION
from prefect.types.secret_dict import SecretDict

__all__ = [
    "DEFAULT_BLOCK_SCHEMA_VERSION",
    "Block",
    "BlockNotSavedError",
    "InvalidBlockRegistration",
    "SecretDict",
    "UnknownBlockType",
    "block_schema_to_key",
]
