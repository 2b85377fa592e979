"""Documents: what was saved of blocks. A type has one of each name.

A document that may hold a secret is encrypted as a whole (`encryption`), not field by field: which values are secret is
told by the schema, but schemas do not know the fields of a subclass, what stands in a dictionary of settings, or what
was added without being declared. Only a document of declared texts, numbers and switches is kept readable.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid4, uuid7
from prefect._secrets import MASK
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.block_filters import (
    BlockDocumentFilter,
    BlockDocumentSort,
    BlockSchemaFilter,
    BlockTypeFilter,
)
from prefect.schemas.blocks import BlockDocument, BlockDocumentCreate, BlockDocumentUpdate
from prefect.schemas.paging import Offset
from prefect.store.block_conditions import document_condition
from prefect.store.block_references import documents_of
from prefect.store.block_schemas import read_block_schema
from prefect.store.block_types import read_block_type, read_block_type_by_slug
from prefect.store.block_values import open_values, references_in, sealed_values
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.blocks import BLOCK_DOCUMENT

_BY_TYPE = "(SELECT slug FROM block_type WHERE block_type.id = block_document.block_type_id), name"
_ORDER = {
    BlockDocumentSort.NAME_ASC: "name, id",
    BlockDocumentSort.NAME_DESC: "name DESC, id",
    BlockDocumentSort.BLOCK_TYPE_AND_NAME_ASC: _BY_TYPE,
}


@operation("POST", "/block_documents/", status=201)
def create_block_document(block_document: BlockDocumentCreate) -> Transaction[BlockDocument]:
    """Save a new block; return what was saved, with secrets masked.

    Raises:
        ObjectAlreadyExists: There is a block of this type with this name.
        ObjectNotFound: Its type, its schema or a document that it refers to is not known.
    """
    moment = now()
    new = BlockDocument(id=uuid7(), created=moment, updated=moment, **dict(block_document))
    if new.is_anonymous and not new.name:
        new.name = f"anonymous-{uuid4()}"
    block_type = yield from read_block_type(new.block_type_id)
    values = {**dict(new), **(yield from _values_to_store(new.block_schema_id, new.data))}
    rows = yield Statement(f"{BLOCK_DOCUMENT.insert} RETURNING *", BLOCK_DOCUMENT.encode(values))
    if not rows:
        raise ObjectAlreadyExists(
            KeyError(new.name), f"There is a block {block_type.slug}/{new.name} already."
        )
    return (yield from documents_of(rows, include_secrets=False))[0]


@operation("GET", "/block_documents/{id}", reads=True)
def read_block_document(id: UUID, include_secrets: bool = False) -> Transaction[BlockDocument]:
    """Return what was saved of a block; secrets are masked unless `include_secrets` asks for them."""
    row = yield from _found(id)
    return (yield from documents_of([row], include_secrets=include_secrets))[0]


@operation("GET", "/block_types/slug/{slug}/block_documents/name/{block_document_name}", reads=True)
def read_block_document_by_name(
    slug: str, block_document_name: str, include_secrets: bool = False
) -> Transaction[BlockDocument]:
    """Return what was saved under a name; secrets are masked unless `include_secrets` asks for them."""
    rows = yield Statement(
        "SELECT block_document.* FROM block_document JOIN block_type ON block_type.id = block_type_id "
        "WHERE block_type.slug = ? AND block_document.name = ?",
        (slug, block_document_name),
    )
    if not rows:
        raise _unknown(f"{slug}/{block_document_name}")
    return (yield from documents_of(rows, include_secrets=include_secrets))[0]


@operation("GET", "/block_types/slug/{slug}/block_documents", reads=True)
def read_block_documents_of_type(
    slug: str, include_secrets: bool = False
) -> Transaction[list[BlockDocument]]:
    """Return all blocks of a type that have names, by name."""
    block_type = yield from read_block_type_by_slug(slug)
    rows = yield Statement(
        "SELECT * FROM block_document WHERE block_type_id = ? AND is_anonymous = 0 ORDER BY name",
        (str(block_type.id),),
    )
    return (yield from documents_of(rows, include_secrets=include_secrets))


@operation("POST", "/block_documents/filter", reads=True)
def read_block_documents(
    block_documents: BlockDocumentFilter | None = None,
    block_types: BlockTypeFilter | None = None,
    block_schemas: BlockSchemaFilter | None = None,
    include_secrets: bool = False,
    sort: BlockDocumentSort | None = BlockDocumentSort.NAME_ASC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[BlockDocument]]:
    """Return the blocks that filters mean.

    Args:
        block_documents: Which ones; by default all that are not anonymous.
        block_types: What their types must fulfil.
        block_schemas: What their schemas must fulfil.
        include_secrets: Do not mask secrets.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = document_condition(block_documents, block_types, block_schemas)
    rows = yield Statement(
        f"SELECT * FROM block_document WHERE {where.sql} "
        f"ORDER BY {_ORDER[sort or BlockDocumentSort.NAME_ASC]} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return (yield from documents_of(rows, include_secrets=include_secrets))


@operation("POST", "/block_documents/count", reads=True)
def count_block_documents(
    block_documents: BlockDocumentFilter | None = None,
    block_types: BlockTypeFilter | None = None,
    block_schemas: BlockSchemaFilter | None = None,
) -> Transaction[int]:
    """Return how many blocks filters mean."""
    where = document_condition(block_documents, block_types, block_schemas)
    rows = yield Statement(f"SELECT count(*) AS n FROM block_document WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("PATCH", "/block_documents/{id}", status=204)
def update_block_document(id: UUID, block_document: BlockDocumentUpdate) -> Transaction[None]:
    """Save a block anew.

    A secret that comes back as its mask stays what it was: whoever edits a block without seeing its secrets does not
    lose them.
    """
    row = yield from _found(id)
    data = block_document.data
    if block_document.merge_existing_data:
        old = yield from open_values(row)
        data = {**old, **cast("dict[str, Any]", _unmasked(data, old))}
    schema_id = block_document.block_schema_id or UUID(row["block_schema_id"])
    changes = {
        **(yield from _values_to_store(schema_id, data)),
        "block_schema_id": schema_id,
        "updated": now(),
    }
    names = tuple(changes)
    yield Statement(BLOCK_DOCUMENT.update(names), [*BLOCK_DOCUMENT.encode(changes, names), row["id"]])


@operation("DELETE", "/block_documents/{id}", status=204)
def delete_block_document(id: UUID) -> Transaction[None]:
    """Delete what was saved of a block."""
    yield from _found(id)
    yield Statement("DELETE FROM block_document WHERE id = ?", (str(id),))


def _values_to_store(schema_id: UUID, data: dict[str, Any]) -> Transaction[dict[str, Any]]:
    schema = yield from read_block_schema(schema_id)
    for referenced in references_in(data):
        yield from _found(UUID(referenced))
    return (yield from sealed_values(schema.fields, data))


def _unmasked(new: Any, old: Any) -> Any:
    if new == MASK:
        return old
    if isinstance(new, dict) and isinstance(old, dict):
        known = cast("dict[str, Any]", old)
        return {
            key: _unmasked(item, known.get(key, item)) for key, item in cast("dict[str, Any]", new).items()
        }
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):  # pyright: ignore[reportUnknownArgumentType] - a list of anything
        return [_unmasked(*pair) for pair in zip(cast("list[Any]", new), cast("list[Any]", old), strict=True)]
    return cast("Any", new)


def _found(id: UUID) -> Transaction[Row]:
    """Return the row of a document.

    Raises:
        ObjectNotFound: There is no such document.
    """
    rows = yield Statement("SELECT * FROM block_document WHERE id = ?", (str(id),))
    if not rows:
        raise _unknown(str(id))
    return rows[0]


def _unknown(what: str) -> ObjectNotFound:
    return ObjectNotFound(
        KeyError(what), f"There is no block {what!r}. `prefect block ls` lists what there is."
    )
