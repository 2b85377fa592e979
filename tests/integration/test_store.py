"""The record of runs as a person and a program see it: files, homes, threads, and what may happen to them."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from prefect import flow, get_run_logger, task
from prefect.backend import close_backends, get_backend, open_reader
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run as present_run


@task
def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number


@flow(name="Doubles")
def doubles(count: int = 3) -> int:
    """Double some numbers, here and in threads."""
    get_run_logger().info("%s numbers", count)
    return sum(double(number) for number in range(count)) + sum(double.map(list(range(count))).result())


def test_all_of_a_run_is_in_the_file_when_the_flow_returns(home: Path) -> None:
    """Another program that opens the file at that moment finds run, task runs, states and lines."""
    assert doubles(4) == 24
    connection = sqlite3.connect(home / "prefect.db")
    counts = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("flow_run", "task_run", "task_run_state")
    ]
    (message,) = connection.execute("SELECT message FROM log WHERE message LIKE '% numbers'").fetchone()
    connection.close()
    assert (counts, message) == ([1, 8, 24], "4 numbers")


def test_nothing_is_made_before_a_flow_runs(home: Path) -> None:
    """Importing, decorating and looking leave no trace on disk."""
    assert open_reader() is None
    assert not home.exists()


def test_a_reader_sees_what_a_running_flow_has_recorded(home: Path) -> None:
    """While a flow runs, another connection sees it running, with what was recorded up to a flush."""

    @flow
    def looks() -> list[object]:
        double(1)
        get_backend().flush().result(10)
        reader = open_reader()
        assert reader is not None
        (run,) = reader.list_flow_runs()
        seen = [run.state_name, reader.count_task_runs(flow_run_id=run.id)]
        reader.close()
        return seen

    assert looks() == ["Running", 1]


def test_each_home_has_its_own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that changes PREFECT_HOME records each run where it belongs."""
    for name, times in (("one", 1), ("two", 2)):
        monkeypatch.setenv("PREFECT_HOME", str(tmp_path / name))
        for _ in range(times):
            doubles(1)
    for name, times in (("one", 1), ("two", 2)):
        monkeypatch.setenv("PREFECT_HOME", str(tmp_path / name))
        assert get_backend().count_flow_runs() == times


def test_a_closed_record_is_opened_again() -> None:
    """Closing between runs, as a long-lived program may do, loses nothing."""
    for _ in range(3):
        doubles(1)
        close_backends()
    assert get_backend().count_flow_runs(state_names=["Completed"]) == 3


def test_flows_in_threads_share_the_record() -> None:
    """Flows that run at the same time in threads are all recorded, each with its own task runs."""
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(doubles(n))) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == sorted(2 * n * (n - 1) for n in range(1, 9))
    backend = get_backend()
    counts = sorted(backend.count_task_runs(flow_run_id=run.id) for run in backend.list_flow_runs())
    assert counts == [2 * n for n in range(1, 9)]


def test_async_flows_at_once_share_the_record() -> None:
    """The same for flows that an event loop runs side by side."""

    @flow
    async def waits(number: int) -> int:
        await asyncio.sleep(0)
        return double(number)

    async def together() -> list[int]:
        return await asyncio.gather(*(waits(number) for number in range(10)))

    assert asyncio.run(together()) == [2 * number for number in range(10)]
    assert get_backend().count_flow_runs(state_names=["Completed"]) == 10


def test_a_run_that_is_deleted_while_it_runs_is_told() -> None:
    """Who deletes a run that is running ends it with an error that says so; later runs are recorded."""

    @flow
    def deleted() -> None:
        double(1)
        get_backend().delete_flow_run(present_run.id).result(10)
        double(2)

    with pytest.raises(ObjectNotFound, match="deleted"):
        deleted()
    assert doubles(1) == 0
    assert get_backend().count_flow_runs() == 1


def test_a_home_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spaces, question marks, percent signs and letters of any script in the path change nothing."""
    for name in ("my runs", "what?mode=ro", "50%20", "Übersicht 日本", "a#b", "file:x"):
        monkeypatch.setenv("PREFECT_HOME", str(tmp_path / name))
        assert doubles(1) == 0
        assert (tmp_path / name / "prefect.db").stat().st_size > 0
        reader = open_reader()
        assert reader is not None
        assert reader.count_flow_runs() == 1
        reader.close()


def test_a_long_line_and_a_large_parameter_are_kept_whole() -> None:
    """A megabyte of text is recorded as it is."""
    text = "é" * 500_000

    @flow
    def large(value: str) -> None:
        get_run_logger().info(value)

    large(text)
    backend = get_backend()
    (run,) = backend.list_flow_runs()
    assert run.parameters == {"value": text}
    assert text in [line.message for line in backend.list_logs(flow_run_id=run.id)]
