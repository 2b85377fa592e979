"""PostgreSQL crashes and comes back while transactions run: what was committed is there, and the rest is told."""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prefect.exceptions import DatabaseUnavailable
from prefect.schemas.variables import VariableCreate
from prefect.store.postgres_connection import PostgresOptions
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.statements import Statement, Transaction
from prefect.store.variables import create_variable
from tests.postgres import Cluster, programs

ENOUGH = 60.0


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of its own, which waits for the disk."""
    made = Cluster(Path(tempfile.mkdtemp(prefix="postgres-")), next(iter(programs().values())), durable=True)
    yield made
    made.stop()
    shutil.rmtree(made.folder)
    Path(f"{made.folder}.log").unlink()


def names() -> Transaction[list[str]]:
    """Return the names of all variables."""
    rows = yield Statement("SELECT name FROM variable")
    return [row["name"] for row in rows]


@pytest.mark.needs("posix", "postgres")
def test_a_crash_of_postgresql_loses_nothing(cluster: Cluster) -> None:
    """Writers go on by themselves afterwards; of each write they know that it is stored, or that it may not be."""
    database = PostgresDatabase(PostgresOptions(cluster.url("postgres")))
    stored: set[str] = set()
    over, going = threading.Event(), threading.Semaphore(0)

    def write(writer: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            name = f"{writer}-{number}"
            try:
                new = VariableCreate(name=name, value=1)
                database.write(lambda new=new: create_variable(new)).result(ENOUGH)
            except (
                DatabaseUnavailable
            ):  # or CommitUnknown; were it run again by itself, the name might be taken
                continue
            else:
                stored.add(name)
                going.release()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in writers:
        thread.start()
    for how in (signal.SIGQUIT, signal.SIGINT, signal.SIGQUIT):
        for _ in range(60):  # some writes before each crash, and after the last
            assert going.acquire(timeout=ENOUGH)
        cluster.stop(how)
        cluster.start()
    for _ in range(60):
        assert going.acquire(timeout=ENOUGH)
    over.set()
    for thread in writers:
        thread.join()
    found = database.read(names).result(ENOUGH)
    database.close()
    assert stored <= set(found)
    assert len(found) == len(set(found))
