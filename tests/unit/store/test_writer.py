from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from prefect.exceptions import ConstraintViolated, DatabaseError, UnstorableValue
from prefect.store.readers import Readers
from prefect.store.statements import Batch, Statement, Transaction
from prefect.store.writer import Writer, run_transaction

SOON = 10
"""How many seconds a test waits for what should happen at once."""


class Gathered:
    """A source of names that are written behind, as the recorder is one of runs."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []
        self.taken: list[Any] = []

    def take(self) -> Transaction[None] | None:
        """Hand over what has gathered."""
        if not self.waiting:
            return None
        self.taken, self.waiting = self.waiting, []
        return insert(*self.taken)

    def give_back(self) -> None:
        """Take back what could not be written."""
        self.waiting = self.taken + self.waiting

    def one_by_one(self) -> Iterator[Transaction[None]]:
        """Hand over what was taken last, each name on its own."""
        return (insert(name) for name in self.taken)


def insert(*names: Any) -> Transaction[None]:
    """Store flows of these names."""
    yield Batch("INSERT INTO flow (id, name) VALUES (?, ?)", [(str(name), name) for name in names])


def count() -> Transaction[int]:
    """Count the flows."""
    rows = yield Statement("SELECT count(*) AS n FROM flow")
    return rows[0]["n"]


def broken() -> Transaction[None]:
    """Store a flow, then fail."""
    yield from insert("half")
    raise KeyError("a mistake of this transaction")


@pytest.fixture
def source() -> Gathered:
    """A source with nothing in it."""
    return Gathered()


@pytest.fixture
def writer(tmp_path: Path, source: Gathered) -> Iterator[Writer]:
    """A writer on a new file."""
    made = Writer(tmp_path / "prefect.db", source)
    yield made
    made.close()


@pytest.fixture
def seen(writer: Writer) -> Iterator[Readers]:
    """Readers of the writer's file."""
    readers = Readers(writer.path)
    yield readers
    readers.close()


def hold(writer: Writer) -> tuple[Future[None], threading.Event]:
    """Keep the writer's thread busy until the event is set, so that what comes meanwhile goes into one commit."""
    begun, go_on = threading.Event(), threading.Event()

    def waits() -> Transaction[None]:
        begun.set()
        go_on.wait(SOON)
        yield Statement("SELECT 1")

    future = writer.submit(waits)
    assert begun.wait(SOON)
    return future, go_on


# --- transactions ------------------------------------------------------------------------------------------------


def test_a_transaction_returns_its_value_when_it_is_committed(writer: Writer, seen: Readers) -> None:
    """When the future is done, any other connection sees what was written."""
    writer.submit(lambda: insert("a", "b")).result(SOON)
    assert writer.submit(count).result(SOON) == 2
    assert seen.run(count()) == 2


def test_a_failing_transaction_takes_nothing_else_with_it(writer: Writer, seen: Readers) -> None:
    """Of several transactions in one commit the broken one is undone whole; the others, before and after, stay."""
    _, go_on = hold(writer)
    before, bad, twice, after = (
        writer.submit(made)
        for made in (lambda: insert("before"), broken, lambda: insert("before"), lambda: insert("after"))
    )
    go_on.set()
    assert (before.result(SOON), after.result(SOON)) == (None, None)
    with pytest.raises(KeyError, match="a mistake"):
        bad.result(SOON)
    with pytest.raises(ConstraintViolated):
        twice.result(SOON)
    assert seen.run(count()) == 2


def test_transactions_run_in_the_order_in_which_they_came(writer: Writer) -> None:
    """What one thread asks for one after the other happens in that order."""
    counts = [writer.submit(lambda n=n: _insert_and_count(f"flow {n}")) for n in range(200)]
    assert [future.result(SOON) for future in counts] == list(range(1, 201))


def _insert_and_count(name: str) -> Transaction[int]:
    yield from insert(name)
    return (yield from count())


def test_many_threads_can_write_at_once(writer: Writer, seen: Readers) -> None:
    """Nothing is lost and nothing is done twice when threads ask at the same time."""
    start = threading.Barrier(8)

    def write(thread: int) -> None:
        start.wait(SOON)
        futures = [writer.submit(lambda n=n: insert(f"{thread}-{n}")) for n in range(50)]
        for future in futures:
            future.result(SOON)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert seen.run(count()) == 400


