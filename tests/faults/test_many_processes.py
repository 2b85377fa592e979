"""Several processes on one home: they start at once, write at once, fork, and nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.processes import finish, integrity, rows, start

PROCESSES = 8
SECONDS = float(os.environ.get("FAULTS_SECONDS", "5"))
"""How long they write; FAULTS_SECONDS=30 for the long run."""
TASKS_OF_A_FLOW = 5


def test_eight_processes_write_to_one_home(tmp_path: Path) -> None:
    """Processes that run flows on one home for a while get in nobody's way, and every run of each is recorded."""
    home = tmp_path / "home"
    processes = [start("many_flows", home, str(SECONDS)) for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [finish(process) for process in processes]
    flows = sum(int(output) for output, _ in said)
    assert [line for _, errors in said for line in errors.splitlines() if " | INFO " not in line] == []
    assert rows(home, "SELECT state_name, count(*) FROM flow_run GROUP BY 1") == [("Completed", flows)]
    tasks = flows * TASKS_OF_A_FLOW
    assert rows(home, "SELECT state_name, count(*) FROM task_run GROUP BY 1") == [("Completed", tasks)]
    of_each = rows(home, "SELECT DISTINCT count(*) FROM task_run GROUP BY flow_run_id")
    assert of_each == [(TASKS_OF_A_FLOW,)]
    for kind, runs in (("flow", flows), ("task", tasks)):
        counted = rows(home, f"SELECT type, count(*) FROM {kind}_run_state GROUP BY 1 ORDER BY 1")
        assert counted == [("COMPLETED", runs), ("PENDING", runs), ("RUNNING", runs)], kind
    assert rows(home, "SELECT count(*) FROM flow") == [(1,)]
    assert integrity(home) == "ok"
    print(f"{PROCESSES} processes, {SECONDS:g} s: {flows} flow runs, {tasks} task runs")


@pytest.mark.parametrize("attempt", range(2))
def test_eight_processes_start_at_once_on_an_empty_home(tmp_path: Path, attempt: int) -> None:
    """One process makes the database and seven find it made: all succeed."""
    home = tmp_path / f"home {attempt}"
    processes = [start("many_flows", home, "0") for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert finish(process)[0] == "1\n"
    assert rows(home, "SELECT count(*) FROM flow_run WHERE state_name = 'Completed'") == [(PROCESSES,)]
    assert integrity(home) == "ok"


@pytest.mark.needs("posix")
def test_a_fork_after_a_flow_can_run_flows(tmp_path: Path) -> None:
    """Parent and forked children run flows one after the other; all are recorded, each once."""
    finish(start("forks", tmp_path, "after_a_flow"))
    assert rows(tmp_path, "SELECT state_name, count(*) FROM flow_run GROUP BY 1") == [("Completed", 4)]
    assert rows(tmp_path, "SELECT state_name, count(*) FROM task_run GROUP BY 1") == [("Completed", 4)]
    assert integrity(tmp_path) == "ok"


@pytest.mark.needs("posix")
def test_a_fork_inside_a_flow_can_run_flows(tmp_path: Path) -> None:
    """A child that is forked inside of a flow run can run a flow too, and the parent goes on."""
    finish(start("forks", tmp_path, "forking"))
    assert rows(tmp_path, "SELECT state_name, count(*) FROM flow_run GROUP BY 1") == [("Completed", 2)]
    assert integrity(tmp_path) == "ok"


@pytest.mark.needs("posix")
def test_child_processes_of_a_flow_are_recorded_with_it(tmp_path: Path) -> None:
    """Lines and tasks in a child started by multiprocessing inside of a flow belong to that flow's run."""
    finish(start("forks", tmp_path, "multiprocess"))
    assert rows(tmp_path, "SELECT state_name FROM flow_run") == [("Completed",)]
    tasks = rows(tmp_path, "SELECT state_name, flow_run_id IS NOT NULL FROM task_run")
    assert tasks == [("Completed", 1), ("Completed", 1)]
    assert rows(tmp_path, "SELECT count(*) FROM log WHERE message = 'from the child'") == [(1,)]


@pytest.mark.needs("posix")
def test_a_task_without_a_flow_is_recorded_before_its_process_ends(tmp_path: Path) -> None:
    """A task that runs alone in a child process is recorded although such a process cleans nothing up."""
    finish(start("forks", tmp_path, "loose_task_in_child"))
    assert rows(tmp_path, "SELECT state_name FROM task_run") == [("Completed",), ("Completed",)]
