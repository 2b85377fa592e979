"""A flow that is killed at any moment and retried goes on from the steps that were completed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.processes import ENOUGH, PROGRAMS, rows, start

KILLS = int(os.environ.get("FAULTS_KILLS", "6"))
"""How many flows are killed. Set it higher to look harder; the moments are random."""

STEPS = 100


@pytest.mark.parametrize("attempt", range(KILLS))
def test_each_completed_step_runs_once(attempt: int, tmp_path: Path) -> None:
    """However often the process is killed with -9: no step that was completed runs again, and the flow completes."""
    ledger = tmp_path / "ledger"
    process = start("ledger_pipeline", tmp_path, LEDGER=str(ledger))
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    _kill_in(process, ledger, STEPS)
    (run_id,) = rows(tmp_path, "SELECT id FROM flow_run")[0]
    for _ in range(attempt % 3):
        _kill_in(_retry(run_id, tmp_path, ledger), ledger, STEPS)
    output, errors = _retry(run_id, tmp_path, ledger).communicate(timeout=ENOUGH)
    assert rows(tmp_path, "SELECT state_type FROM flow_run") == [("COMPLETED",)], output + errors
    lines = ledger.read_text().splitlines()
    assert lines[-1] == f"whole {STEPS}"
    begun = [int(line.split()[1]) for line in lines if line.startswith("begin")]
    # The next step begins when one is completed; only what was under way when the process died begins again.
    assert sorted(set(begun)) == list(range(STEPS))
    assert begun == sorted(begun)


def test_a_run_that_is_alive_is_not_retried(tmp_path: Path) -> None:
    """Retrying a run whose process lives is refused, and says which process that is."""
    ledger = tmp_path / "ledger"
    process = start("ledger_pipeline", tmp_path, LEDGER=str(ledger))
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    while not ledger.exists():
        time.sleep(0.005)
    process.send_signal(signal.SIGSTOP)
    try:
        (run_id,) = rows(tmp_path, "SELECT id FROM flow_run")[0]
        retry = _retry(run_id, tmp_path, ledger)
        _, errors = retry.communicate(timeout=ENOUGH)
        assert retry.returncode == 1
        assert f"process {process.pid}" in errors
    finally:
        process.send_signal(signal.SIGCONT)
    process.communicate(timeout=ENOUGH)
    assert rows(tmp_path, "SELECT state_type FROM flow_run") == [("COMPLETED",)]


def _retry(run_id: str, home: Path, ledger: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {"PREFECT_HOME": str(home), "LEDGER": str(ledger)}
    return subprocess.Popen(
        [sys.executable, "-m", "prefect", "flow-run", "retry", run_id],
        env=environment,
        cwd=PROGRAMS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _kill_in(process: subprocess.Popen[str], ledger: Path, steps: int) -> None:
    """Kill the process at a random moment of the steps that are left to it."""
    begun = len(ledger.read_text().splitlines()) if ledger.exists() else 0
    wanted, moment = random.randint(min(begun + 1, steps), steps), random.uniform(0, 0.02)
    while process.poll() is None and (not ledger.exists() or ledger.read_bytes().count(b"\n") < wanted):
        time.sleep(0.001)
    time.sleep(moment)
    process.kill()
    process.communicate()
