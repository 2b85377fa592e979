"""The block that a server names for the results of runs that name none."""

from __future__ import annotations

from uuid import UUID

from prefect.schemas._base import Record


class ServerDefaultResultStorage(Record):
    """Which block that is; None if the server names none."""

    default_result_storage_block_id: UUID | None = None


class ServerDefaultResultStorageUpdate(Record):
    """Name a block."""

    default_result_storage_block_id: UUID