def test_a_transaction_that_yields_nothing_is_one(writer: Writer) -> None:
    """A store function that finds out that there is nothing to do may return at once."""

    def nothing() -> Transaction[str]:
        return "nothing"
        yield

    assert writer.submit(nothing).result(SOON) == "nothing"


def test_a_statement_with_an_error_is_told_to_who_asked(writer: Writer, seen: Readers) -> None:
    """A wrong value in one transaction leaves the writer able to write."""

    def too_large() -> Transaction[None]:
        yield Statement(
            "INSERT INTO log (id, name, level, message, timestamp) VALUES ('a', 'b', ?, 'c', 'd')", (2**70,)
        )

    with pytest.raises(UnstorableValue):
        writer.submit(too_large).result(SOON)
    writer.submit(lambda: insert("next")).result(SOON)
    assert seen.run(count()) == 1


# --- written behind ----------------------------------------------------------------------------------------------


def test_flush_makes_what_was_recorded_visible(writer: Writer, source: Gathered, seen: Readers) -> None:
    """After a flush every reader sees what was given before it."""
    source.waiting += ["a", "b"]
    writer.notice()
    writer.flush().result(SOON)
    assert seen.run(count()) == 2


def test_a_transaction_sees_what_was_recorded_before_it(writer: Writer, source: Gathered) -> None:
    """The end of a flow run is committed together with all its task runs, not before them."""
    source.waiting += ["a", "b"]
    assert writer.submit(count).result(SOON) == 2


def test_what_nobody_waits_for_is_written_all_the_same(
    writer: Writer, source: Gathered, seen: Readers
) -> None:
    """A line of a run that goes on for hours is readable soon after it was written."""
    source.waiting.append("a")
    writer.notice()
    deadline = threading.Event()
    for _ in range(SOON * 100):
        if seen.run(count()):
            return
        deadline.wait(0.01)
    pytest.fail("the row was not written")


def test_closing_writes_what_is_left(tmp_path: Path) -> None:
    """A program that ends loses nothing that it recorded."""
    source = Gathered()
    writer = Writer(tmp_path / "prefect.db", source)
    source.waiting += ["a", "b", "c"]
    writer.close()
    writer.close()
    readers = Readers(writer.path)
    assert readers.run(count()) == 3
    readers.close()


def test_a_closed_writer_says_so(tmp_path: Path) -> None:
    """Asking a closed writer is an error that names the file; a flush has nothing left to do."""
    writer = Writer(tmp_path / "prefect.db")
    writer.close()
    with pytest.raises(DatabaseError, match=r"prefect\.db is closed"):
        writer.submit(count)
    assert writer.flush().result(0) is None


