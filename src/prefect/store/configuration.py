"""What all servers of one database share: where results go by default, the key of tokens, what was installed."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect.exceptions import ObjectNotFound, RequestRefused
from prefect.schemas.result_storage import ServerDefaultResultStorage, ServerDefaultResultStorageUpdate
from prefect.store.columns import json_value
from prefect.store.operations import operation
from prefect.store.statements import Statement, Transaction
from prefect.store.tables.configuration import CONFIGURATION

_STORAGE = "default_result_storage"
_FORGERY_KEY = "forgery_key"
_BLOCK_TYPES = "system_block_types"

NEEDED = "write-path"
"""What a block must be able to do for results to be kept in it."""


@operation("GET", "/admin/storage", reads=True)
def read_server_default_result_storage() -> Transaction[ServerDefaultResultStorage]:
    """Return the block in which results are kept where a flow names no other."""
    block = yield from _read(_STORAGE)
    return ServerDefaultResultStorage(default_result_storage_block_id=None if block is None else UUID(block))


@operation("PUT", "/admin/storage")
def update_server_default_result_storage(
    configuration: ServerDefaultResultStorageUpdate,
) -> Transaction[ServerDefaultResultStorage]:
    """Keep results in a block where a flow names no other.

    Raises:
        ObjectNotFound: There is no such block.
        RequestRefused: Results cannot be kept in it.
    """
    id = configuration.default_result_storage_block_id
    rows = yield Statement(
        "SELECT block_schema.capabilities AS capabilities FROM block_document "
        "JOIN block_schema ON block_schema.id = block_document.block_schema_id WHERE block_document.id = ?",
        (str(id),),
    )
    if not rows:
        raise ObjectNotFound(KeyError(id), f"Block document {id} not found.")
    if NEEDED not in json_value(rows[0]["capabilities"] or "[]"):
        raise RequestRefused(f"Block document {id} cannot be used for result storage.")
    yield from _write(_STORAGE, str(id))
    return ServerDefaultResultStorage(default_result_storage_block_id=id)


@operation("DELETE", "/admin/storage", status=204)
def clear_server_default_result_storage() -> Transaction[None]:
    """Keep results where each flow or its process says."""
    yield Statement("DELETE FROM configuration WHERE key = ?", (_STORAGE,))


def forgery_key() -> Transaction[bytes]:
    """Return the key of tokens against forgery; it is made when it is first asked for."""
    key = yield from _read(_FORGERY_KEY)
    if key is None:
        key = secrets.token_hex(32)
        yield from _write(_FORGERY_KEY, key)
    return bytes.fromhex(key)


def installed_block_types() -> Transaction[str | None]:
    """Return of which release the types of blocks are that a server has stored; None if none has."""
    return (yield from _read(_BLOCK_TYPES))


def note_block_types(version: str) -> Transaction[None]:
    """Remember of which release the stored types of blocks are."""
    yield from _write(_BLOCK_TYPES, version)


def _read(key: str) -> Transaction[Any]:
    rows = yield Statement("SELECT value FROM configuration WHERE key = ?", (key,))
    return json_value(rows[0]["value"]) if rows else None


def _write(key: str, value: Any) -> Transaction[None]:
    moment = now()
    values = {"key": key, "created": moment, "updated": moment, "value": value}
    yield Statement(CONFIGURATION.upsert, CONFIGURATION.encode(values))
