"""ProcessPoolTaskRunner: tasks in real processes, whose runs are recorded as if they ran here."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, tags
from prefect.backend import get_backend, open_reader
from prefect.exceptions import CrashedRun, SerializationError
from prefect.settings import temporary_settings
from prefect.states import State
from prefect.task_runners import ProcessPoolTaskRunner
from tests.integration.programs.process_tasks import (
    Plain,
    double,
    double_in_a_subtask,
    double_later,
    fails,
    is_killed,
    returns_a_lock,
    sees_later,
    waits_for,
    whereabouts,
)


def states_of(task_run_id: Any) -> list[str]:
    get_backend().flush().result(60)  # states are written a little behind
    reader = open_reader()
    assert reader is not None
    names = [state.name or "" for state in reader.read_task_run_states(task_run_id)]
    reader.close()
    return names


def lines_of(task_run_id: Any) -> list[str]:
    get_backend().flush().result(60)
    reader = open_reader()
    assert reader is not None
    lines = [line.message for line in reader.list_logs(task_run_id=task_run_id)]
    reader.close()
    return lines


def test_a_task_in_another_process_has_the_context_of_its_flow_and_leaves_its_records() -> None:
    """Tags, settings, parameters, log lines, prints and states are as if the task ran in the flow's process."""
    recorded: dict[str, Any] = {}

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1), log_prints=True, name="carrying")
    def parent(lock: Any, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
        with tags("eu"):
            first = whereabouts.submit("one")
        # What the future tells is on disk already: nothing has to be waited for.
        recorded["result"] = first.result()
        recorded["states"] = states_of(first.task_run_id)
        recorded["lines"] = lines_of(first.task_run_id)
        return first.result(), whereabouts.submit("two").result()

    with temporary_settings({"tasks.default_retries": 7}):
        first, second = parent(threading.Lock(), 3)
    assert first["process"] == second["process"] != os.getpid()
    assert (first["tags"], second["tags"]) == (["eu"], [])
    assert first["flow"] == "carrying"
    assert first["retries"] == 7
    assert first["parameters"]["number"] == 3
    assert "lock" in repr(first["parameters"]["lock"])
    assert recorded["states"] == ["Pending", "Running", "Completed"]
    assert recorded["lines"][:2] == ["logged one", "printed one"]


def test_an_async_task_sees_its_own_context_in_a_process_that_served_another() -> None:
    """The event loop of a process keeps no tags or flow of the run before."""

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
    def parent() -> list[list[str]]:
        with tags("eu"):
            first = sees_later.submit()
        return [first.result(), sees_later.submit().result()]

    assert parent() == [["eu"], []]


def test_dependencies_are_waited_for_here_and_other_processes_get_values() -> None:
    """Futures among arguments become results; a run whose upstream failed does not start."""

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
    def parent() -> Any:
        one = double.submit(1)
        many = double.map([one, 5, 6])
        after_failure = double.submit(fails.submit("plain"))
        after_failure.wait()
        return [
            double_later.submit(one).result(),
            many.result(),
            double_in_a_subtask.submit(2).result(),
            after_failure.state.name,
        ]

    assert parent() == [4, [4, 10, 12], 8, "NotReady"]


def test_what_cannot_travel_fails_with_an_error_that_names_it() -> None:
    """Arguments, results and exceptions that cannot be pickled end their run as Failed and say what they are."""
    found: dict[str, State[Any]] = {}

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
    def parent() -> None:
        runs = {
            "argument": double.submit(threading.Lock()),  # pyright: ignore[reportArgumentType] - on purpose
            "result": returns_a_lock.submit(),
            "plain": fails.submit("plain"),
            "odd": fails.submit("odd"),
        }
        for name, future in runs.items():
            future.wait()
            found[name] = future.state
            assert states_of(future.task_run_id)[-1] == "Failed"

    parent()
    errors = {name: state.result(raise_on_failure=False, _sync=True) for name, state in found.items()}
    assert isinstance(errors["argument"], SerializationError)
    assert "Argument 'number'" in str(errors["argument"])
    assert "'lock'" in str(errors["argument"])
    assert isinstance(errors["result"], SerializationError)
    assert "'lock'" in str(errors["result"])
    assert isinstance(errors["plain"], Plain)
    assert "raise Plain(how)" in str(errors["plain"].__cause__)
    assert isinstance(errors["odd"], SerializationError)
    assert "Odd: odd odd odd" in str(errors["odd"])


@pytest.mark.needs("posix")
def test_a_task_whose_process_is_killed_has_crashed_and_the_others_go_on(tmp_path: Path) -> None:
    """A kill -9 ends one run as Crashed with what it had logged; runs beside it and after it complete."""
    seen: dict[str, Any] = {}

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
    def parent() -> Any:
        beside = waits_for.submit(tmp_path / "go")
        killed = is_killed.submit()
        with pytest.raises(CrashedRun, match="SIGKILL"):
            killed.result(timeout=60)
        seen["id"] = killed.task_run_id
        seen["lines"] = lines_of(killed.task_run_id)
        (tmp_path / "go").touch()
        return beside.result(timeout=60), double.map(range(4)).result(timeout=60)

    assert parent() == ("seen", [0, 2, 4, 6])
    assert states_of(seen["id"]) == ["Pending", "Running", "Crashed"]
    assert seen["lines"][0] == "last words"


def test_runs_that_have_not_begun_are_cancelled_when_their_flow_fails(tmp_path: Path) -> None:
    """The run that a process is at goes on to its end, the one in the queue ends as Cancelled."""
    futures: list[Any] = []

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
    def parent() -> None:
        futures.append(waits_for.submit(tmp_path / "go"))
        futures.append(double.submit(1))
        while futures[0].state.name != "Running":
            threading.Event().wait(0.01)
        threading.Timer(0.2, (tmp_path / "go").touch).start()
        raise ValueError("enough")

    assert parent(return_state=True).is_failed()
    assert [future.state.name for future in futures] == ["Completed", "Cancelled"]


def test_an_initializer_is_called_in_each_process() -> None:
    """`initializer` and `initargs` are those of concurrent.futures."""

    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1, initializer=os.putenv, initargs=("A", "B")))
    def parent() -> int:
        return double.submit(4).result()

    assert parent() == 8


def test_a_pool_of_no_processes_is_refused() -> None:
    """The error says what is needed."""
    with pytest.raises(ValueError, match="at least one process"):
        ProcessPoolTaskRunner(max_workers=0)
    assert ProcessPoolTaskRunner(max_workers=3) == ProcessPoolTaskRunner(max_workers=3).duplicate()
    with pytest.raises(RuntimeError, match="not started"):
        ProcessPoolTaskRunner().submit(double, {"number": 1})
