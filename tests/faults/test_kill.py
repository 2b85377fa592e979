"""`kill -9` at any moment: the file stays whole, little is lost, and the next run works."""

from __future__ import annotations

import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from prefect.store.sqlite_schema import APPLICATION_ID
from tests.faults.processes import end, finish, integrity, recorded, rows, start

KILLS = 50
AT_ONCE = 2
MAY_BE_LOST = 0.1 + 0.4
"""What was recorded up to so many seconds before the kill must be there: what the recorder allows itself, and for how
long a machine that does other things besides may keep it from running."""
KILLS_OF_ONE_HOME = 5


@pytest.mark.needs("posix")
def test_kill_at_any_moment_loses_at_most_a_tenth_of_a_second(tmp_path: Path) -> None:
    """After `kill -9` the file is sound, what was older than 100 ms is recorded, and the next run works."""
    seed = random.getrandbits(32)
    print(f"moments of the kills: seed {seed}")
    moments = random.Random(seed)
    began = time.monotonic()
    finish(start("two_hundred_tasks", tmp_path / "unharmed", tmp_path / "unharmed notes"))
    whole = time.monotonic() - began  # what a run takes on this machine, start to end
    # Some at any time, many of them before the first task; the others surely between two tasks.
    kills = [Kill(moments.uniform(0, whole), 0) for _ in range(KILLS // 2)]
    kills += [Kill(moments.uniform(0, 0.01), moments.randrange(1, 200)) for _ in range(KILLS - len(kills))]
    moments.shuffle(kills)
    homes = [tmp_path / f"home {number}" for number in range(KILLS // KILLS_OF_ONE_HOME)]
    with ThreadPoolExecutor(AT_ONCE) as lanes:
        shares = [kills[start :: len(homes)] for start in range(len(homes))]
        begun = list(lanes.map(kill_again_and_again, homes, shares))
    # Most of the moments fall into the flow: otherwise this would show nothing.
    assert sum(begun) > KILLS / 4


class Kill(NamedTuple):
    """When to kill: so many seconds after so many tasks have ended."""

    seconds: float
    tasks: int


def kill_again_and_again(home: Path, kills: list[Kill]) -> int:
    """Start and kill the flow on one home, check it each time, then let it end. Return how many were in the flow."""
    begun = 0
    for number, kill in enumerate(kills):
        notes = home.with_name(f"{home.name} notes {number}")
        process = start("two_hundred_tasks", home, notes)
        while kill.tasks and process.poll() is None and tasks_noted(notes) < kill.tasks:
            time.sleep(0.001)
        time.sleep(kill.seconds)
        killed = time.monotonic_ns()
        process.send_signal(signal.SIGKILL)
        end(process)
        begun += check(home, notes, killed)
    notes = home.with_name(f"{home.name} notes last")
    output, errors = finish(start("two_hundred_tasks", home, notes))
    assert output.split() == ["200"], errors
    assert "locked" not in errors
    check(home, notes, time.monotonic_ns() + 10**9)
    assert rows(home, "SELECT count(*) FROM flow_run WHERE state_type = 'COMPLETED'")[0][0] >= 1
    return begun


def tasks_noted(notes: Path) -> int:
    """How many tasks the program says have ended."""
    return notes.read_bytes().count(b"\n") if notes.exists() else 0


def check(home: Path, notes: Path, killed: int) -> bool:
    """Check what a killed process left. Return whether it had got as far as a task."""
    if (home / "prefect.db").exists():
        assert integrity(home) == "ok"
        assert rows(home, "PRAGMA application_id")[0][0] in (0, APPLICATION_ID)
    noted = [line.split() for line in notes.read_text().splitlines()] if notes.exists() else []
    if not noted:
        return False
    old = [run_id for moment, run_id in noted if int(moment) < killed - MAY_BE_LOST * 10**9]
    with recorded(home) as connection:
        runs = dict(connection.execute("SELECT id, state_type FROM task_run"))
        states = {
            row[0]
            for row in connection.execute("SELECT task_run_id FROM task_run_state WHERE type = 'COMPLETED'")
        }
    assert [run_id for run_id in old if runs.get(run_id) != "COMPLETED"] == []
    assert [run_id for run_id in old if run_id not in states] == []
    return True
