"""Schemas of blocks, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.block_filters import BlockSchemaFilter, BlockSchemaFilterBlockTypeId
from prefect.store import block_schemas

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.blocks import BlockSchema, BlockSchemaCreate


class BlockSchemas(Asking):
    """The methods of schemas of blocks."""

    @method(409)
    def create_block_schema(self, block_schema: BlockSchemaCreate) -> Steps[BlockSchema]:
        """Store a schema and return it; one that is there already is returned as it is.

        Raises:
            ObjectAlreadyExists: The server says so.
        """
        return (yield from self.ask(block_schemas.create_block_schema, block_schema))

    @method(404)
    def read_block_schema_by_checksum(self, checksum: str, version: str | None = None) -> Steps[BlockSchema]:
        """Return a schema, the newest with this checksum unless a version is named.

        Raises:
            ObjectNotFound: There is no such schema.
        """
        return (
            yield from self.ask(
                block_schemas.read_block_schema_by_checksum, checksum, **given(version=version)
            )
        )

    @method()
    def read_block_schemas(self) -> Steps[list[BlockSchema]]:
        """Return the schemas of blocks."""
        return (yield from self.ask(block_schemas.read_block_schemas))

    @method()
    def get_most_recent_block_schema_for_block_type(self, block_type_id: UUID) -> Steps[BlockSchema | None]:
        """Return the newest schema of a type; None if it has none."""
        wanted = BlockSchemaFilter(block_type_id=BlockSchemaFilterBlockTypeId(any_=[block_type_id]))
        found = yield from self.ask(block_schemas.read_block_schemas, wanted, limit=1)
        return found[0] if found else None
