"""The store of results: writes them under a key, finds them again, and locks keys.

Each operation is written once, as a generator of effects (`..._steps`), for blocking and for awaiting callers; the
engine uses the generators themselves.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import prefect
from prefect._clock import now
from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect._ids import uuid4
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import ConfigurationError, SerializationError
from prefect.filesystems import LocalFileSystem, NullFileSystem, RemoteFileSystem, WritableFileSystem
from prefect.locking.isolation import IsolationLevel
from prefect.locking.protocol import LockManager
from prefect.logging.loggers import get_logger
from prefect.results import stored
from prefect.results.cache import RecordCache, default_cache
from prefect.results.defaults import (
    default_result_storage,
    get_default_persist_setting,
    get_default_result_serializer,
    resolve_serializer,
    storage_of,
)
from prefect.results.key_templates import StorageKeyTemplate
from prefect.results.reaching import AWAITING, BLOCKING, Reach
from prefect.results.traffic import serializing, writing
from prefect.schemas.results import ResultRecord, ResultRecordMetadata
from prefect.serializers import Serializer

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.tasks import Task


def DEFAULT_STORAGE_KEY_FN() -> str:
    """Return a new key that nobody else has."""
    return uuid4().hex


@dataclass(kw_only=True, eq=False)
class ResultStore:
    """Keeps results.

    Args:
        result_storage: Where results are written; by default the folder that the settings name.
        metadata_storage: Where it is written how to read them: None for the same file, a NullFileSystem for nowhere.
        lock_manager: What locks keys with; without one there are no locks.
        cache_result_in_memory: Keep what was written or read in memory too, as far as it is small.
        serializer: What results are written with.
        storage_key_fn: Returns the key of a result for which none is given.
        cache: What is in memory.

    Example:
        >>> store = ResultStore(result_storage=LocalFileSystem(basepath="~/results"))
        >>> store.write({"rows": 3}, key="today")
        >>> store.read("today").result
        {'rows': 3}
    """

    result_storage: WritableFileSystem | None = None
    metadata_storage: WritableFileSystem | NullFileSystem | None = None
    lock_manager: LockManager | None = None
    cache_result_in_memory: bool = True
    serializer: Serializer[Any] = field(default_factory=get_default_result_serializer)
    storage_key_fn: Callable[[], str] = DEFAULT_STORAGE_KEY_FN
    cache: RecordCache = field(default_factory=default_cache, repr=False)

    # Options of flows and tasks

    async def aupdate_for_flow(self, flow: Flow[..., Any]) -> ResultStore:
        """Return a store for a flow; see `update_for_flow`."""
        return self.for_flow(flow)

    @async_dispatch(aupdate_for_flow)
    def update_for_flow(self, flow: Flow[..., Any]) -> ResultStore:
        """Return a store that does what the options of a flow say, and what this one does where they say nothing."""
        return self.for_flow(flow)

    async def aupdate_for_task(self, task: Task[..., Any]) -> ResultStore:
        """Return a store for a task; see `update_for_task`."""
        return self.for_task(task)

    @async_dispatch(aupdate_for_task)
    def update_for_task(self, task: Task[..., Any]) -> ResultStore:
        """Return a store that does what the options of a task say, and what this one does where they say nothing."""
        return self.for_task(task)

    def model_copy(self, *, update: dict[str, Any] | None = None) -> ResultStore:
        """Return a store with some fields changed. What is in memory is shared."""
        return replace(self, **(update or {}))

    @property
    def result_storage_block_id(self) -> UUID | None:
        """The id of the block that the storage is saved as; None if it is not saved."""
        return getattr(self.result_storage, "_block_document_id", None)

    def for_flow(self, flow: Flow[..., Any]) -> ResultStore:
        """Return a store for a flow, whoever asks; see `update_for_flow`."""
        changes = _chosen(flow)
        if self.result_storage is None and "result_storage" not in changes:
            changes["result_storage"] = default_result_storage()
        return replace(self, **changes, metadata_storage=NullFileSystem())

    def for_task(self, task: Task[..., Any]) -> ResultStore:
        """Return a store for a task, whoever asks; see `update_for_task`."""
        changes = _chosen(task)
        policy = task.cache_policy
        key_storage = getattr(policy, "key_storage", None)
        if key_storage is not None:
            changes["metadata_storage"] = storage_of(key_storage)
        elif isinstance(self.metadata_storage, NullFileSystem):
            changes["metadata_storage"] = None  # see `with_findable_keys`
        lock_manager = getattr(policy, "lock_manager", None)
        if lock_manager is not None:
            changes["lock_manager"] = lock_manager
        if task.result_storage_key is not None:
            changes["storage_key_fn"] = StorageKeyTemplate(task.result_storage_key)
        if self.result_storage is None and "result_storage" not in changes:
            changes["result_storage"] = default_result_storage()
        return replace(self, **changes)

    def with_findable_keys(self) -> ResultStore:
        """Return a store that keeps, beside each result, what is needed to find it by its key."""
        return (
            replace(self, metadata_storage=None)
            if isinstance(self.metadata_storage, NullFileSystem)
            else self
        )

    def place_of(self, key: str) -> str:
        """Return the whole path of the result with a key, as it stands in the metadata of states."""
        return self._whole_path(self.result_storage, key)

    # Writing

    def create_result_record(
        self, obj: Any, key: str | None = None, expiration: datetime | None = None
    ) -> ResultRecord[Any]:
        """Return the record of a result, not written yet.

        Args:
            obj: The result.
            key: Its key; by default a new one.
            expiration: The time from which it is not used instead of a new one.
        """
        where = self.place_of(key or self.storage_key_fn())
        return ResultRecord(
            obj,
            ResultRecordMetadata(
                storage_key=where,
                expiration=expiration,
                serializer=self.serializer,
                prefect_version=prefect.__version__,
                storage_block_id=self.result_storage_block_id,
            ),
        )

    def write(
        self,
        obj: Any,
        key: str | None = None,
        expiration: datetime | None = None,
        holder: str | None = None,
    ) -> None:
        """Write a result; see `persist_result_record`."""
        run(self.persist_steps(self.create_result_record(obj, key, expiration), BLOCKING, holder))

    async def awrite(
        self,
        obj: Any,
        key: str | None = None,
        expiration: datetime | None = None,
        holder: str | None = None,
    ) -> None:
        """Write a result; see `persist_result_record`."""
        await arun(self.persist_steps(self.create_result_record(obj, key, expiration), AWAITING, holder))

    def persist_result_record(self, result_record: ResultRecord[Any], holder: str | None = None) -> None:
        """Write the record of a result.

        Args:
            result_record: What `create_result_record` returned.
            holder: Who has the lock of the key, if anybody has; by default this thread.

        Raises:
            SerializationError: The result cannot be written by the serializer.
            RuntimeError: Somebody else has the lock of the key.
        """
        run(self.persist_steps(result_record, BLOCKING, holder))

    async def apersist_result_record(
        self, result_record: ResultRecord[Any], holder: str | None = None
    ) -> None:
        """Write the record of a result; see `persist_result_record`."""
        await arun(self.persist_steps(result_record, AWAITING, holder))

    def persist_steps(
        self, record: ResultRecord[Any], reach: Reach, holder: str | None = None
    ) -> Steps[None]:
        """Write the record of a result; see `persist_result_record`."""
        metadata = record.metadata
        if metadata is None or metadata.storage_key is None:
            raise ValueError(
                "This record has no storage key. Make it with `ResultStore.create_result_record`."
            )
        key = self._base_key(metadata.storage_key)
        self._check_not_locked(key, holder)
        storage = self._storage_or_default()
        serializer = cast("Serializer[Any]", metadata.serializer or self.serializer)
        with reach.admitted(serializing, 1):
            content = stored.written(record.result, serializer)
            if self.metadata_storage is None:
                content = stored.together(metadata, content)
        with reach.admitted(writing, len(content)):
            yield from reach.method(storage, "write_path", metadata.storage_key, content)
        if self.metadata_storage is not None:
            # The metadata last: what it names must be there.
            where = self._whole_path(self.metadata_storage, key)
            yield from reach.method(self.metadata_storage, "write_path", where, metadata.dump_bytes())
        self._remember(metadata.storage_key, record, len(content))

    # Reading

    def read(self, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """Return the record of a result, whether it has expired or not.

        Args:
            key: Its key.
            holder: Who has the lock of the key; by default this thread. If somebody else has it, that is waited for.

        Raises:
            ValueError: There is no such result.
            SerializationError: There is something, but it cannot be read as a result.
        """
        return run(self.read_steps(key, BLOCKING, holder))

    async def aread(self, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """Return the record of a result; see `read`."""
        return await arun(self.read_steps(key, AWAITING, holder))

    def read_steps(self, key: str, reach: Reach, holder: str | None = None) -> Steps[ResultRecord[Any]]:
        """Return the record of a result; see `read`."""
        if self.lock_manager is not None and not self.is_lock_holder(key, holder):
            yield from reach.method(self.lock_manager, "wait_for_lock", key)
        return (yield from self._load(key, reach))

    def _load(self, key: str, reach: Reach) -> Steps[ResultRecord[Any]]:
        storage = self._storage_or_default()
        where = self._whole_path(storage, key)
        cached = self.cache.get(where) if self.cache_result_in_memory else None
        if cached is not None:
            return cached
        if self.metadata_storage is None:
            metadata, blob = stored.apart((yield from reach.method(storage, "read_path", where)), where)
        elif isinstance(self.metadata_storage, NullFileSystem):
            metadata = ResultRecordMetadata(storage_key=where, serializer=self.serializer)
            blob = yield from reach.method(storage, "read_path", where)
        else:
            place = self._whole_path(self.metadata_storage, key)
            content = yield from reach.method(self.metadata_storage, "read_path", place)
            metadata = stored.metadata_from_bytes(content, place)
            blob = yield from reach.method(storage, "read_path", metadata.storage_key or where)
        record = stored.record_of(metadata, blob, where)
        self._remember(where, record, len(blob))
        return record

    def exists(self, key: str) -> bool:
        """Return whether there is a result that can be read and has not expired."""
        return run(self.find_steps(key, BLOCKING)) is not None

    async def aexists(self, key: str) -> bool:
        """Return whether there is a result that can be read and has not expired."""
        return await arun(self.find_steps(key, AWAITING)) is not None

    def find_steps(self, key: str, reach: Reach) -> Steps[ResultRecord[Any] | None]:
        """Return the record of a result that can be used instead of a new one, or None.

        Locks are not waited for. A file that is torn, foreign, or made of what is not here counts as none; the log
        says so.
        """
        if isinstance(self.metadata_storage, NullFileSystem):
            return None  # nothing was kept that could tell whether it may be used
        try:
            record = yield from self._load(key, reach)
        except SerializationError as error:
            get_logger("results").warning(
                "The result with key %r is not used, a new one is made. %s", key, error
            )
            return None
        except (ValueError, OSError):
            return None
        expiration = None if record.metadata is None else record.metadata.expiration
        return None if expiration is not None and expiration <= now() else record

    # Locks

    @staticmethod
    def generate_default_holder() -> str:
        """Return who asks: this thread of this process on this machine."""
        thread = threading.current_thread()
        return f"{socket.gethostname()}:{os.getpid()}:{thread.ident}:{thread.name}"

    def supports_isolation_level(self, level: IsolationLevel) -> bool:
        """Return whether transactions with this isolation level can use this store."""
        return IsolationLevel(level) is IsolationLevel.READ_COMMITTED or self.lock_manager is not None

    def acquire_lock(self, key: str, holder: str | None = None, timeout: float | None = None) -> bool:
        """Take the lock of a key, waiting at most `timeout` seconds; return whether it was taken."""
        return self._locks().acquire_lock(key, holder or self.generate_default_holder(), timeout)

    async def aacquire_lock(self, key: str, holder: str | None = None, timeout: float | None = None) -> bool:
        """Take the lock of a key without blocking the event loop; see `acquire_lock`."""
        return await self._locks().aacquire_lock(key, holder or self.generate_default_holder(), timeout)

    def release_lock(self, key: str, holder: str | None = None) -> None:
        """Give the lock of a key back."""
        self._locks().release_lock(key, holder or self.generate_default_holder())

    def is_locked(self, key: str) -> bool:
        """Return whether anybody has the lock of a key."""
        return self._locks().is_locked(key)

    def is_lock_holder(self, key: str, holder: str | None = None) -> bool:
        """Return whether this holder has the lock of a key."""
        return self._locks().is_lock_holder(key, holder or self.generate_default_holder())

    def wait_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait until nobody has the lock of a key; return whether that was so in time."""
        return self._locks().wait_for_lock(key, timeout)

    async def await_for_lock(self, key: str, timeout: float | None = None) -> bool:
        """Wait without blocking the event loop until nobody has the lock of a key; see `wait_for_lock`."""
        return await self._locks().await_for_lock(key, timeout)

    def _locks(self) -> LockManager:
        if self.lock_manager is None:
            raise ConfigurationError(
                "Result store is not configured with a lock manager. Please set a lock manager when creating the "
                "result store to enable locking: ResultStore(lock_manager=MemoryLockManager())."
            )
        return self.lock_manager

    def _check_not_locked(self, key: str, holder: str | None) -> None:
        locks = self.lock_manager
        if locks is not None and locks.is_locked(key) and not self.is_lock_holder(key, holder):
            raise RuntimeError(
                f"Cannot write to result record with key {key} because it is locked by another holder. "
                "Wait for it with `wait_for_lock`, or write as the holder of the lock."
            )

    # Places

    def _storage_or_default(self) -> WritableFileSystem:
        if self.result_storage is None:
            self.result_storage = default_result_storage()
        return self.result_storage

    def _whole_path(self, storage: object, key: str) -> str:
        if storage is None:
            storage = self._storage_or_default()
        if isinstance(storage, (LocalFileSystem, RemoteFileSystem)):
            return str(storage.resolve(key))
        return key

    def _base_key(self, storage_key: str) -> str:
        """Return the key that a whole path was made of."""
        base = self._whole_path(self.result_storage, "").rstrip("/\\")
        if base and storage_key.startswith(base):
            return storage_key[len(base) :].lstrip("/\\")
        return storage_key

    def _remember(self, where: str, record: ResultRecord[Any], size: int) -> None:
        if self.cache_result_in_memory:
            self.cache.put(where, record, size)


def get_result_store() -> ResultStore:
    """Return the store of the task or flow that runs here; elsewhere one that does what the settings say."""
    context = TaskRunContext.get() or FlowRunContext.get()
    return ResultStore() if context is None else context.result_store


def should_persist_result() -> bool:
    """Return whether the result of the task or flow that runs here is to be persisted."""
    context = TaskRunContext.get() or FlowRunContext.get()
    return get_default_persist_setting() if context is None else context.persist_result


def _chosen(owner: Any) -> dict[str, Any]:
    """Return the options about results that a flow or task sets."""
    changes: dict[str, Any] = {}
    if owner.result_storage is not None:
        # Keys are only unique within a storage, so what is in memory belongs to one.
        changes |= {"result_storage": storage_of(owner.result_storage), "cache": default_cache()}
    if owner.result_serializer is not None:
        changes["serializer"] = resolve_serializer(owner.result_serializer)
    if owner.cache_result_in_memory is not None:
        changes["cache_result_in_memory"] = owner.cache_result_in_memory
    return changes
