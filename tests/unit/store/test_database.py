from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect.exceptions import ConfigurationError, ConstraintViolated, DatabaseError, UnstorableValue
from prefect.store.database import Database
from prefect.store.opening import open_database
from prefect.store.statements import Batch, Statement, Transaction
from tests.unit.store.databases import SOON, TRIAL, add_one, make_trial, put, read, rows


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each kind of database, with a table for trials."""
    place = tmp_path / "prefect.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_database(place)
    make_trial(opened, request.param)
    yield opened
    opened.close()


def test_what_was_written_is_read(database: Database) -> None:
    """A write whose future is done is seen by whoever reads afterwards."""
    database.write(lambda: put("1", "one", 1)).result(SOON)
    assert rows(database, "SELECT id, name, n FROM trial") == [("1", "one", 1)]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    """All that a transaction wrote is undone when it fails, and its exception reaches whoever waits."""

    def fail() -> Transaction[None]:
        yield from put("1")
        raise KeyError("a mistake")

    with pytest.raises(KeyError, match="a mistake"):
        database.write(fail).result(SOON)
    assert rows(database, "SELECT * FROM trial") == []


def test_a_file_error_of_a_transaction_is_its_own(database: Database) -> None:
    """An error that looks like one of the connection, but was raised by the transaction, is told as it is."""

    def fail() -> Transaction[None]:
        yield from put("1")
        raise FileNotFoundError("my file")

    with pytest.raises(FileNotFoundError, match="my file"):
        database.write(fail).result(SOON)


def test_counting_from_many_threads_loses_nothing(database: Database) -> None:
    """Transactions that read a number and write the next one mean the same as if they followed one another."""
    database.write(lambda: put("1", None, 0)).result(SOON)
    asked: list[Any] = []

    def ask() -> None:
        asked.extend(database.write(lambda: add_one("1")) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(future.result(SOON) for future in asked) == list(range(1, 31))
    assert rows(database, "SELECT n FROM trial") == [(30,)]


def test_looking_before_inserting_is_enough(database: Database) -> None:
    """Of several that each insert a row only where there is none, one inserts it."""

    def once(number: int) -> Transaction[bool]:
        if (yield Statement("SELECT 1 FROM trial WHERE name = ?", ("only",))):
            return False
        yield from put(str(number), "only")
        return True

    futures = [database.write(lambda number=number: once(number)) for number in range(12)]
    assert sum(future.result(SOON) for future in futures) == 1


def test_a_read_sees_one_moment(database: Database) -> None:
    """What is committed while a transaction reads is not seen by its later statements."""
    database.write(lambda: put("1")).result(SOON)
    between: list[int] = []

    def look() -> Transaction[tuple[int, int]]:
        first = yield Statement("SELECT count(*) AS n FROM trial")
        if between:  # from the second time on: the first finds out that there are several statements
            database.write(lambda: put(f"more {len(between)}"))
            other.wait(SOON)
        between.append(1)
        second = yield Statement("SELECT count(*) AS n FROM trial")
        return first[0]["n"], second[0]["n"]

    other = threading.Event()
    other.set()
    for _ in range(3):
        first, second = database.read(look).result(SOON)
        assert first == second


def test_a_key_that_is_taken(database: Database) -> None:
    """A second row with a key is refused, with the same exception from every database."""
    database.write(lambda: put("1", "one")).result(SOON)
    for again in (lambda: put("1"), lambda: put("2", "one")):
        with pytest.raises(ConstraintViolated):
            database.write(again).result(SOON)
    assert rows(database, "SELECT id FROM trial") == [("1",)]


def test_a_value_that_is_missing(database: Database) -> None:
    """A row without what it must have is refused."""
    with pytest.raises(ConstraintViolated):
        database.write(lambda: read("INSERT INTO trial (name) VALUES (?)", "x")).result(SOON)


def test_a_value_that_no_column_holds(database: Database) -> None:
    """A number over 64 bits is refused, and the database goes on."""
    with pytest.raises(UnstorableValue):
        database.write(lambda: put("1", None, 2**70)).result(SOON)
    database.write(lambda: put("1", None, 2**62)).result(SOON)
    assert rows(database, "SELECT n FROM trial") == [(2**62,)]


def test_values_come_back_as_they_were(database: Database) -> None:
    """Texts, JSON with its order and its numbers, and switches come back as they were given."""
    labels = {"z": 1.0, "a": 1e22, "big": 2**70, "text": "ü \\ \" '", "nested": [{}, None, True]}
    values = {"id": "1", "name": "ünïcode 🎉", "tags": ["b", "a"], "labels": labels, "n": True}

    def write() -> Transaction[dict[str, Any]]:
        yield Statement(TRIAL.insert, TRIAL.encode(values))
        found = yield Statement("SELECT * FROM trial")
        return TRIAL.decode(found[0])

    stored = database.write(write).result(SOON)
    assert stored == {**values, "n": 1}
    assert list(stored["labels"]) == list(labels)
    assert [type(value) for value in stored["labels"].values()] == [type(value) for value in labels.values()]


def test_text_with_nul(database: Database) -> None:
    """A NUL in a text or in JSON stops nothing; where a text cannot hold it, a replacement stands for it."""

    def write() -> Transaction[dict[str, Any]]:
        row = {"id": "a\x00b", "tags": ["t\x00"], "labels": {"k\x00": "\\u0000 v"}}
        yield Statement(TRIAL.insert, TRIAL.encode(row))
        found = yield Statement("SELECT * FROM trial WHERE {contains_any(tags, ?)}", ('["t\\u0000"]',))
        return TRIAL.decode(found[0])

    stored = database.write(write).result(SOON)
    assert stored["id"].replace("\x00", "\ufffd") == "a\ufffdb"
    assert [tag.replace("\x00", "\ufffd") for tag in stored["tags"]] == ["t\ufffd"]
    assert list(stored["labels"].values()) == ["\\u0000 v"]


def test_batches(database: Database) -> None:
    """A batch writes all of its rows, also where rows of one batch follow one another, and none where it fails."""
    many = [TRIAL.encode({"id": str(number % 300), "n": number}) for number in range(400)]

    def upsert() -> Transaction[None]:
        yield Batch(TRIAL.upsert, many, TRIAL.group)

    database.write(upsert).result(SOON)
    assert rows(database, "SELECT count(*), max(n), min(n) FROM trial") == [(300, 399, 100)]

    def fail() -> Transaction[None]:
        yield Batch(TRIAL.insert, [TRIAL.encode({"id": "new"})], TRIAL.group)
        yield Batch("INSERT INTO trial (id) VALUES (?)", [("newer",), ("1",)])

    with pytest.raises(ConstraintViolated):
        database.write(fail).result(SOON)
    assert rows(database, "SELECT id FROM trial WHERE id LIKE 'new%'") == []


def test_a_transaction_without_statements(database: Database) -> None:
    """A transaction need not ask for anything."""

    def nothing() -> Transaction[str]:
        return "nothing"
        yield

    assert database.write(nothing).result(SOON) == database.read(nothing).result(SOON) == "nothing"


def test_closing_finishes_what_was_asked_for(database: Database) -> None:
    """What was asked for before the end is done; afterwards asking is an error, and closing again does nothing."""
    futures = [database.write(lambda number=number: put(str(number))) for number in range(20)]
    database.close()
    assert [future.result(0) for future in futures] == [None] * 20
    for ask in (database.write, database.read):
        with pytest.raises(DatabaseError, match="closed"):
            ask(lambda: put("late"))
    database.close()


@pytest.mark.parametrize("place", ["sqlite:///{}", "sqlite+aiosqlite:///{}?timeout=3", "{}"])
def test_urls_of_files(tmp_path: Path, place: str) -> None:
    """A file is named by its path or by a URL."""
    path = tmp_path / "folder" / "runs.db"
    open_database(place.format(path)).close()
    assert path.exists()


@pytest.mark.parametrize("url", ["mysql://localhost/runs", "sqlite://runs.db", "http://localhost"])
def test_other_urls_are_refused(url: str) -> None:
    """A URL of another kind is named, and what can be used."""
    with pytest.raises(ConfigurationError, match=r"PREFECT_SERVER_DATABASE_CONNECTION_URL.*postgresql"):
        open_database(url)