@pytest.mark.parametrize(
    "poison", [None, 2**70, object(), "half\ud800"], ids=["empty", "too large", "object", "no UTF-8"]
)
def test_a_record_that_cannot_be_written_is_left_out(
    writer: Writer, source: Gathered, seen: Readers, poison: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """A bad record, made by whatever mistake, is told and left out; those beside it and after it are written."""
    source.waiting += ["before", poison, "after"]
    writer.flush().result(SOON)
    source.waiting += ["next"]
    writer.submit(lambda: insert("last")).result(SOON)
    assert seen.run(count()) == 4
    assert "cannot be stored" in capfd.readouterr().err


def test_a_transaction_that_cannot_even_begin_is_told(writer: Writer) -> None:
    """A mistake before the first statement goes to who asked for the transaction, and the writer lives on."""

    def mistaken() -> Transaction[None]:
        raise KeyError("not a generator at all")

    with pytest.raises(KeyError):
        writer.submit(mistaken).result(SOON)
    writer.submit(lambda: insert("next")).result(SOON)


# --- trouble with the file ---------------------------------------------------------------------------------------


def test_the_writer_waits_for_another_process(writer: Writer, source: Gathered, seen: Readers) -> None:
    """While another process writes, ours waits its turn instead of failing."""
    other = sqlite3.connect(writer.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO flow (id, name) VALUES ('x', 'other')")
    source.waiting.append("behind")
    future = writer.submit(lambda: insert("ours"))
    with pytest.raises(TimeoutError):
        future.result(0.2)
    other.execute("COMMIT")
    other.close()
    assert future.result(SOON) is None
    assert seen.run(count()) == 3


def test_what_could_not_be_written_is_written_later(writer: Writer, source: Gathered, seen: Readers) -> None:
    """Rows that a full disk refused are kept in memory and written when there is room again."""
    _limit_pages(writer, 1)  # as a full disk: the file can keep its size, and not grow
    source.waiting += [f"{number:05d}" + "x" * 500 for number in range(200)]
    with pytest.raises(DatabaseError, match=r"is full\. Free some space"):
        writer.flush().result(SOON)
    with pytest.raises(DatabaseError, match=r"is full\."):
        writer.submit(lambda: insert("y" * 50_000)).result(SOON)
    _limit_pages(writer, 1_000_000)
    writer.flush().result(SOON)
    assert seen.run(count()) == 200


def _limit_pages(writer: Writer, pages: int) -> None:
    writer._connection.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def test_closing_does_not_wait_for_others(tmp_path: Path) -> None:
    """A process that has nothing left to write ends at once, quietly, while another one writes."""
    writer = Writer(tmp_path / "prefect.db")
    writer.submit(lambda: insert(*range(2000))).result(SOON)
    writer.submit(_find_many).result(SOON)
    other = sqlite3.connect(writer.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    closing = threading.Thread(target=writer.close)
    closing.start()
    closing.join(SOON)
    assert not closing.is_alive()
    other.execute("COMMIT")
    other.close()


def _find_many() -> Transaction[None]:
    """Read by indexes, after which SQLite would like to make statistics of them when it is closed."""
    for table in ("flow_run", "task_run"):
        yield Statement(f"SELECT * FROM {table} WHERE name = 'a'")


def test_a_file_that_is_not_ours_is_refused_at_once(tmp_path: Path) -> None:
    """The writer cannot be had for a strange file, so that a run does not begin that could not be recorded."""
    path = tmp_path / "prefect.db"
    path.write_text("not a database, " * 100)
    with pytest.raises(DatabaseError, match="not an SQLite database"):
        Writer(path)


def test_no_thread_is_left_behind(tmp_path: Path) -> None:
    """A closed writer, or one that could not be made, leaves no thread."""
    before = threading.active_count()
    Writer(tmp_path / "prefect.db").close()
    (tmp_path / "text.db").write_text("x" * 2000)
    with pytest.raises(DatabaseError):
        Writer(tmp_path / "text.db")
    assert threading.active_count() == before


# --- readers -----------------------------------------------------------------------------------------------------


def test_a_reader_sees_one_moment(writer: Writer, seen: Readers) -> None:
    """What is committed while somebody reads does not change what he reads."""

    def twice() -> Transaction[tuple[int, int]]:
        before = yield from count()
        writer.submit(lambda: insert("meanwhile")).result(SOON)
        return before, (yield from count())

    assert seen.run(twice()) == (0, 0)
    assert seen.run(count()) == 1


def test_readers_cannot_write(seen: Readers) -> None:
    """A transaction that writes is refused by the readers' connections."""
    with pytest.raises(DatabaseError):
        seen.run(insert("a"))
    assert seen.run(count()) == 0


def test_many_threads_can_read_while_one_writes(writer: Writer, seen: Readers) -> None:
    """Readers neither wait for the writer nor for one another, and see counts that only grow."""
    grown: list[bool] = []

    def read() -> None:
        counts = [seen.run(count()) for _ in range(30)]
        grown.append(counts == sorted(counts))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(30):
        writer.submit(lambda n=number: insert(f"{n}")).result(SOON)
    for thread in threads:
        thread.join(SOON)
    assert grown == [True] * 8
    assert len(seen._idle) <= 4


def test_a_reader_that_failed_is_lent_again(writer: Writer, seen: Readers) -> None:
    """An error inside a read leaves its connection fit for the next one."""
    for _ in range(6):
        with pytest.raises(KeyError):
            seen.run(broken_read())
    assert seen.run(count()) == 0


def broken_read() -> Transaction[None]:
    """Read, then fail."""
    yield from count()
    raise KeyError("x")


def test_a_transaction_runs_on_any_connection() -> None:
    """The generator says what it needs and the executor does it: rows come back into it by name."""
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row

    def steps() -> Transaction[list[int]]:
        yield Statement("CREATE TABLE t (n INTEGER)")
        yield Batch("INSERT INTO t VALUES (?)", [(1,), (2,)])
        rows = yield Statement("SELECT n FROM t WHERE n > :low", {"low": 1})
        return [row["n"] for row in rows]

    assert run_transaction(connection, steps()) == [2]
    connection.close()
