"""Schemas of blocks: a checksum and a version have one. Also what blocks can do, which schemas tell."""

from __future__ import annotations

from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.block_filters import BlockSchemaFilter
from prefect.schemas.blocks import BlockSchema, BlockSchemaCreate, checksum_of_fields
from prefect.schemas.paging import Offset
from prefect.store.block_conditions import schema_condition
from prefect.store.block_types import read_block_type, read_types_by_id
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.blocks import BLOCK_SCHEMA


@operation("POST", "/block_schemas/", status=201)
def create_block_schema(block_schema: BlockSchemaCreate) -> Transaction[BlockSchema]:
    """Store a schema and return it; one that is there already (same checksum, same version) is returned as it is.

    A server answers 200 instead of 201 when it was there already.

    Raises:
        ObjectNotFound: Its type is not known.
    """
    yield from read_block_type(block_schema.block_type_id)
    moment = now()
    new = BlockSchema(
        id=uuid7(),
        created=moment,
        updated=moment,
        checksum=checksum_of_fields(block_schema.fields),
        **dict(block_schema),
    )
    yield Statement(BLOCK_SCHEMA.insert, BLOCK_SCHEMA.encode(dict(new)))
    return (yield from read_block_schema_by_checksum(new.checksum, new.version))


@operation("GET", "/block_schemas/{id}", reads=True)
def read_block_schema(id: UUID) -> Transaction[BlockSchema]:
    """Return a schema by its id."""
    rows = yield Statement("SELECT * FROM block_schema WHERE id = ?", (str(id),))
    if not rows:
        raise _unknown(str(id))
    return (yield from schemas_of(rows))[0]


@operation("GET", "/block_schemas/checksum/{checksum}", reads=True)
def read_block_schema_by_checksum(checksum: str, version: str | None = None) -> Transaction[BlockSchema]:
    """Return the schema with a checksum, the newest unless a version is named."""
    rows = yield Statement(
        "SELECT * FROM block_schema "
        "WHERE checksum = :checksum AND (CAST(:version AS TEXT) IS NULL OR version = :version) "
        "ORDER BY created DESC, id DESC LIMIT 1",
        {"checksum": checksum, "version": version},
    )
    if not rows:
        raise _unknown(checksum)
    return (yield from schemas_of(rows))[0]


@operation("POST", "/block_schemas/filter", reads=True)
def read_block_schemas(
    block_schemas: BlockSchemaFilter | None = None, limit: int = 200, offset: Offset = 0
) -> Transaction[list[BlockSchema]]:
    """Return the schemas that a filter means, the newest first."""
    where = schema_condition(block_schemas)
    rows = yield Statement(
        f"SELECT * FROM block_schema WHERE {where.sql} ORDER BY created DESC, id DESC LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return (yield from schemas_of(rows))


@operation("DELETE", "/block_schemas/{id}", status=204)
def delete_block_schema(id: UUID) -> Transaction[None]:
    """Delete a schema with the blocks that were saved under it."""
    yield from read_block_schema(id)
    yield Statement("DELETE FROM block_document WHERE block_schema_id = ?", (str(id),))
    yield Statement("DELETE FROM block_schema WHERE id = ?", (str(id),))


@operation("GET", "/block_capabilities/", reads=True)
def read_available_block_capabilities() -> Transaction[list[str]]:
    """Return everything that blocks of some type can do, in the order of the alphabet."""
    rows = yield Statement(
        "SELECT DISTINCT capability.value AS name FROM block_schema, {json_items(block_schema.capabilities)} "
        "AS capability ORDER BY name"
    )
    return [row["name"] for row in rows]


def schemas_of(rows: list[Row]) -> Transaction[list[BlockSchema]]:
    """Return the schemas that rows hold, with their types."""
    types = yield from read_types_by_id({row["block_type_id"] for row in rows})
    return [
        BlockSchema.model_validate(
            {**BLOCK_SCHEMA.decode(row), "block_type": types.get(row["block_type_id"])}
        )
        for row in rows
    ]


def read_schemas_by_id(ids: set[str]) -> Transaction[dict[str, BlockSchema]]:
    """Return schemas by the text of their ids."""
    wanted = sorted(ids)
    rows = yield Statement(f"SELECT * FROM block_schema WHERE id IN ({', '.join('?' * len(wanted))})", wanted)
    return {str(schema.id): schema for schema in (yield from schemas_of(rows))}


def _unknown(what: str) -> ObjectNotFound:
    return ObjectNotFound(KeyError(what), f"There is no block schema {what!r}.")
