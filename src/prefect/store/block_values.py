"""The values of a document as they lie in the database: readable, or encrypted as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from prefect.store.encryption import keyring
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.blocks import BLOCK_DOCUMENT

_PLAIN = (str, int, float, bool, type(None))


def sealed_values(fields: dict[str, Any], data: dict[str, Any]) -> Transaction[dict[str, Any]]:
    """Return what is stored of a document's values: the columns `data` and `sealed`, one of them None.

    Raises:
        DatabaseError: It has to be encrypted, but the key was lost.
    """
    if _may_be_read(fields, data):
        return {"data": data, "sealed": None}
    keys = yield from keyring()
    others = yield Statement("SELECT 1 FROM block_document WHERE sealed IS NOT NULL LIMIT 1")
    return {"data": None, "sealed": keys.seal(data, others_exist=bool(others))}


def open_values(row: Row) -> Transaction[dict[str, Any]]:
    """Return the values of a stored document.

    Raises:
        DatabaseError: They are encrypted, and the key was lost.
    """
    if row["sealed"] is None:
        return BLOCK_DOCUMENT.decode(row)["data"] or {}
    keys = yield from keyring()
    return keys.open(row["sealed"])


def _may_be_read(fields: dict[str, Any], data: dict[str, Any]) -> bool:
    """Whether a document surely holds no secret: no secret field, and only declared texts, numbers and switches."""
    properties = cast("dict[str, dict[str, Any]]", fields.get("properties") or {})
    return not fields.get("secret_fields") and all(
        name in properties
        and isinstance(value, _PLAIN)
        and all("type" in kind for kind in properties[name].get("anyOf", [properties[name]]))
        for name, value in data.items()
    )


def reference_in(value: object) -> str | None:
    """Return the id of the document that a value refers to; None when it is no reference."""
    if not isinstance(value, dict):
        return None
    target = cast("dict[str, Any]", value).get("$ref")
    if len(cast("dict[str, Any]", value)) != 1 or not isinstance(target, dict):
        return None
    found = cast("dict[str, Any]", target).get("block_document_id")
    return None if found is None else str(found)


def references_in(value: object) -> Iterator[str]:
    """Return the ids of all documents that values refer to, at any depth."""
    found = reference_in(value)
    if found is not None:
        yield found
    elif isinstance(value, dict):
        for item in cast("dict[str, Any]", value).values():
            yield from references_in(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from references_in(item)
