from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from prefect import flow, task
from prefect.cache_policies import INPUTS
from prefect.exceptions import ConfigurationError, SerializationError
from prefect.filesystems import LocalFileSystem, NullFileSystem, WritableFileSystem
from prefect.locking.memory import MemoryLockManager
from prefect.results import (
    RecordCache,
    ResultRecord,
    ResultStore,
    get_default_persist_setting,
    get_result_store,
    read_result,
    resolve_result_storage,
    resolve_serializer,
    should_persist_result,
)
from prefect.serializers import JSONSerializer, Serializer


def store_in(folder: Path, **options: Any) -> ResultStore:
    """Return a new store, with nothing in memory, on a folder."""
    return ResultStore(result_storage=LocalFileSystem(basepath=folder), **options)


@pytest.mark.parametrize("serializer", ["pickle", "json", "compressed/pickle", "compressed/json"])
@pytest.mark.parametrize("metadata", ["together", "apart"])
def test_a_result_is_found_by_another_store(tmp_path: Path, serializer: str, metadata: str) -> None:
    """What one process writes under a key another one reads, whatever serializer it has itself."""
    apart = LocalFileSystem(basepath=tmp_path / "meta") if metadata == "apart" else None
    writer = store_in(tmp_path, metadata_storage=apart, serializer=Serializer(type=serializer))
    writer.write({"a": [1, 2]}, key="folder/k")
    reader = store_in(tmp_path, metadata_storage=apart)
    assert reader.exists("folder/k")
    assert reader.read("folder/k").result == {"a": [1, 2]}
    assert not reader.exists("other")
    with pytest.raises(ValueError, match="does not exist"):
        reader.read("other")


async def test_async_code_awaits_a_store(tmp_path: Path) -> None:
    """Each operation has an async form that does the same."""
    store = store_in(tmp_path)
    await store.awrite(5, key="k")
    assert await store.aexists("k")
    assert (await store_in(tmp_path).aread("k")).result == 5
    await store.apersist_result_record(store.create_result_record(6, key="k"))
    assert store_in(tmp_path).read("k").result == 6


def test_the_file_is_the_documented_one(tmp_path: Path) -> None:
    """A result file is JSON that says how to read the result beside it."""
    store_in(tmp_path).write({"a": 1}, key="k")
    assert json.loads((tmp_path / "k").read_text()) == {
        "metadata": {
            "storage_key": str(tmp_path / "k"),
            "expiration": None,
            "serializer": {"type": "pickle", "picklelib": "cloudpickle", "picklelib_version": None},
            "prefect_version": "3.8.8",
            "storage_block_id": None,
        },
        "result": "gAWVCgAAAAAAAAB9lIwBYZRLAXMu\n",
    }


def test_a_record_without_a_key_gets_a_new_one(tmp_path: Path) -> None:
    """Two results without keys do not overwrite each other."""
    store = store_in(tmp_path)
    keys = {store.create_result_record(1).metadata.storage_key for _ in range(10)}
    assert len(keys) == 10


def test_an_expired_result_does_not_count(tmp_path: Path) -> None:
    """After its expiration a result is not used any more, though it can be read; in memory neither."""
    now = datetime.now(UTC)
    store = store_in(tmp_path)
    store.write(1, key="old", expiration=now - timedelta(seconds=1))
    store.write(1, key="new", expiration=now + timedelta(hours=1))
    for reader in (store, store_in(tmp_path)):
        assert (reader.exists("old"), reader.exists("new")) == (False, True)
        assert reader.read("old").result == 1


