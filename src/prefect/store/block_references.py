"""Documents as they are read: with the documents that they refer to put in, and secrets masked.

A field that refers to another document gets that document's values, and `block_document_references` names it. A
reference deeper down, in a list or a dictionary, has no such name: there the values themselves say what they are of
(`block_type_slug`, `_block_document_id`, `_block_document_name`).
"""

from __future__ import annotations

from typing import Any, cast

from prefect.schemas.blocks import BlockDocument
from prefect.store.block_masking import masked
from prefect.store.block_schemas import read_schemas_by_id
from prefect.store.block_types import read_types_by_id
from prefect.store.block_values import open_values, reference_in
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.blocks import BLOCK_DOCUMENT


def documents_of(
    rows: list[Row], *, include_secrets: bool, within: frozenset[str] = frozenset()
) -> Transaction[list[BlockDocument]]:
    """Return the documents that rows hold, complete.

    Args:
        rows: Rows of `block_document`.
        include_secrets: Do not mask secrets.
        within: The documents that refer to these; a document that comes to refer to itself is not put in again.
    """
    types = yield from read_types_by_id({row["block_type_id"] for row in rows})
    schemas = yield from read_schemas_by_id({row["block_schema_id"] for row in rows})
    documents: list[BlockDocument] = []
    for row in rows:
        data = yield from open_values(row)
        filling = _Filling(include_secrets, within | {row["id"]})
        data = yield from filling.whole(data)
        schema, block_type = schemas.get(row["block_schema_id"]), types.get(row["block_type_id"])
        if not include_secrets and schema is not None:
            data = masked(data, schema.fields.get("secret_fields") or ())
        values = {name: row[name] for name in BLOCK_DOCUMENT.columns if name not in {"data", "sealed"}}
        documents.append(
            BlockDocument.model_validate(
                {
                    **values,
                    "is_anonymous": bool(row["is_anonymous"]),
                    "data": data,
                    "block_schema": schema,
                    "block_type": block_type,
                    "block_type_name": block_type and block_type.name,
                    "block_document_references": filling.references,
                }
            )
        )
    return documents


class _Filling:
    """Puts documents into the values that refer to them; `references` tells which fields referred to what."""

    def __init__(self, include_secrets: bool, within: frozenset[str]) -> None:
        self.include_secrets, self.within = include_secrets, within
        self.references: dict[str, dict[str, Any]] = {}

    def whole(self, data: dict[str, Any]) -> Transaction[dict[str, Any]]:
        filled: dict[str, Any] = {}
        for name, value in data.items():
            target = reference_in(value)
            if target is None:
                filled[name] = yield from self._within(value)
                continue
            document = yield from self._document(target)
            if document is not None:  # what refers to a deleted document is not set any more
                filled[name] = document.data
                self.references[name] = _told(document)
        return filled

    def _within(self, value: Any) -> Transaction[Any]:
        target = reference_in(value)
        if target is not None:
            document = yield from self._document(target)
            return value if document is None else {**document.data, **_marks(document)}
        if isinstance(value, dict):
            filled: dict[str, Any] = {}
            for key, item in cast("dict[str, Any]", value).items():
                filled[key] = yield from self._within(item)
            return filled
        if isinstance(value, list):
            items: list[Any] = []
            for item in cast("list[Any]", value):
                items += [(yield from self._within(item))]
            return items
        return value

    def _document(self, target: str) -> Transaction[BlockDocument | None]:
        if target in self.within:
            return None
        rows = yield Statement("SELECT * FROM block_document WHERE id = ?", (target,))
        documents = yield from documents_of(rows, include_secrets=self.include_secrets, within=self.within)
        return documents[0] if documents else None


def _told(document: BlockDocument) -> dict[str, Any]:
    return {
        "block_document": {
            "id": document.id,
            "name": document.name,
            "block_type": document.block_type and document.block_type.model_dump(),
            "is_anonymous": document.is_anonymous,
            "block_document_references": document.block_document_references,
        }
    }


def _marks(document: BlockDocument) -> dict[str, Any]:
    return {
        "block_type_slug": document.block_type and document.block_type.slug,
        "_block_document_id": str(document.id),
        "_block_document_name": document.name,
        "_is_anonymous": document.is_anonymous,
    }
