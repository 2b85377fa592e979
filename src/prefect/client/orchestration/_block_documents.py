"""Saved blocks, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.block_filters import BlockSchemaFilter, BlockSchemaFilterCapabilities
from prefect.schemas.blocks import BlockDocumentCreate
from prefect.store import block_documents

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.blocks import BlockDocument, BlockDocumentUpdate


class BlockDocuments(Asking):
    """The methods of saved blocks."""

    @method(409)
    def create_block_document(
        self,
        block_document: BlockDocument | BlockDocumentCreate,
        include_secrets: bool = True,
    ) -> Steps[BlockDocument]:
        """Save a new block, and return what was saved, with secrets masked.

        Args:
            block_document: The block.
            include_secrets: Not used.

        Raises:
            ObjectAlreadyExists: There is a block of this name and type.
        """
        if not isinstance(block_document, BlockDocumentCreate):
            wanted = {name: getattr(block_document, name) for name in BlockDocumentCreate.model_fields}
            block_document = BlockDocumentCreate(**given(**wanted))
        return (yield from self.ask(block_documents.create_block_document, block_document))

    @method(404)
    def update_block_document(
        self, block_document_id: UUID, block_document: BlockDocumentUpdate
    ) -> Steps[None]:
        """Save a block anew.

        Raises:
            ObjectNotFound: There is no such block.
        """
        yield from self.ask(block_documents.update_block_document, block_document_id, block_document)

    @method(404)
    def delete_block_document(self, block_document_id: UUID) -> Steps[None]:
        """Delete a block.

        Raises:
            ObjectNotFound: There is no such block.
        """
        yield from self.ask(block_documents.delete_block_document, block_document_id)

    @method(404)
    def read_block_document(
        self,
        block_document_id: UUID,
        include_secrets: bool = True,
    ) -> Steps[BlockDocument]:
        """Return a saved block.

        Args:
            block_document_id: Its id.
            include_secrets: Do not mask secrets.

        Raises:
            ObjectNotFound: There is no such block.
        """
        return (
            yield from self.ask(
                block_documents.read_block_document, block_document_id, include_secrets=include_secrets
            )
        )

    @method()
    def read_block_documents(
        self,
        block_schema_type: str | None = None,
        offset: int | None = None,
        limit: int | None = None,
        include_secrets: bool = True,
    ) -> Steps[list[BlockDocument]]:
        """Return saved blocks that are not anonymous.

        Args:
            block_schema_type: What they must be capable of.
            offset: How many to pass over.
            limit: How many at most; by default as many as the server allows.
            include_secrets: Do not mask secrets.
        """
        schemas = None
        if block_schema_type is not None:
            capable = BlockSchemaFilterCapabilities(all_=[block_schema_type])
            schemas = BlockSchemaFilter(block_capabilities=capable)
        wanted = given(block_schemas=schemas, offset=offset, limit=limit, include_secrets=include_secrets)
        return (yield from self.ask(block_documents.read_block_documents, **wanted))
