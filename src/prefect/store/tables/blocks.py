"""The tables of blocks: their types, the schemas of their fields, and the documents saved under them.

Of `data` and `sealed` a document has one: its values as JSON, or encrypted.
"""

from __future__ import annotations

from prefect.store.columns import BOOLEAN_COLUMN, JSON_COLUMN, TEXT_COLUMN, TIMESTAMP_COLUMN, UUID_COLUMN
from prefect.store.tables.table import Table

_STORED = {"id": UUID_COLUMN, "created": TIMESTAMP_COLUMN, "updated": TIMESTAMP_COLUMN}

BLOCK_TYPE = Table(
    "block_type",
    {
        **_STORED,
        "name": TEXT_COLUMN,
        "slug": TEXT_COLUMN,
        "logo_url": TEXT_COLUMN,
        "documentation_url": TEXT_COLUMN,
        "description": TEXT_COLUMN,
        "code_example": TEXT_COLUMN,
        "is_protected": BOOLEAN_COLUMN,
    },
    not_null=frozenset({"name", "slug"}),
    unique=("slug",),
)

BLOCK_SCHEMA = Table(
    "block_schema",
    {
        **_STORED,
        "checksum": TEXT_COLUMN,
        "fields": JSON_COLUMN,
        "block_type_id": UUID_COLUMN,
        "capabilities": JSON_COLUMN,
        "version": TEXT_COLUMN,
    },
    not_null=frozenset({"checksum", "fields", "block_type_id", "version"}),
    unique=("checksum, version",),
    indexes={"block_schema_by_type": "(block_type_id, created)"},
)

BLOCK_DOCUMENT = Table(
    "block_document",
    {
        **_STORED,
        "name": TEXT_COLUMN,
        "data": JSON_COLUMN,
        "sealed": TEXT_COLUMN,
        "block_schema_id": UUID_COLUMN,
        "block_type_id": UUID_COLUMN,
        "is_anonymous": BOOLEAN_COLUMN,
    },
    not_null=frozenset({"name", "block_schema_id", "block_type_id"}),
    unique=("block_type_id, name",),
    indexes={"block_document_by_name": "(name)"},
)

TABLES: tuple[Table, ...] = (BLOCK_TYPE, BLOCK_SCHEMA, BLOCK_DOCUMENT)
