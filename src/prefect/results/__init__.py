"""Results: where they are kept, how they are written and read back, and which of them are kept at all."""

from __future__ import annotations

from prefect.filesystems import LocalFileSystem, NullFileSystem, WritableFileSystem
from prefect.results.cache import RecordCache, default_cache
from prefect.results.defaults import (
    LITERAL_TYPES,
    ResultSerializer,
    ResultStorage,
    aget_default_result_storage,
    aresolve_result_storage,
    get_default_persist_setting,
    get_default_persist_setting_for_tasks,
    get_default_result_serializer,
    get_default_result_storage,
    get_or_create_default_task_scheduling_storage,
    resolve_result_storage,
    resolve_serializer,
    result_storage_discriminator,
)
from prefect.results.reading import StoredRecord, aread_result, read_result
from prefect.results.store import (
    DEFAULT_STORAGE_KEY_FN,
    ResultStore,
    get_result_store,
    should_persist_result,
)
from prefect.schemas.results import ResultRecord, ResultRecordMetadata

__all__ = [
    "DEFAULT_STORAGE_KEY_FN",
    "LITERAL_TYPES",
    "LocalFileSystem",
    "NullFileSystem",
    "RecordCache",
    "ResultRecord",
    "ResultRecordMetadata",
    "ResultSerializer",
    "ResultStorage",
    "ResultStore",
    "StoredRecord",
    "WritableFileSystem",
    "aget_default_result_storage",
    "aread_result",
    "aresolve_result_storage",
    "default_cache",
    "get_default_persist_setting",
    "get_default_persist_setting_for_tasks",
    "get_default_result_serializer",
    "get_default_result_storage",
    "get_or_create_default_task_scheduling_storage",
    "get_result_store",
    "read_result",
    "resolve_result_storage",
    "resolve_serializer",
    "result_storage_discriminator",
    "should_persist_result",
]
