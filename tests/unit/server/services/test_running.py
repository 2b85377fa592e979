"""Services run together, share the work with other servers, and end when they are asked to."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from prefect.server.services.all_services import ALL_SERVICES
from prefect.server.services.running import Services
from prefect.server.services.service import Service, Surveyor
from prefect.settings import Settings, get_current_settings
from prefect.settings.names import by_variable
from prefect.store.database import Database
from prefect.store.opening import open_database
from prefect.store.service_claims import claim_service, read_service_claims, release_services
from prefect.store.sqlite_database import SqliteDatabase
from prefect.testing.clock import hold_clock


def service(name: str, look: Callable[[Surveyor], Awaitable[bool]], every: float = 0.01) -> Service:
    """Return a service that is on."""
    return Service(name, "Does something.", "a.b", lambda _: True, lambda _: every, look)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - counts change in the services, which know nothing of this test
            await asyncio.sleep(0.005)


async def test_a_service_that_fails_looks_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong in one service is told, rests longer, and stops neither it nor the others."""
    looks = {"good": 0, "bad": 0}

    async def good(_: Surveyor) -> bool:
        looks["good"] += 1
        return False

    async def bad(_: Surveyor) -> bool:
        looks["bad"] += 1
        raise RuntimeError("not today")

    database = SqliteDatabase(tmp_path / "prefect.db")
    services = Services(database, get_current_settings(), [service("good", good), service("bad", bad)])
    await services.start()
    await until(lambda: looks["good"] > 20 and looks["bad"] > 2)
    await services.stop()
    database.close()
    assert looks["bad"] < looks["good"]
    assert services.records["bad"].failures == services.records["bad"].failures_in_a_row == looks["bad"]
    assert services.records["good"].failures == 0
    assert "not today" in caplog.text


async def test_what_is_left_is_done_at_once(tmp_path: Path) -> None:
    """A service that says there is more looks again without a rest."""
    looks: list[float] = []

    async def look(_: Surveyor) -> bool:
        looks.append(time.monotonic())
        return len(looks) < 5

    database = SqliteDatabase(tmp_path / "prefect.db")
    services = Services(database, get_current_settings(), [service("one", look, every=0.2)])
    await services.start()
    await until(lambda: len(looks) >= 5)
    await services.stop()
    database.close()
    assert looks[4] - looks[0] < 0.2


async def test_services_end_after_what_they_are_about(tmp_path: Path) -> None:
    """When services are stopped, one that is in the middle of something ends it first."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def look(_: Surveyor) -> bool:
        begun.set()
        await asyncio.sleep(0.05)
        ended.set()
        return True

    database = SqliteDatabase(tmp_path / "prefect.db")
    services = Services(database, get_current_settings(), [service("one", look)])
    await services.start()
    await begun.wait()
    await services.stop()
    assert ended.is_set()
    assert database.read(read_service_claims).result() == {}
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give the test a database of each kind."""
    place = tmp_path / "prefect.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_database(place)
    yield opened
    opened.close()


def test_a_claim_is_one_servers_until_it_lapses(database: Database) -> None:
    """Of two servers one has a service; when it dies the other has it after a while, when it ends at once."""

    def claim(owner: str) -> bool:
        return database.write(lambda: claim_service("late-runs", owner, 30)).result()

    with hold_clock() as clock:
        assert claim("a")
        assert not claim("b")
        clock.advance(20)
        assert claim("a")
        clock.advance(20)
        assert not claim("b")
        clock.advance(11)
        assert claim("b")
        assert not claim("a")
        assert database.read(read_service_claims).result() == {"late-runs": "b"}
        database.write(lambda: release_services("b")).result()
        assert claim("a")


async def test_two_servers_share_the_services(database: Database) -> None:
    """Each service runs in one of two servers; when that one stops, the other takes its services over."""
    looks: dict[str, list[str]] = {"a": [], "b": []}

    def services_of(server: str) -> list[Service]:
        def looking(name: str) -> Service:
            async def look(_: Surveyor) -> bool:
                looks[server].append(name)
                return False

            return service(name, look)

        return [looking(name) for name in ("one", "two", "three", "four")]

    first = Services(database, get_current_settings(), services_of("a"))
    second = Services(database, get_current_settings(), services_of("b"))
    await first.start()
    await second.start()
    await until(lambda: set(looks["a"]) | set(looks["b"]) == {"one", "two", "three", "four"})
    assert not set(looks["a"]) & set(looks["b"])
    await first.stop()
    looks["b"].clear()
    await until(lambda: set(looks["b"]) == {"one", "two", "three", "four"})
    await second.stop()


_SERVER = """
    import asyncio, sys
    from pathlib import Path
    from prefect.server.services.running import Services
    from prefect.settings import get_current_settings
    from prefect.store.sqlite_database import SqliteDatabase

    async def main():
        database = SqliteDatabase(Path(sys.argv[1]))
        services = Services(database, get_current_settings())
        await services.start()
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await services.stop()
        database.close()

    asyncio.run(main())
"""


def test_services_of_several_processes_start_and_end_cleanly(tmp_path: Path) -> None:
    """Two processes run their services on one file; both end when they are asked to, without a word of complaint."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_SERVER), str(tmp_path / "prefect.db")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")


async def test_idle_services_cost_almost_nothing(tmp_path: Path) -> None:
    """All services together take less than a hundredth of a core when there is nothing to do."""
    database = SqliteDatabase(tmp_path / "prefect.db")
    services = Services(database, get_current_settings())
    await services.start()
    await until(lambda: all(record.looks for record in services.records.values()))
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    await asyncio.sleep(5)
    after, passed = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - begun
    await services.stop()
    database.close()
    spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    assert spent / passed < 0.02  # of a machine that does other things too
    assert all(record.failures == 0 for record in services.records.values())


def test_each_service_has_a_setting_that_exists() -> None:
    """The variable that turns a service on is one of the settings."""
    for each in ALL_SERVICES:
        assert by_variable(Settings, each.variable), each.name
        assert each.is_enabled(get_current_settings())
        assert each.every(get_current_settings()) > 0
