from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from prefect.exceptions import ConfigurationError, SerializationError
from prefect.filesystems import LocalFileSystem
from prefect.locking.filesystem import FileSystemLockManager
from prefect.results import ResultStore
from prefect.transactions import (
    CommitMode,
    IsolationLevel,
    Transaction,
    TransactionState,
    atransaction,
    get_transaction,
    transaction,
)


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    """A store in a folder, with locks."""
    return ResultStore(
        result_storage=LocalFileSystem(basepath=tmp_path / "results"),
        lock_manager=FileSystemLockManager(tmp_path / "locks"),
    )


class Told:
    """Hooks that tell when they are called."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, name: str, *, fails: bool = False) -> Any:
        def hook(txn: Any) -> None:
            self.said.append(name)
            if fails:
                raise RuntimeError(name)

        return hook


@pytest.fixture
def told() -> Told:
    """Hooks that tell when they are called."""
    return Told()


def states(*transactions: Any) -> list[str]:
    """Return the states of transactions."""
    return [txn.state.value for txn in transactions]


def test_the_life_of_a_transaction(store: ResultStore) -> None:
    """A transaction is pending, active, staged, committed; then its value is under its key."""
    txn = Transaction(key="k", store=store)
    assert txn.is_pending()
    with txn:
        assert txn.is_active()
        assert get_transaction() is txn
        txn.stage({"v": 1})
        assert txn.is_staged()
        assert not store.exists("k")
    assert txn.is_committed()
    assert get_transaction() is None
    assert store.read("k").result == {"v": 1}


def test_what_is_committed_is_found(store: ResultStore, told: Told) -> None:
    """A second transaction with the key is committed from the start, keeps the value, and calls no hooks."""
    with transaction("k", store=store) as txn:
        txn.stage(1)
    with transaction("k", store=store) as txn:
        assert txn.is_committed()
        record = txn.read()
        assert record is not None
        assert record.result == 1
        txn.stage(2, on_commit_hooks=[told("committed")])
    assert (store.read("k").result, told.said) == (1, [])
    with transaction("k", store=store, overwrite=True) as txn:
        assert not txn.is_committed()
        txn.stage(3)
    assert store.read("k").result == 3


def test_nothing_is_written_that_need_not_be(store: ResultStore) -> None:
    """With `write_on_commit=False` hooks are called and nothing is written; without a key neither."""
    with transaction("k", store=store, write_on_commit=False) as txn:
        txn.stage(1)
    with transaction(store=store) as other:
        other.stage(1)
    assert states(txn, other) == ["COMMITTED", "COMMITTED"]
    assert not store.exists("k")
    assert txn.read() is None


def test_inner_transactions_are_committed_with_the_outer_one(store: ResultStore, told: Told) -> None:
    """By default the end of the outermost transaction commits all, the inner ones first, in their order."""
    with transaction("a", store=store) as outer:
        with transaction("b", store=store) as first:
            first.stage(1, on_commit_hooks=[told("b1"), told("b2")])
        with transaction("c", store=store) as second:
            second.stage(1, on_commit_hooks=[told("c")])
        assert states(outer, first, second) == ["ACTIVE", "STAGED", "STAGED"]
        assert not store.exists("b")
        outer.stage(1, on_commit_hooks=[told("a")])
    assert states(outer, first, second) == ["COMMITTED"] * 3
    assert told.said == ["b1", "b2", "c", "a"]
    assert store.exists("b")


def test_a_failure_undoes_all_the_latest_first(store: ResultStore, told: Told) -> None:
    """An exception rolls back in the opposite order, and goes on to the caller."""
    with pytest.raises(ValueError, match="no"), transaction("a", store=store) as outer:  # noqa: PT012 - the block is the test
        with transaction("b", store=store) as first:
            first.stage(1, on_rollback_hooks=[told("b1"), told("b2")], on_commit_hooks=[told("never")])
        with transaction("c", store=store) as second:
            second.stage(1, on_rollback_hooks=[told("c")])
        outer.stage(1, on_rollback_hooks=[told("a")])
        raise ValueError("no")
    assert states(outer, first, second) == ["ROLLED_BACK"] * 3
    assert told.said == ["a", "c", "b2", "b1"]
    assert not store.exists("b")


def test_a_failure_inside_undoes_what_is_around(told: Told) -> None:
    """An inner transaction that fails takes the outer one with it, though the exception is caught."""
    with transaction() as outer:
        with transaction() as done:
            done.stage(1, on_rollback_hooks=[told("done")])
        with pytest.raises(ValueError, match="no"), transaction() as inner:  # noqa: PT012 - the block is the test
            inner.stage(1, on_rollback_hooks=[told("inner")])
            raise ValueError("no")
        assert states(outer, done, inner) == ["ROLLED_BACK"] * 3
    assert told.said == ["inner", "done"]


def test_commit_modes(store: ResultStore, told: Told) -> None:
    """EAGER commits at the own end, OFF rolls back, and both hold for what is inside."""
    with transaction("eager", store=store, commit_mode=CommitMode.EAGER) as eager:
        with transaction("inside", store=store) as inside:
            inside.stage(1)
        assert inside.is_committed()
        with transaction(commit_mode=CommitMode.LAZY) as lazy:
            lazy.stage(1)
        assert lazy.is_staged()
    assert states(eager, lazy) == ["COMMITTED", "COMMITTED"]
    with transaction("off", store=store, commit_mode=CommitMode.OFF) as off:
        with transaction() as inside:
            inside.stage(1, on_rollback_hooks=[told("inside")])
        off.stage(1, on_rollback_hooks=[told("off")])
    assert states(off, inside) == ["ROLLED_BACK", "ROLLED_BACK"]
    assert told.said == ["off", "inside"]
    assert not store.exists("off")


def test_a_failing_commit_hook_rolls_back(
    store: ResultStore, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """If a hook fails, nothing is written, what was done is undone, and the log names the hook."""
    with transaction("k", store=store) as txn:
        txn.stage(
            1,
            on_commit_hooks=[told("c0"), told("bad", fails=True), told("never")],
            on_rollback_hooks=[told("r")],
        )
    assert txn.is_rolled_back()
    assert isinstance(txn.failure, RuntimeError)
    assert told.said == ["c0", "bad", "r"]
    assert not store.exists("k")
    assert "running commit hook 'hook'" in caplog.text


def test_a_failing_rollback_hook_keeps_none_from_undoing(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """The other hooks are called, and the transaction does not pretend to be rolled back."""
    with pytest.raises(ValueError, match="no"), transaction() as outer:  # noqa: PT012 - the block is the test
        with transaction() as inner:
            inner.stage(1, on_rollback_hooks=[told("inner")])
        outer.stage(1, on_rollback_hooks=[told("r0"), told("bad", fails=True), told("r1")])
        raise ValueError("no")
    assert told.said == ["r1", "bad", "r0", "inner"]
    assert states(outer, inner) == ["STAGED", "ROLLED_BACK"]
    assert "rolling back" in caplog.text


def test_a_value_that_cannot_be_written_rolls_back(
    store: ResultStore, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    """The transaction keeps the error, which says what to do, for whoever has to fail by it."""
    with transaction("k", store=store) as txn:
        txn.stage(threading.Lock(), on_rollback_hooks=[told("r")])
    assert txn.is_rolled_back()
    assert isinstance(txn.failure, SerializationError)
    assert told.said == ["r"]
    assert "persist_result=False" in caplog.text


def test_values_are_shared_inwards(told: Told) -> None:
    """Hooks and inner transactions read copies of what was set; setting inside changes nothing outside."""
    seen: list[Any] = []
    with transaction() as outer:
        given = [1]
        outer.set("list", given)
        outer.set("none", None)
        given.append(2)
        with transaction() as inner:
            inner.get("list").append(3)
            inner.set("own", 5)
            inner.stage(1, on_commit_hooks=[lambda txn: seen.append((txn.get("list"), txn.get("own")))])
        assert outer.get("none", 7) is None
        assert outer.get("own", None) is None
        with pytest.raises(ValueError, match="unknown key: own"):
            outer.get("own")
    assert seen == [([1], 5)]


def test_a_transaction_is_entered_once() -> None:
    """Entering twice, or leaving what was not entered, is an error."""
    with transaction() as txn, pytest.raises(RuntimeError, match="cannot be nested"), txn:
        pass
    with pytest.raises(RuntimeError, match="without an enter"):
        txn.reset()
    assert (txn.commit(), txn.rollback()) == (False, False)


def test_serializable_needs_locks(tmp_path: Path) -> None:
    """Without a lock manager the isolation level is refused at the beginning."""
    store = ResultStore(result_storage=LocalFileSystem(basepath=tmp_path))
    refused = pytest.raises(ConfigurationError, match="SERIALIZABLE is not supported")
    with refused, transaction("k", store=store, isolation_level=IsolationLevel.SERIALIZABLE):
        pass


def test_serializable_transactions_take_turns(store: ResultStore) -> None:
    """Of many threads with one key, one computes the value and the others find it."""
    computed: list[int] = []

    def work(number: int) -> None:
        with transaction("k", store=store, isolation_level=IsolationLevel.SERIALIZABLE) as txn:
            if not txn.is_committed():
                computed.append(number)
                txn.stage(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(computed) == 1
    assert store.read("k").result == computed[0]
    assert not store.is_locked("k")


def test_a_lock_is_given_back_however_it_ends(store: ResultStore) -> None:
    """After a failure, and after finding a value, the key is free; who waits too long is told."""
    level = IsolationLevel.SERIALIZABLE
    with pytest.raises(ValueError, match="no"), transaction("k", store=store, isolation_level=level):  # noqa: PT012 - the block is the test
        assert store.is_locked("k")
        late = Transaction("k", 0.02, store=store, isolation_level=level)
        with pytest.raises(TimeoutError, match="'k' was not free"), late:
            pass
        raise ValueError("no")
    assert not store.is_locked("k")
    for _ in range(2):
        with transaction("k", store=store, isolation_level=level) as txn:
            txn.stage(1)
        assert not store.is_locked("k")


def test_async_transactions_do_the_same(store: ResultStore, told: Told) -> None:
    """`async with atransaction()` commits and rolls back, awaiting async hooks; it has no sync form."""

    async def later(txn: Any) -> None:
        await asyncio.sleep(0)
        told.said.append(f"async {txn.key} {txn.state.value}")

    async def main() -> None:
        async with atransaction("a", store=store, isolation_level=IsolationLevel.SERIALIZABLE) as txn:
            with pytest.raises(NotImplementedError, match="async with"), txn:
                pass
            with transaction("b", store=store, isolation_level=IsolationLevel.READ_COMMITTED) as inner:
                assert inner.get_parent() is txn
                inner.stage(2)
            txn.stage(1, on_commit_hooks=[later, told("sync")])
        assert states(txn, inner) == ["COMMITTED", "COMMITTED"]
        record = await txn.read()
        assert record is not None
        with pytest.raises(ValueError, match="no"):  # noqa: PT012 - the block is the test
            async with atransaction("c", store=store) as failed:
                failed.stage(1, on_rollback_hooks=[later])
                raise ValueError("no")
        assert failed.is_rolled_back()

    asyncio.run(main())
    assert told.said == ["async a STAGED", "sync", "async c STAGED"]
    assert (store.read("a").result, store.exists("c"), store.is_locked("a")) == (1, False, False)


def test_async_hooks_of_a_sync_transaction_are_finished(told: Told) -> None:
    """A sync transaction waits for hooks that are coroutines."""

    async def later(txn: Any) -> None:
        told.said.append("later")

    with transaction() as txn:
        txn.stage(1, on_commit_hooks=[later])
    assert told.said == ["later"]


def test_the_default_store_is_that_of_the_run(home: Path) -> None:
    """Without a store, values are kept where results are."""
    with transaction("k") as txn:
        txn.stage(1)
    assert (home / "storage" / "k").exists()
    assert txn.state is TransactionState.COMMITTED
