"""Background tasks: stored by one process, run by a worker, read by whoever has the future."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, tags, task
from prefect.backend import open_reader
from prefect.exceptions import ObjectNotFound, SerializationError
from prefect.futures import PrefectDistributedFuture, wait
from prefect.task_runners import PrefectTaskRunner
from prefect.task_worker import TaskWorker, aserve, serve, status_server
from tests.integration.programs.process_tasks import (
    Plain,
    double,
    double_later,
    fails,
    waits_for,
    whereabouts,
)

SERVER = """
from prefect import task_worker
from tests.integration.programs.process_tasks import double, waits_for
task_worker.CLAIM_SECONDS = 1.0
task_worker.serve(double, waits_for)
"""


@contextmanager
def working(*tasks: Any, **options: Any) -> Iterator[TaskWorker]:
    """Have a worker in a thread of this process."""
    worker = TaskWorker(*tasks, **options)
    thread = threading.Thread(target=worker.start)
    thread.start()
    try:
        yield worker
    finally:
        worker.stopping = True
        thread.join()


@contextmanager
def worker_process() -> Iterator[subprocess.Popen[bytes]]:
    """Have a worker in another process."""
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", SERVER], cwd=root, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_delayed_task_waits_for_a_worker_and_its_future_tells_the_result() -> None:
    """Without a worker a run stays Scheduled; with one it is run, and failures are raised as they were."""
    future = double.delay(4)
    assert future.state.name == "Scheduled"
    with pytest.raises(TimeoutError, match="did not complete within"):
        future.result(timeout=0.05)
    with working(double, double_later, fails):
        assert future.result(timeout=20) == 8
        assert double_later.delay(5).result(timeout=20) == 10
        broken = fails.delay("plain")
        with pytest.raises(Plain, match="plain"):
            broken.result(timeout=20)
        assert isinstance(broken.result(raise_on_failure=False), Plain)
    reader = open_reader()
    assert reader is not None
    states = [state.name for state in reader.read_task_run_states(future.task_run_id)]
    assert states == ["Scheduled", "Pending", "Running", "Completed"]
    reader.close()


def test_a_background_task_has_the_context_it_was_scheduled_in() -> None:
    """Its flow run and tags are those of the code that delayed it; its lines are recorded with it."""
    delayed: list[PrefectDistributedFuture[Any]] = []

    @flow(name="delaying", log_prints=True)
    def parent() -> None:
        with tags("eu"):
            delayed.append(whereabouts.delay("one"))

    parent()
    (future,) = delayed
    with working(whereabouts):
        found = future.result(timeout=20)
    assert (found["flow"], found["tags"]) == ("delaying", ["eu"])
    reader = open_reader()
    assert reader is not None
    stored = reader.read_task_run(future.task_run_id)
    assert stored is not None
    assert str(stored.flow_run_id) == found["flow_run"]
    assert [line.message for line in reader.list_logs(task_run_id=future.task_run_id)][:2] == [
        "logged one",
        "printed one",
    ]
    reader.close()


def test_background_tasks_wait_for_one_another() -> None:
    """A future given to a background task is its dependency; `wait`, callbacks and equal futures work as ever."""
    heard = threading.Event()
    with working(double, limit=1):
        first = double.delay(1)
        second = double.apply_async((first,), wait_for=[first])
        second.add_done_callback(lambda _: heard.set())
        assert second.result(timeout=20) == 4
        assert double.map([1, 2], deferred=True).result(timeout=20) == [2, 4]
        assert wait([first, second]).done == {first, PrefectDistributedFuture(second.task_run_id)}
        assert heard.wait(20)


def test_a_flow_may_leave_its_tasks_to_workers() -> None:
    """PrefectTaskRunner stores what is submitted and mapped; results come back through the record."""

    @flow(task_runner=PrefectTaskRunner())
    def parent() -> Any:
        first = double.submit(3)
        assert isinstance(first, PrefectDistributedFuture)
        return first.result(timeout=20), double.map([1, first]).result(timeout=20)

    with working(double):
        assert parent() == (6, [2, 12])


async def test_async_code_serves_and_waits_without_blocking() -> None:
    """`aserve` ends after its timeout, `result_async` awaits."""
    future = double.delay(2)
    await aserve(double, timeout=0.3)
    assert await future.result_async(timeout=5) == 4
    await future.wait_async()


@pytest.mark.needs("posix")
def test_a_worker_process_finishes_what_it_has_on_sigterm(tmp_path: Path) -> None:
    """SIGTERM lets the run end first and is then the end of the worker."""
    future = waits_for.delay(tmp_path / "go")
    with worker_process() as process:
        while not (tmp_path / "go.began").exists():
            threading.Event().wait(0.01)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        (tmp_path / "go").touch()
        assert future.result(timeout=20) == "seen"
        assert process.wait(20) == -signal.SIGTERM


@pytest.mark.needs("posix")
def test_runs_of_a_killed_worker_are_run_by_another(tmp_path: Path) -> None:
    """When the claim of the worker that was killed has lapsed, the next one begins the run anew."""
    future = waits_for.delay(tmp_path / "go")
    with worker_process() as process:
        while not (tmp_path / "go.began").exists():
            threading.Event().wait(0.01)
        process.kill()
        process.wait()
    (tmp_path / "go").touch()
    with working(waits_for):
        assert future.result(timeout=20) == "seen"


def test_what_cannot_be_stored_or_found_is_told() -> None:
    """An argument that cannot be pickled, a run that does not exist, and what is no task have their errors."""
    with pytest.raises(SerializationError, match="Argument 'number' of task 'double'"):
        double.delay(threading.Lock())  # pyright: ignore[reportArgumentType] - on purpose
    with pytest.raises(ObjectNotFound, match="There is no task run"):
        _ = PrefectDistributedFuture(double.delay(1).task_run_id.__class__(int=5)).state
    with pytest.raises(ValueError, match="at least one task"):
        serve()
    with pytest.raises(TypeError, match="is no task"):
        serve(len)  # pyright: ignore[reportArgumentType] - on purpose


def test_a_worker_tells_how_it_is() -> None:
    """Its limit, what it has, and the same over HTTP."""
    worker = TaskWorker(double, limit=3)
    assert (worker.limit, worker.current_tasks, worker.available_tasks, worker.started) == (3, 0, 3, False)
    assert TaskWorker(double, limit=None).available_tasks is None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with status_server(worker, port), urllib.request.urlopen(f"http://127.0.0.1:{port}/status") as answer:
        assert json.load(answer)["client_id"] == worker.client_id


def test_a_task_that_was_defined_in_a_function_can_be_delayed() -> None:
    """The worker knows a task by its key; what else it needs is in its own process."""

    @task
    def local(number: int) -> int:
        return number + 1

    with working(local):
        assert local.delay(1).result(timeout=20) == 2
