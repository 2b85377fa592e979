"""Blocks: their types, the schemas of their fields, and the documents that hold what was saved."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Annotated, Any, Self, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from prefect._hashing import hash_objects
from prefect.schemas._base import Body, Identified
from prefect.types.names import raise_on_name_alphanumeric_dashes_only

DEFAULT_BLOCK_SCHEMA_VERSION = "non-versioned"

_WITHOUT_BANNED_CHARACTERS = r"^[^/%&><]+$"

BlockTypeName: TypeAlias = Annotated[str, Field(pattern=_WITHOUT_BANNED_CHARACTERS)]
BlockTypeSlug: TypeAlias = Annotated[
    str, AfterValidator(partial(raise_on_name_alphanumeric_dashes_only, field_name="Block type slug"))
]
BlockDocumentName: TypeAlias = Annotated[
    str,
    Field(pattern=_WITHOUT_BANNED_CHARACTERS),
    AfterValidator(partial(raise_on_name_alphanumeric_dashes_only, field_name="Block document name")),
]


class BlockType(Identified):
    """A kind of blocks, known by its slug."""

    name: BlockTypeName
    slug: str
    logo_url: str | None = None
    documentation_url: str | None = None
    description: str | None = None
    code_example: str | None = None
    is_protected: bool = False


class BlockTypeCreate(Body):
    """Create a type of blocks."""

    name: BlockTypeName
    slug: BlockTypeSlug
    logo_url: str | None = None
    documentation_url: str | None = None
    description: str | None = None
    code_example: str | None = None


class BlockTypeUpdate(Body):
    """Change how a type of blocks is presented; only the fields that are set are changed."""

    logo_url: str | None = None
    documentation_url: str | None = None
    description: str | None = None
    code_example: str | None = None

    @classmethod
    def updatable_fields(cls) -> set[str]:
        """Return the names of the fields that can be changed."""
        return set(cls.model_fields)


class BlockSchema(Identified):
    """The fields of a type of blocks, as JSON schema. `checksum` tells two of them apart."""

    checksum: str
    fields: dict[str, Any] = Field(default_factory=dict)
    block_type_id: UUID | None
    block_type: BlockType | None = None
    capabilities: list[str] = Field(default_factory=list)
    version: str = DEFAULT_BLOCK_SCHEMA_VERSION


class BlockSchemaCreate(Body):
    """Create a schema of blocks."""

    fields: dict[str, Any] = Field(default_factory=dict)
    block_type_id: UUID
    capabilities: list[str] = Field(default_factory=list)
    version: str = DEFAULT_BLOCK_SCHEMA_VERSION


class BlockDocument(Identified):
    """What was saved of one block.

    `block_document_references` tells, by field, which other documents it refers to.
    """

    name: BlockDocumentName | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    block_schema_id: UUID
    block_schema: BlockSchema | None = None
    block_type_id: UUID
    block_type_name: str | None = None
    block_type: BlockType | None = None
    block_document_references: dict[str, dict[str, Any]] = Field(default_factory=dict)
    is_anonymous: bool = False


class BlockDocumentCreate(Body):
    """Save a block. What refers to another document is `{"$ref": {"block_document_id": ID}}` in `data`."""

    name: BlockDocumentName | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    block_schema_id: UUID
    block_type_id: UUID
    is_anonymous: bool = False

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not self.is_anonymous and not self.name:
            raise ValueError("Names must be provided for block documents.")
        return self


class BlockDocumentUpdate(Body):
    """Save a block anew: change some values, or with `merge_existing_data=False` replace them all."""

    block_schema_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    merge_existing_data: bool = True


def checksum_of_fields(fields: dict[str, Any]) -> str:
    """Return the checksum of a schema, which is the same wherever it is computed.

    Which fields are secret is left out, and so are the schemas of nested blocks: they have checksums of their own,
    which `block_schema_references` holds.
    """
    hashed = {key: value for key, value in fields.items() if key not in {"secret_fields", "definitions"}}
    definitions: dict[str, Any] = fields.get("definitions") or {}
    plain = {name: value for name, value in definitions.items() if "block_type_slug" not in value}
    if plain:
        hashed["definitions"] = plain
    return f"sha256:{hash_objects(hashed, hash_algo=hashlib.sha256, raise_on_failure=True)}"
