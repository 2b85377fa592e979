"""Which storage, which serializer, and whether to persist, where a flow or a task does not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias, cast
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import run
from prefect.blocks.block import Block, load_block
from prefect.filesystems import LocalFileSystem, NullFileSystem, RemoteFileSystem, WritableFileSystem
from prefect.serializers import Serializer
from prefect.settings import get_current_settings

ResultStorage: TypeAlias = WritableFileSystem | str | Path
ResultSerializer: TypeAlias = Serializer[Any] | str

LITERAL_TYPES: set[type] = {type(None), bool, UUID}
"""Types of values that states can hold themselves."""


def result_setting(section: str, name: str, default: Any) -> Any:
    """Return a setting, or its default where this release has no such setting yet."""
    return getattr(getattr(get_current_settings(), section, None), name, default)


def get_default_persist_setting() -> bool:
    """Return whether results are persisted where nothing else is said."""
    return bool(result_setting("results", "persist_by_default", False))


def get_default_persist_setting_for_tasks() -> bool:
    """Return whether results of tasks are persisted where neither the task nor its flow says."""
    chosen = result_setting("tasks", "default_persist_result", None)
    return get_default_persist_setting() if chosen is None else bool(chosen)


def get_default_result_serializer() -> Serializer[Any]:
    """Return the serializer that the settings name: pickle, unless they say otherwise."""
    return resolve_serializer(result_setting("results", "default_serializer", "pickle"))


def resolve_serializer(serializer: ResultSerializer) -> Serializer[Any]:
    """Return a serializer, given one or its type.

    Raises:
        TypeError: It is neither.
        ValueError: There is no serializer of this type.
    """
    given: Any = serializer
    if isinstance(given, Serializer):
        return cast("Serializer[Any]", given)
    if isinstance(given, str):
        return Serializer(type=given)
    raise TypeError(
        "Result serializer must be one of the following types: 'Serializer', 'str'. "
        f"Got unsupported type {type(given).__name__!r}."
    )


def default_result_storage() -> WritableFileSystem:
    """Return the storage that the settings name."""
    block = result_setting("results", "default_storage_block", None)
    if block:
        return storage_of(block)
    home = get_current_settings().home
    return LocalFileSystem(
        basepath=str(result_setting("results", "local_storage_path", None) or home / "storage")
    )


def storage_of(result_storage: ResultStorage | UUID) -> WritableFileSystem:
    """Return a storage; see `resolve_result_storage`."""
    given: Any = result_storage
    if isinstance(given, Path):
        return LocalFileSystem(basepath=str(given))
    if isinstance(given, str) and "://" in given:
        return RemoteFileSystem(basepath=given)
    if isinstance(given, str) and (given.startswith(("/", "./", "../", "~")) or Path(given).is_absolute()):
        return LocalFileSystem(basepath=given)
    if isinstance(given, (str, UUID)):
        given = _saved_block(given)
    if hasattr(given, "read_path") and hasattr(given, "write_path"):
        return cast("WritableFileSystem", given)
    raise TypeError(
        "Result storage must be one of the following types: 'UUID', 'Block', 'str', 'Path'. "
        f"Got unsupported type {type(given).__name__!r}, which has no read_path and write_path."
    )


def _saved_block(reference: str | UUID) -> Block:
    """Return the block that is saved as `SLUG/NAME` or under an id.

    Raises:
        ValueError: There is none.
    """
    if isinstance(reference, str) and "/" not in reference:
        raise ValueError(
            f"{reference!r} names no result storage. Give a saved block as 'SLUG/NAME', a folder as pathlib.Path, an "
            "address with a scheme (s3://bucket/folder), or an object with read_path and write_path."
        )
    return run(load_block(Block, reference))


async def aget_default_result_storage() -> WritableFileSystem:
    """Return the storage that the settings name; see `get_default_result_storage`."""
    return default_result_storage()


@async_dispatch(aget_default_result_storage)
def get_default_result_storage() -> WritableFileSystem:
    """Return the storage that the settings name: the folder `storage` in PREFECT_HOME, unless they say otherwise."""
    return default_result_storage()


async def aresolve_result_storage(result_storage: ResultStorage | UUID) -> WritableFileSystem:
    """Return a storage; see `resolve_result_storage`."""
    return storage_of(result_storage)


@async_dispatch(aresolve_result_storage)
def resolve_result_storage(result_storage: ResultStorage | UUID) -> WritableFileSystem:
    """Return a storage, given one, a folder, or an address that fsspec knows.

    Raises:
        TypeError: It is nothing that files can be written to.
        ValueError: There is no such storage.
    """
    return storage_of(result_storage)


async def get_or_create_default_task_scheduling_storage() -> ResultStorage:
    """Return where the parameters of background tasks are kept."""
    block = result_setting("tasks", "scheduling", None)
    named = getattr(block, "default_storage_block", None)
    return storage_of(named) if named else default_result_storage()


def result_storage_discriminator(x: Any) -> str:
    """Return which kind of storage for metadata something is."""
    if isinstance(x, NullFileSystem):
        return "NullFileSystem"
    return "None" if x is None else "WritableFileSystem"
