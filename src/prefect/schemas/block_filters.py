"""Which blocks: the filters and orders of block types, block schemas and block documents."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin


class BlockTypeFilterName(Body):
    """Which names of block types: those that hold a text, whatever its case; % and _ are wildcards."""

    like_: str | None = None


class BlockTypeFilterSlug(Body):
    """Which slugs of block types."""

    any_: list[str] | None = None


class BlockTypeFilter(Body):
    """Which block types; all conditions must hold."""

    name: BlockTypeFilterName | None = None
    slug: BlockTypeFilterSlug | None = None


class BlockSchemaFilterBlockTypeId(Body):
    """Which block types, by id."""

    any_: list[UUID] | None = None


class BlockSchemaFilterId(Body):
    """Which ids of block schemas."""

    any_: list[UUID] | None = None


class BlockSchemaFilterCapabilities(Body):
    """What blocks can do: all of this."""

    all_: list[str] | None = None


class BlockSchemaFilterVersion(Body):
    """Which versions of block schemas."""

    any_: list[str] | None = None


class BlockSchemaFilter(OperatorMixin, Body):
    """Which block schemas."""

    block_type_id: BlockSchemaFilterBlockTypeId | None = None
    block_capabilities: BlockSchemaFilterCapabilities | None = None
    id: BlockSchemaFilterId | None = None
    version: BlockSchemaFilterVersion | None = None


class BlockDocumentFilterId(Body):
    """Which ids of block documents."""

    any_: list[UUID] | None = None


class BlockDocumentFilterIsAnonymous(Body):
    """Whether block documents are anonymous: saved on the way, without a name of their own."""

    eq_: bool | None = None


class BlockDocumentFilterBlockTypeId(Body):
    """Which block types, by id."""

    any_: list[UUID] | None = None


class BlockDocumentFilterName(Body):
    """Which names of block documents. `like_` finds names that hold the text; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class BlockDocumentFilter(OperatorMixin, Body):
    """Which block documents; anonymous ones are left out unless they are asked for."""

    id: BlockDocumentFilterId | None = None
    is_anonymous: BlockDocumentFilterIsAnonymous | None = Field(
        default_factory=lambda: BlockDocumentFilterIsAnonymous(eq_=False)
    )
    block_type_id: BlockDocumentFilterBlockTypeId | None = None
    name: BlockDocumentFilterName | None = None


class BlockDocumentSort(str, Enum):
    """In which order block documents are listed."""

    NAME_DESC = "NAME_DESC"
    NAME_ASC = "NAME_ASC"
    BLOCK_TYPE_AND_NAME_ASC = "BLOCK_TYPE_AND_NAME_ASC"
