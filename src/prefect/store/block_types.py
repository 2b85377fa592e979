"""Types of blocks: a slug has one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, ProtectedBlockError
from prefect.schemas.block_filters import BlockSchemaFilter, BlockTypeFilter
from prefect.schemas.blocks import BlockType, BlockTypeCreate, BlockTypeUpdate
from prefect.schemas.paging import Offset
from prefect.store.block_conditions import type_condition
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.blocks import BLOCK_TYPE


@operation("POST", "/block_types/", status=201)
def create_block_type(block_type: BlockTypeCreate) -> Transaction[BlockType]:
    """Store a new type of blocks.

    Raises:
        ObjectAlreadyExists: There is one with this slug.
    """
    moment = now()
    new = BlockType(id=uuid7(), created=moment, updated=moment, **dict(block_type))
    rows = yield Statement(f"{BLOCK_TYPE.insert} RETURNING id", BLOCK_TYPE.encode(dict(new)))
    if not rows:
        raise ObjectAlreadyExists(
            KeyError(new.slug), f"There is a block type with the slug {new.slug!r} already."
        )
    return new


@operation("GET", "/block_types/{id}", reads=True)
def read_block_type(id: UUID) -> Transaction[BlockType]:
    """Return a type of blocks by its id."""
    return block_type_of((yield from _found("id", id)))


@operation("GET", "/block_types/slug/{slug}", reads=True)
def read_block_type_by_slug(slug: str) -> Transaction[BlockType]:
    """Return a type of blocks by its slug."""
    return block_type_of((yield from _found("slug", slug)))


@operation("POST", "/block_types/filter", reads=True)
def read_block_types(
    block_types: BlockTypeFilter | None = None,
    block_schemas: BlockSchemaFilter | None = None,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[BlockType]]:
    """Return the types of blocks that filters mean, by name.

    Args:
        block_types: Which ones; by default all.
        block_schemas: What the schema of one of their versions must fulfil.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = type_condition(block_types, block_schemas)
    rows = yield Statement(
        f"SELECT * FROM block_type WHERE {where.sql} ORDER BY name, slug LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return [block_type_of(row) for row in rows]


@operation("PATCH", "/block_types/{id}", status=204)
def update_block_type(id: UUID, block_type: BlockTypeUpdate) -> Transaction[None]:
    """Change the fields of a type that are set in `block_type`."""
    row = yield from _found("id", id)
    changes: dict[str, Any] = {**block_type.model_dump(exclude_unset=True), "updated": now()}
    names = tuple(changes)
    yield Statement(BLOCK_TYPE.update(names), [*BLOCK_TYPE.encode(changes, names), row["id"]])


@operation("DELETE", "/block_types/{id}", status=204)
def delete_block_type(id: UUID) -> Transaction[None]:
    """Delete a type with its schemas and all blocks that were saved under it.

    Raises:
        ProtectedBlockError: It belongs to this library.
    """
    row = yield from _found("id", id)
    if row["is_protected"]:
        raise ProtectedBlockError(
            f"The block type {row['slug']!r} belongs to this library and cannot be deleted."
        )
    yield Statement("DELETE FROM block_document WHERE block_type_id = ?", (row["id"],))
    yield Statement("DELETE FROM block_schema WHERE block_type_id = ?", (row["id"],))
    yield Statement("DELETE FROM block_type WHERE id = ?", (row["id"],))


def block_type_of(row: Row) -> BlockType:
    """Return the type that a row holds."""
    return BlockType.model_validate({**BLOCK_TYPE.decode(row), "is_protected": bool(row["is_protected"])})


def read_types_by_id(ids: set[str]) -> Transaction[dict[str, BlockType]]:
    """Return types by the text of their ids."""
    wanted = sorted(ids)
    rows = yield Statement(f"SELECT * FROM block_type WHERE id IN ({', '.join('?' * len(wanted))})", wanted)
    return {row["id"]: block_type_of(row) for row in rows}


def _found(column: str, value: object) -> Transaction[Row]:
    """Return the row of a type.

    Raises:
        ObjectNotFound: There is no such type.
    """
    rows = yield Statement(f"SELECT * FROM block_type WHERE {column} = ?", (str(value),))
    if not rows:
        raise ObjectNotFound(
            KeyError(value),
            f"There is no block type with the {column} {str(value)!r}. `prefect block type ls` lists what there is.",
        )
    return rows[0]
