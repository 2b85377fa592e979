from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from prefect.schemas.artifacts import ArtifactCreate
from prefect.store.answered_requests import KEPT, answered_once
from prefect.store.artifacts import count_artifacts, create_artifact
from prefect.store.database import Database
from prefect.store.opening import open_database
from prefect.store.statements import Transaction
from prefect.testing.clock import hold_clock
from tests.unit.store.databases import SOON, rows


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Each kind of database."""
    if request.param == "postgres":
        yield request.getfixturevalue("cleared_postgres")
        return
    opened = open_database(tmp_path / "prefect.db")
    yield opened
    opened.close()


def make(key: str, data: str) -> Transaction[tuple[int, bytes]]:
    """Make an artifact, once under a key."""
    return answered_once(
        key,
        lambda: create_artifact(ArtifactCreate(data=data)),
        lambda made: (201, made.model_dump_json().encode()),
    )


def count(database: Database) -> int:
    """Return how many artifacts there are."""
    return database.read(count_artifacts).result(SOON)


def test_a_repeat_gets_the_first_answer(database: Database) -> None:
    """Under one key something is made once, and every repeat is answered alike; another key is another request."""
    first, again, other = (
        database.write(lambda one=one: make(*one)).result(SOON)
        for one in (("a", "ü"), ("a", "x"), ("b", "x"))
    )
    assert first == again != other
    assert first[0] == 201
    assert "ü" in first[1].decode()
    assert count(database) == 2


def test_repeats_that_arrive_at_once(database: Database) -> None:
    """Of requests with one key that run side by side one does the work, and all have its answer."""
    futures = [database.write(lambda: make("same", "data")) for _ in range(8)]
    assert len({future.result(SOON) for future in futures}) == 1
    assert count(database) == 1


def test_what_failed_may_be_asked_for_again(database: Database) -> None:
    """A request that failed leaves nothing behind under its key."""

    def fail() -> Transaction[None]:
        yield from create_artifact(ArtifactCreate(data="half"))
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        database.write(lambda: answered_once("a", fail, lambda _: (204, b""))).result(SOON)
    assert count(database) == 0
    assert database.write(lambda: make("a", "whole")).result(SOON)[0] == 201


def test_answers_are_forgotten(database: Database) -> None:
    """Answers are kept for a day; then they are deleted by and by."""
    with hold_clock() as clock:
        database.write(lambda: answered_once("old", _nothing, lambda _: (204, b""))).result(SOON)
        clock.advance(KEPT + timedelta(seconds=1))
        for number in range(300):
            database.write(
                lambda number=number: answered_once(f"new {number}", _nothing, lambda _: (204, b""))
            ).result(SOON)
        assert rows(database, "SELECT count(*) FROM answered_request") == [(300,)]


def _nothing() -> Transaction[None]:
    return None
    yield
