"""The types of blocks that belong to this library, stored when somebody asks for it."""

from __future__ import annotations

import asyncio
import functools
import logging

import prefect
from prefect.schemas.blocks import BlockSchema, BlockType
from prefect.server.api.surroundings import Surroundings
from prefect.store.configuration import installed_block_types, note_block_types
from prefect.store.system_block_types import install_block_types

_logger = logging.getLogger("prefect.server.api")


async def install_system_block_types(here: Surroundings) -> None:
    """Store the types of blocks that belong to this library, and protect them."""
    types = await asyncio.to_thread(_types)
    await here.write(functools.partial(install_block_types, types))


async def install_at_start(here: Surroundings) -> None:
    """Store the types of blocks if the settings want it, and if that was not done for this release before."""
    settings = here.settings.server
    if not settings.register_blocks_on_start:
        return
    version = prefect.__version__
    try:
        if settings.memoize_block_auto_registration and await here.read(installed_block_types) == version:
            return
        await install_system_block_types(here)
        await here.write(functools.partial(note_block_types, version))
    except Exception:
        # A database that cannot be used just now, or whatever the classes raise: a server answers without these too.
        _logger.exception("The types of blocks of this library are not stored.")


def _types() -> list[tuple[BlockType, BlockSchema]]:
    # loads every class of blocks, which a server does not need otherwise
    from prefect.blocks.system_types import system_block_types

    return system_block_types()
