"""Results that were written, read back when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect.filesystems import LocalFileSystem, RemoteFileSystem, WritableFileSystem
from prefect.results import stored
from prefect.results.reaching import AWAITING, BLOCKING, Reach
from prefect.schemas.results import ResultRecord

if TYPE_CHECKING:
    from prefect.results.store import ResultStore


class StoredRecord(ResultRecord[Any]):
    """The record of a result that is written: in the memory of its store while there is room, else read back.

    States keep these, so that ten thousand results of a megabyte each need not stay in memory with their states.
    """

    __slots__ = ("_store",)

    def __init__(self, store: ResultStore, record: ResultRecord[Any]) -> None:
        self.metadata = record.metadata
        self._store = store

    @property
    def result(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride] - read when it is asked for
        """The result.

        Raises:
            ValueError: It is not in its storage any more.
            SerializationError: It cannot be read.
        """
        metadata = self.metadata
        assert metadata is not None  # it was written
        assert metadata.storage_key is not None  # the same
        kept = self._store.cache.get(metadata.storage_key) if self._store.cache_result_in_memory else None
        if kept is not None:
            return kept.result
        reading = _read_result_steps(metadata, BLOCKING, self._store.result_storage)
        return run(reading)

    def __repr__(self) -> str:
        return f"StoredRecord(storage_key={self.metadata.storage_key if self.metadata else None!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return ResultRecord, (self.result, self.metadata)


def read_result(wire: Any) -> Any:
    """Return the result that the metadata of a stored state names.

    Raises:
        ValueError: The result is not there any more.
        SerializationError: It cannot be read.
    """
    return run(_read_result_steps(wire, BLOCKING))


async def aread_result(wire: Any) -> Any:
    """Return the result that the metadata of a stored state names; see `read_result`."""
    return await arun(_read_result_steps(wire, AWAITING))


def _read_result_steps(wire: Any, reach: Reach, storage: WritableFileSystem | None = None) -> Steps[Any]:
    metadata = stored.with_serializer(wire, "the data of a state")
    where = metadata.storage_key or ""
    if storage is None:
        storage = _storage_of_path(where)
    content: bytes = yield from reach.method(storage, "read_path", where)
    if content.startswith(b'{"metadata":{"storage_key":'):
        metadata, content = stored.apart(content, where)
    return stored.record_of(metadata, content, where).result


def _storage_of_path(where: str) -> WritableFileSystem:
    if "://" in where:
        return RemoteFileSystem(basepath=where.rpartition("/")[0])
    return LocalFileSystem()
