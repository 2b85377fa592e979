"""The recorder gathers for the writer; it is tested with the writer's database, below which it has no other use."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect.backend import recorder as recorder_room
from prefect.backend.recorder import Recorder
from prefect.schemas.states import StateType
from prefect.schemas.task_runs import TaskRun
from prefect.store import logs, states, task_run_reading
from tests.unit.store.building import a_state, database, done, later


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new database of ours."""
    with database(tmp_path) as opened:
        yield opened


@pytest.fixture
def recorder() -> Recorder:
    """A recorder with nothing in it."""
    return Recorder()


def run(number: int = 1, name: str = "step") -> TaskRun:
    """Return a task run."""
    return TaskRun(
        id=UUID(int=number), name=name, task_key="k", dynamic_key="d", expected_start_time=later(number)
    )


def line(number: int) -> dict[str, Any]:
    """Return a log line as it is recorded."""
    return {
        "id": UUID(int=number),
        "name": "n",
        "level": 20,
        "message": str(number),
        "timestamp": later(number),
    }


def write(connection: sqlite3.Connection, recorder: Recorder) -> None:
    """Write what has gathered."""
    taken = recorder.take()
    assert taken is not None
    done(connection, taken)


def history(connection: sqlite3.Connection, number: int = 1) -> list[StateType]:
    """Return the states that a task run has been in."""
    return [state.type for state in done(connection, states.read_task_run_states(UUID(int=number)))]


def test_nothing_gathered_is_nothing_to_write(recorder: Recorder) -> None:
    """An idle process writes nothing."""
    assert recorder.take() is None


def test_every_state_is_kept_and_of_the_run_the_newest_values(
    connection: sqlite3.Connection, recorder: Recorder
) -> None:
    """A task run that goes through three states between two commits has all three, and is as it was last."""
    task_run = run()
    for at, kind in enumerate((StateType.PENDING, StateType.RUNNING, StateType.COMPLETED)):
        task_run.name = f"name {at}"
        keep = recorder.add_task_run if at else recorder.create_task_run
        keep(task_run, a_state(kind, at))
    write(connection, recorder)
    assert history(connection) == [StateType.PENDING, StateType.RUNNING, StateType.COMPLETED]
    assert done(connection, task_run_reading.find_task_run(task_run.id)).name == "name 2"
    assert recorder.take() is None


def test_what_is_recorded_does_not_change_afterwards(
    connection: sqlite3.Connection, recorder: Recorder
) -> None:
    """The run that the engine goes on with is not the one that is written."""
    task_run = run(name="when recorded")
    recorder.create_task_run(task_run, a_state(StateType.RUNNING))
    task_run.name = "later"
    write(connection, recorder)
    assert done(connection, task_run_reading.find_task_run(task_run.id)).name == "when recorded"


def test_what_was_given_back_comes_before_what_came_since(
    connection: sqlite3.Connection, recorder: Recorder
) -> None:
    """After a write that failed, the next one has the older states and the newest values, each once."""
    task_run = run(name="old")
    recorder.create_task_run(task_run, a_state(StateType.PENDING, 0))
    recorder.create_task_run(run(2, "only before"), a_state(StateType.PENDING, 0))
    recorder.add_log(line(1))
    assert recorder.take() is not None  # and is not written
    task_run.name = "new"
    recorder.add_task_run(task_run, a_state(StateType.RUNNING, 1))
    recorder.add_log(line(2))
    recorder.give_back()
    write(connection, recorder)
    assert history(connection) == [StateType.PENDING, StateType.RUNNING]
    assert done(connection, task_run_reading.find_task_run(task_run.id)).name == "new"
    assert done(connection, task_run_reading.find_task_run(UUID(int=2))).name == "only before"
    assert [kept.message for kept in done(connection, logs.read_logs(limit=9))] == ["1", "2"]


def test_a_run_that_was_written_before_is_changed(connection: sqlite3.Connection, recorder: Recorder) -> None:
    """Between commits a run goes on; what is written later changes what was written, also after a failed write."""
    task_run = run(name="first")
    recorder.create_task_run(task_run, a_state(StateType.PENDING, 0))
    write(connection, recorder)
    for at, kind in ((1, StateType.RUNNING), (2, StateType.COMPLETED)):
        task_run.name, task_run.state_type, task_run.run_count = f"name {at}", kind, at
        recorder.add_task_run(task_run, a_state(kind, at))
        assert recorder.take() is not None
        recorder.give_back()
    write(connection, recorder)
    stored = done(connection, task_run_reading.find_task_run(task_run.id))
    assert (stored.name, stored.state_type, stored.run_count) == ("name 2", StateType.COMPLETED, 2)
    assert history(connection) == [StateType.PENDING, StateType.RUNNING, StateType.COMPLETED]


def test_a_run_that_was_deleted_stays_deleted(connection: sqlite3.Connection, recorder: Recorder) -> None:
    """A run that a person deletes while it goes on does not come back."""
    task_run = run()
    recorder.create_task_run(task_run, a_state(StateType.PENDING, 0))
    write(connection, recorder)
    connection.execute("DELETE FROM task_run")
    recorder.add_task_run(task_run, a_state(StateType.RUNNING, 1))
    write(connection, recorder)
    assert done(connection, task_run_reading.find_task_run(task_run.id)) is None


def test_giving_back_when_nothing_was_taken_is_nothing(recorder: Recorder) -> None:
    """There is nothing to give back before the first write."""
    recorder.give_back()
    assert recorder.take() is None


def test_each_record_can_be_written_on_its_own(connection: sqlite3.Connection, recorder: Recorder) -> None:
    """When a batch cannot be written as a whole, its records are at hand one by one, none missing."""
    recorder.create_task_run(run(1), a_state(StateType.PENDING, 0))
    recorder.add_task_run(run(1), a_state(StateType.RUNNING, 1))
    recorder.create_task_run(run(2), a_state(StateType.PENDING, 0))
    recorder.add_log(line(1))
    assert recorder.take() is not None  # and fails
    for one in recorder.one_by_one():
        done(connection, one)
    assert history(connection, 1) == [StateType.PENDING, StateType.RUNNING]
    assert history(connection, 2) == [StateType.PENDING]
    assert len(done(connection, logs.read_logs(limit=9))) == 1


def test_threads_can_record_while_another_one_takes(
    connection: sqlite3.Connection, recorder: Recorder
) -> None:
    """No line is lost or doubled between the threads that record and the one that writes."""
    threads = [
        threading.Thread(
            target=lambda base=base: [recorder.add_log(line(base * 1000 + n)) for n in range(500)]
        )
        for base in range(1, 5)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if taken := recorder.take():
            done(connection, taken)
    if taken := recorder.take():
        done(connection, taken)
    assert done(connection, logs.count_logs()) == 2000


def test_who_records_faster_than_the_disk_is_held_up(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded: above the high-water mark the recording thread waits until the writer has taken."""
    monkeypatch.setattr(recorder_room, "HIGH_WATER", 10)
    asked: list[str] = []

    def wake() -> None:
        asked.append("wake")
        assert recorder.take() is not None

    for number in range(1, 26):
        recorder.add_log(line(number))
        recorder.wait_for_room(wake, timeout=10)
    assert asked == ["wake", "wake"]
