"""Types of blocks, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.client.orchestration._methods import Asking, method
from prefect.store import block_documents, block_types

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.blocks import BlockDocument, BlockType, BlockTypeCreate, BlockTypeUpdate


class BlockTypes(Asking):
    """The methods of types of blocks."""

    @method(409)
    def create_block_type(self, block_type: BlockTypeCreate) -> Steps[BlockType]:
        """Store a new type and return it.

        Raises:
            ObjectAlreadyExists: There is a type with this slug.
        """
        return (yield from self.ask(block_types.create_block_type, block_type))

    @method(404)
    def read_block_type_by_slug(self, slug: str) -> Steps[BlockType]:
        """Return a type.

        Raises:
            ObjectNotFound: There is no type with this slug.
        """
        return (yield from self.ask(block_types.read_block_type_by_slug, slug))

    @method(404)
    def update_block_type(self, block_type_id: UUID, block_type: BlockTypeUpdate) -> Steps[None]:
        """Change the fields of a type that are set.

        Raises:
            ObjectNotFound: There is no such type.
        """
        yield from self.ask(block_types.update_block_type, block_type_id, block_type)

    @method(404, 403)
    def delete_block_type(self, block_type_id: UUID) -> Steps[None]:
        """Delete a type with all blocks that were saved under it.

        Raises:
            ObjectNotFound: There is no such type.
            ProtectedBlockError: It belongs to this library.
        """
        yield from self.ask(block_types.delete_block_type, block_type_id)

    @method()
    def read_block_types(self) -> Steps[list[BlockType]]:
        """Return the types in the order of their names."""
        return (yield from self.ask(block_types.read_block_types))

    @method()
    def read_block_documents_by_type(
        self,
        block_type_slug: str,
        offset: int | None = None,
        limit: int | None = None,
        include_secrets: bool = True,
    ) -> Steps[list[BlockDocument]]:
        """Return the saved blocks of a type.

        Args:
            block_type_slug: The slug of the type.
            offset: How many to pass over.
            limit: How many at most.
            include_secrets: Do not mask secrets.
        """
        found = yield from self.ask(
            block_documents.read_block_documents_of_type, block_type_slug, include_secrets=include_secrets
        )
        # The route has no pages, whatever is asked of it.
        return found[offset or 0 :][:limit]

    @method(404)
    def read_block_document_by_name(
        self,
        name: str,
        block_type_slug: str,
        include_secrets: bool = True,
    ) -> Steps[BlockDocument]:
        """Return a saved block.

        Args:
            name: Its name.
            block_type_slug: The slug of its type.
            include_secrets: Do not mask secrets.

        Raises:
            ObjectNotFound: There is no such block.
        """
        return (
            yield from self.ask(
                block_documents.read_block_document_by_name,
                block_type_slug,
                name,
                include_secrets=include_secrets,
            )
        )
