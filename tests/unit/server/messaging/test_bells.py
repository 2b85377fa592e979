"""Bells wake those who listen; what they are told is in the database."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from prefect.server.messaging import postgres_bell
from prefect.server.messaging.bells import LocalBell
from prefect.server.messaging.listening import Listening
from prefect.server.messaging.opening import with_bell
from prefect.server.messaging.postgres_bell import PostgresBell
from prefect.server.messaging.ringing import RingingDatabase
from prefect.server.messaging.tails import Follower, FollowsTooSlowly, Tail
from prefect.store.opening import open_database
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.events import EVENT
from prefect.store.variables import count_variables

SOON = 20


def note(kind: str) -> Transaction[None]:
    """Write something."""
    yield Statement("INSERT INTO retention (kind) VALUES (?) ON CONFLICT DO NOTHING", (kind,))


def heard(database: RingingDatabase) -> threading.Event:
    """Return what is set with the next ring."""
    rung = threading.Event()
    database.bell.listen(rung.set)
    return rung


def test_who_listens_is_woken_until_he_has_enough() -> None:
    """Every listener is called for each ring, until it ends that."""
    bell, calls = LocalBell(), list[str]()
    end_first = bell.listen(lambda: calls.append("first"))
    bell.listen(lambda: calls.append("second"))
    bell.ring()
    end_first()
    bell.ring()
    bell.close()
    bell.ring()
    assert calls == ["first", "second", "second"]


def test_a_write_rings_and_a_read_does_not(tmp_path: Path) -> None:
    """The bell rings when what was written is committed."""
    database = with_bell(open_database(tmp_path / "prefect.db"))
    rung = heard(database)
    database.read(lambda: count_variables(None)).result(SOON)
    assert not rung.is_set()
    database.write(lambda: note("a")).result(SOON)
    assert rung.wait(SOON)
    database.close()


async def test_a_ring_between_two_looks_is_not_missed() -> None:
    """Who was busy when the bell rang looks again at once."""
    bell = LocalBell()
    with Listening(bell) as listening:
        bell.ring()
        await asyncio.sleep(0)
        begun = time.monotonic()
        await listening.wait(SOON)
        assert time.monotonic() - begun < SOON / 2
        await listening.wait(0.01)  # nothing rang since


@pytest.mark.needs("postgres")
def test_all_servers_on_a_postgres_hear_one_another(postgres_url: str) -> None:
    """What one server writes wakes the others on the same database."""
    here, there = (with_bell(open_database(postgres_url)) for _ in range(2))
    for number in range(3):
        rung = heard(there)
        deadline = time.monotonic() + SOON
        while not rung.wait(0.2):
            # The other one may not have been listening yet.
            assert time.monotonic() < deadline
            here.write(lambda number=number: note(f"{number}")).result(SOON)
    here.close()
    there.close()


@pytest.mark.needs("postgres")
def test_a_bell_survives_the_loss_of_its_connection(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When PostgreSQL ends the connections, servers hear one another again after a while."""
    monkeypatch.setattr(postgres_bell, "RECONNECT_AFTER", 0.1)

    def cut() -> Transaction[None]:
        yield Statement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%' OR query LIKE 'NOTIFY%'"
        )

    here, there = (with_bell(open_database(postgres_url)) for _ in range(2))
    assert isinstance(here.bell, PostgresBell)
    here.write(cut).result(SOON)
    rung = heard(there)
    deadline = time.monotonic() + SOON
    while not rung.wait(0.2):
        assert time.monotonic() < deadline
        here.write(lambda: note("again")).result(SOON)
    here.close()
    there.close()


async def test_a_follower_that_is_too_slow_is_let_go() -> None:
    """What gathers for one who does not take it is bounded."""
    follower = Follower[int](lambda _: True)
    follower.offer(list(range(10_000)))
    assert len(await follower.next()) == 10_000
    follower.offer(list(range(10_001)))
    with pytest.raises(FollowsTooSlowly):
        await follower.next()


class _Reads:
    def __init__(self, database: RingingDatabase) -> None:
        self.database = database
        self.count = 0

    async def read(self, make: object) -> object:
        self.count += 1
        return await asyncio.wrap_future(self.database.read(make))  # type: ignore[arg-type]


async def test_a_tail_reads_only_while_somebody_follows(tmp_path: Path) -> None:
    """Nothing is read for nobody; who comes while another leaves still has everything."""
    database = with_bell(open_database(tmp_path / "prefect.db"))
    reads = _Reads(database)

    def name_of(row: Row) -> str:
        return row["event"]

    tail = Tail(EVENT, "received", reads, database.bell, name_of)  # type: ignore[arg-type]
    for _ in range(20):
        async with tail.follow(lambda _: True):
            pass
    before = reads.count
    database.write(lambda: note("a")).result(SOON)
    await asyncio.sleep(0.05)
    assert reads.count == before
    assert tail.followers == 0
    database.close()
