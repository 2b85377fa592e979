"""The deaths of those who hold slots: the slots come back, and there are never more holders than slots."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from prefect.concurrency.sync import concurrency
from tests.faults.processes import ENOUGH, end, finish, rows, start
from tests.unit.concurrency.limits import a_limit, a_tag_limit, holders, taken, until


def held(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """Wait until a program says that it holds its slots."""
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n", process.communicate()
    return process


@pytest.mark.needs("posix")
@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("program", ["hold", "holding_flow"])
def test_the_slot_of_a_script_that_is_stopped_is_free_at_once(
    home: Path, program: str, stop: signal.Signals
) -> None:
    """However a script ends, who waits gets its slot then, and not when the lease of five minutes is over."""
    a_limit("limit", 1)
    process = held(start("slots", home, program))
    process.send_signal(stop)
    began = time.monotonic()
    with concurrency("limit", timeout_seconds=ENOUGH):
        waited = time.monotonic() - began
    end(process)
    assert waited < 30
    assert taken("limit") == 0


@pytest.mark.needs("posix")
def test_the_slot_of_a_killed_task_run_is_free_at_once(home: Path) -> None:
    """A task run that dies with its process does not keep the slot of its tag."""
    a_tag_limit("tag", 1)
    process = held(start("slots", home, "flow_of_task"))
    assert len(holders("tag:tag")) == 1
    process.kill()
    end(process)
    with concurrency("tag:tag", timeout_seconds=ENOUGH):
        pass
    assert holders("tag:tag") == []


@pytest.mark.needs("posix")
def test_a_dead_process_is_not_listed_as_holder(home: Path) -> None:
    """Whoever looks at a limit does not see the slots of the dead, before anybody asks for them too."""
    a_limit("limit", 2)
    process = held(start("slots", home, "hold"))
    assert taken("limit") == 1
    process.kill()
    end(process)
    assert (taken("limit"), holders("limit")) == (0, [])


@pytest.mark.needs("posix")
def test_a_process_that_stands_still_loses_its_lease_and_is_told(home: Path) -> None:
    """A holder that is not heard of for its lease loses the slot; when it goes on it is told, and ends its block."""
    a_limit("limit", 1)
    process = held(start("slots", home, "hold_strictly", "1.5"))
    until(lambda: rows(home, "SELECT 1 FROM event"))  # stopped while it writes, it would hold up everybody
    process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    with concurrency("limit", timeout_seconds=ENOUGH):
        assert time.monotonic() - began > 0.4
        process.send_signal(signal.SIGCONT)
        output, errors = finish(process)
        assert output == "lost\n"
        assert "'limit' was lost" in errors
        assert taken("limit") == 1


@pytest.mark.needs("posix")
def test_there_are_never_more_holders_than_slots(home: Path, tmp_path: Path) -> None:
    """Processes that take slots again and again, some of which are killed, are never more than the limit at once."""
    a_limit("limit", 2)
    ledger = tmp_path / "ledger"
    workers = [start("slots", home, "ledger", ledger, 25) for _ in range(4)]
    doomed = [start("slots", home, "ledger", ledger, 100_000) for _ in range(2)]
    for process in doomed:
        until(lambda pid=process.pid: ledger.exists() and f"in {pid}\n" in ledger.read_text())
        with ledger.open("a") as file:
            file.write(f"killed {process.pid}\n")
        process.kill()
        end(process)
    for process in workers:
        finish(process)
    inside: dict[str, bool] = {}
    killed: set[str] = set()
    most = 0
    for line in ledger.read_text().splitlines():
        what, pid = line.split()
        if what == "killed":
            killed.add(pid)
        inside[pid] = what == "in" and pid not in killed
        most = max(most, sum(inside.values()))
    assert 1 <= most <= 2
    assert ledger.read_text().count("out ") >= 100
    assert taken("limit") == 0
