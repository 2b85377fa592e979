"""The types of blocks that belong to this library, stored for those who do not have it."""

from __future__ import annotations

import pytest

from prefect.blocks.registry import ours
from prefect.blocks.system_types import system_block_types
from prefect.exceptions import ProtectedBlockError
from prefect.schemas.blocks import BlockTypeUpdate
from prefect.store.block_schemas import read_block_schema_by_checksum, read_block_schemas
from prefect.store.block_types import (
    delete_block_type,
    read_block_type_by_slug,
    read_block_types,
    update_block_type,
)
from prefect.store.system_block_types import install_block_types
from tests.unit.store.runs import perform, written


def test_our_block_types_are_stored_and_protected() -> None:
    """Storing them again changes nothing but what was changed about how they are presented."""
    types = system_block_types()
    written(lambda: install_block_types(types))
    stored = perform(read_block_types)
    assert {each.slug for each in stored} == set(ours())
    assert all(each.is_protected for each in stored)
    checksum = next(schema.checksum for each, schema in types if each.slug == "secret")
    assert perform(read_block_schema_by_checksum, checksum).block_type.slug == "secret"
    secret = perform(read_block_type_by_slug, "secret")
    with pytest.raises(ProtectedBlockError):
        perform(delete_block_type, secret.id)
    perform(update_block_type, secret.id, BlockTypeUpdate(description="mine"))
    written(lambda: install_block_types(types))
    assert perform(read_block_type_by_slug, "secret").description == secret.description
    assert len(perform(read_block_schemas)) == len(types)
