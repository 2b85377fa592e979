"""Who reads a table in the order in which it is written misses nothing, whoever writes and however late."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from prefect._clock import now
from prefect.store.database import Database
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.opening import open_database
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.events import EVENT
from prefect.store.tails import Place, read_behind, read_end


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def place_of(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a database of each kind is."""
    return tmp_path / "prefect.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def database(place_of: Path | str) -> Iterator[Database]:
    """Each kind of database."""
    opened = open_database(place_of)
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(database: Database, place_of: Path | str) -> Iterator[Database]:
    """The same database, as another process has it."""
    opened = open_database(place_of)
    yield opened
    opened.close()


def tell(*names: str) -> Transaction[None]:
    """Record events in one transaction."""
    yield from insert_events(
        EventRow(uuid4(), now(), name, {"prefect.resource.id": "a.thing"}) for name in names
    )


def behind(database: Database, place: Place, limit: int = 100) -> tuple[Place, list[str]]:
    """Return the names of the events behind a place, and the next place."""
    found: tuple[Place, list[Row]] = database.read(
        lambda: read_behind(EVENT, "received", place, limit)
    ).result()
    return found[0], [row["event"] for row in found[1]]


def end(database: Database) -> Place:
    """Return the place behind all events."""
    return database.read(lambda: read_end(EVENT, "received")).result()


def test_what_is_written_is_read_in_its_order(database: Database) -> None:
    """From a place on, all that was written after it is read once, in the order in which it was handed over."""
    database.write(lambda: tell("before")).result()
    place = end(database)
    assert behind(database, place) == (place, [])
    names = [f"number {number}" for number in range(30)]
    database.write(lambda: tell(*names)).result()
    database.write(lambda: tell("after")).result()
    assert behind(database, place)[1] == [*names, "after"]


def test_a_batch_may_end_within_a_transaction(database: Database) -> None:
    """However few rows are read at once, none is read twice and none is left out."""
    place = end(database)
    names = [f"number {number}" for number in range(10)]
    database.write(lambda: tell(*names)).result()
    database.write(lambda: tell("last")).result()
    found: list[str] = []
    while True:
        place, some = behind(database, place, 3)
        if not some:
            break
        found += some
    assert found == [*names, "last"]


def test_what_is_committed_late_is_not_behind(database: Database, elsewhere: Database) -> None:
    """An event of a transaction that took long is read, although others that began later were read before."""
    place = end(database)
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> Transaction[None]:
        yield from tell("slow")
        begun.set()
        assert may_end.wait(30)
        yield Statement("SELECT 1 AS one")

    late = database.write(slow)
    assert begun.wait(30)
    quick = elsewhere.write(lambda: tell("quick"))
    place, found = behind(elsewhere, place)
    may_end.set()
    late.result(30)
    quick.result(30)
    found += behind(elsewhere, place)[1]
    assert sorted(found) == ["quick", "slow"]


def test_many_writers_and_one_reader(database: Database) -> None:
    """While several threads write, a reader has every event once."""
    place = end(database)
    threads = [
        threading.Thread(
            target=lambda n=n: [database.write(lambda: tell(f"{n}")).result() for _ in range(25)]
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    found: list[str] = []
    while any(thread.is_alive() for thread in threads):
        place, some = behind(database, place, 7)
        found += some
    found += behind(database, place)[1]
    assert sorted(found) == sorted(["0", "1", "2", "3"] * 25)