@pytest.mark.parametrize("serializer", ["pickle", "json"])
def test_what_cannot_be_written_says_so_at_once(tmp_path: Path, serializer: str) -> None:
    """A result that the serializer cannot write names its type, the serializer and what to do; no file is left."""
    store = store_in(tmp_path, serializer=Serializer(type=serializer))
    with pytest.raises(SerializationError) as caught:
        store.write(threading.Lock(), key="k")
    for word in ("'lock'", repr(serializer), "result_serializer=", "persist_result=False"):
        assert word in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"metadata": {"storage_k',
        b"[]",
        b'{"metadata": {}, "result": "x"}',
        b"\x80\x04garbage",
        b'{"metadata": {"serializer": {"type": "pickle"}}, "result": "bm90IGEgcGlja2xl"}',
        b'{"metadata": {"serializer": {"type": "never heard of"}}, "result": "x"}',
        b'{"metadata": {"serializer": {"type": "json"}, "expiration": "soon"}, "result": "1"}',
    ],
)
def test_a_torn_or_foreign_file_counts_as_no_result(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that is no result is not used, and the log says why; reading it is a clear error."""
    (tmp_path / "k").write_bytes(content)
    store = store_in(tmp_path)
    assert not store.exists("k")
    assert "'k'" in caplog.text
    with pytest.raises(SerializationError, match=str(tmp_path / "k")):
        store.read("k")
    store.write(1, key="k")
    assert store_in(tmp_path).read("k").result == 1


def test_a_result_of_a_missing_module_says_so(tmp_path: Path) -> None:
    """A pickle whose module is not importable here is an error that says what to do."""
    (tmp_path / "only_there.py").write_text("class Thing: pass\n")
    code = (
        "import only_there; from prefect.results import ResultStore; from prefect.filesystems import LocalFileSystem\n"
        "ResultStore(result_storage=LocalFileSystem(basepath='out')).write(only_there.Thing(), key='k')"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment, timeout=60)
    with pytest.raises(SerializationError, match=r"only_there.*importable"):
        store_in(tmp_path / "out").read("k")


def test_bytes_of_any_serializer_are_kept(tmp_path: Path) -> None:
    """A serializer of one's own may write bytes that are no text."""

    class Raw(Serializer[bytes]):
        type: str = "raw"

        def dumps(self, obj: bytes) -> bytes:
            return obj

        def loads(self, blob: bytes) -> bytes:
            return blob

    try:
        store_in(tmp_path, serializer=Raw()).write(b"\xff\x00", key="k")
        assert store_in(tmp_path).read("k").result == b"\xff\x00"
    finally:
        Serializer._types.pop("raw")


def test_a_file_system_of_ones_own_may_be_async(tmp_path: Path) -> None:
    """Storage whose methods are coroutines works in blocking and in awaiting code."""

    class Shelf(WritableFileSystem):
        files: ClassVar[dict[str, bytes]] = {}

        async def read_path(self, path: str) -> bytes:
            await asyncio.sleep(0)
            return self.files[path]

        async def write_path(self, path: str, content: bytes) -> None:
            self.files[path] = content

    shelf = Shelf()
    ResultStore(result_storage=shelf).write(1, key="a")
    asyncio.run(ResultStore(result_storage=shelf).awrite(2, key="b"))
    assert ResultStore(result_storage=shelf).read("b").result == 2
    assert asyncio.run(ResultStore(result_storage=shelf).aread("a")).result == 1


def test_the_metadata_of_a_state_is_enough_to_read(tmp_path: Path) -> None:
    """Another process reads a result by what was stored with the state, in JSON."""
    for metadata_storage in (None, NullFileSystem()):
        store = store_in(tmp_path, metadata_storage=metadata_storage, serializer=JSONSerializer())
        record = store.create_result_record({"a": {1}})
        store.persist_result_record(record)
        assert read_result(json.loads(json.dumps(record.metadata))) == {"a": {1}}
    with pytest.raises(SerializationError, match="data of a state"):
        read_result({"nothing": 1})


def test_only_small_results_stay_in_memory(tmp_path: Path) -> None:
    """A thousand heavy results do not fill the memory."""
    cache = RecordCache(maxsize=3, max_bytes=100)
    for number in range(5):
        cache.put(f"{number}", ResultRecord(number), 10)
    cache.put("heavy", ResultRecord("x"), 101)
    cache.put("half", ResultRecord("x"), 95)
    assert [key for key in ("0", "3", "4", "heavy", "half") if key in cache] == ["half"]
    store = store_in(tmp_path, cache=cache, cache_result_in_memory=False)
    store.write(1, key="k")
    assert len(cache) == 1


def test_flow_and_task_options_make_the_store(tmp_path: Path) -> None:
    """A store does what the options of a flow or task say."""
    locks = MemoryLockManager()

    @task(
        result_storage=tmp_path,
        result_serializer="json",
        cache_result_in_memory=False,
        result_storage_key="fixed",
        cache_policy=INPUTS.configure(key_storage=tmp_path / "keys", lock_manager=locks),
    )
    def work() -> None: ...

    store = ResultStore().update_for_task(work)
    assert store.result_storage == LocalFileSystem(basepath=tmp_path)
    assert store.metadata_storage == LocalFileSystem(basepath=tmp_path / "keys")
    assert (store.serializer.type, store.cache_result_in_memory, store.lock_manager) == ("json", False, locks)
    assert store.storage_key_fn() == "fixed"
    of_flow = ResultStore().update_for_flow(flow(result_serializer="json")(lambda: None))
    assert (of_flow.serializer.type, of_flow.metadata_storage) == ("json", NullFileSystem())


def test_the_default_storage_is_in_the_home(home: Path) -> None:
    """Without options, results are in the folder `storage` of PREFECT_HOME."""
    store = get_result_store()
    store.write(1, key="k")
    assert (home / "storage" / "k").exists()


def test_whether_to_persist_is_said_by_task_or_flow_or_settings() -> None:
    """A task persists when it says so, or else its flow, or else nobody does."""
    seen: list[bool] = []
    silent = task(lambda: seen.append(should_persist_result()), name="silent")
    loud = task(lambda: seen.append(should_persist_result()), name="loud", persist_result=True)
    both = flow(lambda: [silent(), loud()], name="both")
    both()
    both.with_options(persist_result=True)()
    assert seen == [False, True, True, True]
    assert should_persist_result() is get_default_persist_setting() is False


def test_a_key_template_is_filled_in_by_the_run() -> None:
    """`result_storage_key` may name parameters and the run."""
    keys: list[str] = []

    @task(result_storage_key="{parameters[x]}-{task_run.name}", task_run_name="named")
    def work(x: int) -> None:
        keys.append(get_result_store().storage_key_fn())

    flow(lambda: work(3), name="outer")()
    assert keys == ["3-named"]
    broken: Any = task(lambda: None, result_storage_key="{parameters[nope]}")
    with pytest.raises(ConfigurationError, match="nope"):
        ResultStore().update_for_task(broken).storage_key_fn()


def test_locks_need_a_lock_manager(tmp_path: Path) -> None:
    """Locking without a lock manager is an error that says how to get one."""
    with pytest.raises(ConfigurationError, match="lock_manager="):
        store_in(tmp_path).acquire_lock("k")


def test_who_has_no_lock_does_not_write(tmp_path: Path) -> None:
    """While somebody has the lock of a key nobody else writes under it."""
    store = store_in(tmp_path, lock_manager=MemoryLockManager())
    assert store.acquire_lock("k", "me")
    try:
        with pytest.raises(RuntimeError, match="k because it is locked by another holder"):
            store.write(1, key="k")
        store.write(2, key="k", holder="me")
    finally:
        store.release_lock("k", "me")
    assert store.read("k").result == 2


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (1, TypeError, "'int'"),
        ("local-file-system/mine", ValueError, "named mine for block type local-file-system"),
    ],
)
def test_a_storage_that_is_none_is_refused(given: Any, error: type[Exception], message: str) -> None:
    """What nothing can be written to is refused with what can."""
    with pytest.raises(error, match=message):
        resolve_result_storage(given)


def test_a_serializer_is_given_or_named(tmp_path: Path) -> None:
    """A serializer, or its type; nothing else."""
    assert resolve_serializer("json") == JSONSerializer() == resolve_serializer(JSONSerializer())
    with pytest.raises(TypeError, match="'int'"):
        resolve_serializer(1)  # type: ignore[arg-type]
    assert resolve_result_storage(str(tmp_path)) == LocalFileSystem(basepath=tmp_path)
    own: Any = SimpleNamespace(read_path=lambda path: b"", write_path=lambda path, content: None)
    assert resolve_result_storage(own) is own
