"""The harness: a home and a database of the test's own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from prefect import flow, get_run_logger
from prefect.backend import get_backend
from prefect.settings import get_current_settings, temporary_settings
from prefect.testing.utilities import get_most_recent_flow_run, prefect_test_harness


@flow(name="counted")
def counted() -> str:
    get_run_logger().info("hello")
    return str(get_current_settings().home)


def count() -> int:
    """Return how many flow runs are recorded."""
    backend = get_backend()
    backend.flush().result(10)
    return backend.count_flow_runs()


def test_a_harness_has_a_home_of_its_own_and_leaves_nothing(home: Path) -> None:
    """Runs inside are recorded there; afterwards that home is gone, and the usual one was never touched."""
    before = dict(os.environ)
    with prefect_test_harness():
        inside = Path(counted())
        assert (count(), inside.exists()) == (1, True)
    assert not inside.exists()
    assert not home.exists()
    assert dict(os.environ) == before
    assert get_current_settings().home == home


def fails_inside() -> None:
    """Run a flow in a harness of its own, then fail."""
    with prefect_test_harness():
        assert count() == 0
        counted()
        raise KeyError("from inside")


def test_harnesses_are_nested_and_apart(home: Path) -> None:
    """Each has a database of its own; the outer one holds again when the inner one ends, also by an error."""
    counted()
    with prefect_test_harness():
        counted()
        counted()
        with pytest.raises(KeyError, match="from inside"):
            fails_inside()
        assert count() == 2
    assert count() == 1
    assert get_current_settings().home == home


def test_a_harness_holds_in_threads_and_processes() -> None:
    """Flows of threads that were not started by a flow, and of other processes, are recorded in it too."""
    script = "from prefect import flow\n@flow\ndef other(): pass\nother()"
    with prefect_test_harness():
        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(lambda _: counted(), range(8)))) == 1
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)
        assert count() == 9


@pytest.mark.parametrize("place", ["environment", "file", "profile", "context"])
def test_no_setting_leads_out_of_a_harness(
    place: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server or a database that is set anywhere is not used inside, and is afterwards; other settings hold."""
    monkeypatch.chdir(tmp_path)
    url = "http://127.0.0.1:1/api"
    context = {}
    if place == "environment":
        monkeypatch.setenv("PREFECT_API_URL", url)
        monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", "postgresql+asyncpg://nowhere/x")
        monkeypatch.setenv("PREFECT_FLOWS_DEFAULT_RETRIES", "2")
    elif place == "file":
        (tmp_path / "prefect.toml").write_text(f"[api]\nurl = '{url}'\n[flows]\ndefault_retries = 2\n")
    elif place == "profile":
        home.mkdir()
        (home / "profiles.toml").write_text(f"[profiles.mine]\nPREFECT_API_URL = '{url}'\n")
        monkeypatch.setenv("PREFECT_PROFILE", "mine")
        monkeypatch.setenv("PREFECT_FLOWS_DEFAULT_RETRIES", "2")
    else:
        context = {"api.url": url, "flows.default_retries": 2}
    with temporary_settings(context) if context else temporary_settings():
        if not context:
            assert get_current_settings().api.url == url
        with prefect_test_harness():
            counted()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(counted).result()
            assert count() == 2
            assert get_current_settings().flows.default_retries == 2
        assert get_current_settings().api.url == url


def test_settings_of_a_test_hold_in_a_harness(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test inside can set what it likes, by variables and for a block."""
    with prefect_test_harness():
        monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "ERROR")
        assert get_current_settings().logging.level == "ERROR"
        with temporary_settings({"flows.default_retries": 5}):
            assert get_current_settings().flows.default_retries == 5
            assert Path(counted()) != Path(os.environ["HOME"])


def test_an_asynchronous_fixture_can_hold_a_harness() -> None:
    """It may be entered in one context and left in another one."""

    async def run() -> None:
        with temporary_settings({"flows.default_retries": 1}):
            harness = prefect_test_harness()
            await asyncio.create_task(_call(harness.__enter__))
            counted()
            await asyncio.create_task(_call(lambda: harness.__exit__(None, None, None)))

    asyncio.run(run())


async def _call(function: object) -> None:
    function()  # type: ignore[operator]


def test_a_harness_costs_next_to_nothing() -> None:
    """Entering and leaving one, with a flow run inside, is quick enough to surround each test."""
    with prefect_test_harness():
        counted()
    took: list[float] = []
    for _ in range(5):
        with prefect_test_harness(server_startup_timeout=None):
            began = time.perf_counter()
            counted()
            took.append(-(time.perf_counter() - began))
            began = time.perf_counter()
        took[-1] = time.perf_counter() - began
    assert min(took) < 0.05


async def test_the_newest_flow_run_can_be_had() -> None:
    """`get_most_recent_flow_run` returns it, of any flow or of one; that there is none is an error with the name."""
    with prefect_test_harness():
        await asyncio.to_thread(counted)
        await asyncio.to_thread(flow(name="later")(lambda: None))
        newest, older = await get_most_recent_flow_run(), await get_most_recent_flow_run(flow_name="counted")
        assert newest.created is None or older.created is None or newest.created >= older.created
        assert newest.id != older.id
        with pytest.raises(Exception, match="'nowhere'"):
            await get_most_recent_flow_run(flow_name="nowhere")


@pytest.mark.parametrize("way", ["url", "profile"])
def test_a_database_in_memory_goes_with_the_process(
    way: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`:memory:`, by URL or by the profile `test`, records runs for this process, and leaves no file."""
    script = (
        "from prefect import flow\nfrom prefect.backend import get_backend\n"
        "flow(name='x')(lambda: None)()\nprint(get_backend().path, get_backend().count_flow_runs())"
    )
    if way == "url":
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "sqlite+aiosqlite:///:memory:")
    else:
        monkeypatch.setenv("PREFECT_PROFILE", "test")
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    path, runs = done.stdout.split()
    assert runs == "1"
    assert not Path(path).parent.exists()
    assert not home.exists()


@pytest.mark.needs("posix")
def test_a_forked_process_has_a_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that ends does not take its parent's record in memory with it."""
    script = """
import os
from prefect import flow
from prefect.backend import get_backend
run = flow(name="x")(lambda: None)
run()
child = os.fork()
run()
if child:
    os.waitpid(child, 0)
    run()
    print(get_backend().count_flow_runs())
"""
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "sqlite+aiosqlite:///:memory:")
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "3\n"
