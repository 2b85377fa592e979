"""The filters of blocks as SQL."""

from __future__ import annotations

from prefect.schemas.block_filters import BlockDocumentFilter, BlockSchemaFilter, BlockTypeFilter
from prefect.store.conditions import Condition, holds_all, holds_text, one_of, together


def type_condition(types: BlockTypeFilter | None, schemas: BlockSchemaFilter | None = None) -> Condition:
    """What a row of `block_type` must fulfil."""
    conditions: list[Condition] = []
    if types is not None:
        if types.name is not None and types.name.like_ is not None:
            conditions.append(holds_text("block_type.name", types.name.like_))
        if types.slug is not None and types.slug.any_ is not None:
            conditions.append(one_of("block_type.slug", types.slug.any_))
    if schemas is not None:
        conditions.append(_among("block_type.id", "block_type_id", "block_schema", schema_condition(schemas)))
    return together(conditions)


def schema_condition(schemas: BlockSchemaFilter | None) -> Condition:
    """What a row of `block_schema` must fulfil."""
    if schemas is None:
        return together([])
    conditions: list[Condition] = []
    if schemas.block_type_id is not None and schemas.block_type_id.any_ is not None:
        conditions.append(one_of("block_schema.block_type_id", schemas.block_type_id.any_))
    if schemas.block_capabilities is not None and schemas.block_capabilities.all_ is not None:
        conditions.append(holds_all("block_schema.capabilities", schemas.block_capabilities.all_))
    if schemas.id is not None and schemas.id.any_ is not None:
        conditions.append(one_of("block_schema.id", schemas.id.any_))
    if schemas.version is not None and schemas.version.any_ is not None:
        conditions.append(one_of("block_schema.version", schemas.version.any_))
    return together(conditions, schemas.operator)


def document_condition(
    documents: BlockDocumentFilter | None,
    types: BlockTypeFilter | None = None,
    schemas: BlockSchemaFilter | None = None,
) -> Condition:
    """What a row of `block_document` must fulfil; anonymous ones are left out unless they are asked for."""
    documents = BlockDocumentFilter() if documents is None else documents
    conditions: list[Condition] = []
    if documents.id is not None and documents.id.any_ is not None:
        conditions.append(one_of("block_document.id", documents.id.any_))
    if documents.is_anonymous is not None and documents.is_anonymous.eq_ is not None:
        conditions.append(Condition("block_document.is_anonymous = ?", (int(documents.is_anonymous.eq_),)))
    if documents.block_type_id is not None and documents.block_type_id.any_ is not None:
        conditions.append(one_of("block_document.block_type_id", documents.block_type_id.any_))
    if documents.name is not None:
        if documents.name.any_ is not None:
            conditions.append(one_of("block_document.name", documents.name.any_))
        if documents.name.like_ is not None:
            conditions.append(holds_text("block_document.name", documents.name.like_))
    whole = [together(conditions, documents.operator)]
    if types is not None:
        whole.append(_among("block_document.block_type_id", "id", "block_type", type_condition(types)))
    if schemas is not None:
        whole.append(
            _among("block_document.block_schema_id", "id", "block_schema", schema_condition(schemas))
        )
    return together(whole)


def _among(column: str, other_column: str, table: str, condition: Condition) -> Condition:
    return Condition(
        f"{column} IN (SELECT {other_column} FROM {table} WHERE {condition.sql})", condition.parameters
    )
