"""The benchmarks, end to end on the smallest size; how fast anything is, is not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def bench(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the benchmarks as a user does."""
    command = [sys.executable, str(BENCHMARKS / "run.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_workload_runs_on_both_sides_and_is_written(tmp_path):
    """One workload runs alternately under two interpreters; the table has their ratio, the file every run."""
    out = tmp_path / "out.json"
    done = bench("--peer", sys.executable, "--only", "task_sync", "--size", 3, "--runs", 2, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if "flow_per_task_ms" in line)
    assert line.endswith(" x")
    runs = json.loads(out.read_text())["runs"]["task_sync"]
    assert {side: len(done) for side, done in runs.items()} == {"ours": 2, "peer": 2}
    assert all(run["n"] == 3 and run["per_task_ms"] > 0 for done in runs.values() for run in done)


def test_the_list_offers_what_there_is_to_measure():
    """`--list` names every workload once."""
    done = bench("--list")
    assert done.returncode == 0, done.stderr
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert {"import", "hello_cold", "task_sync", "task_async", "map_10000", "flow_sub"} <= set(names)
    assert len(names) == len(set(names))


def test_an_unknown_workload_is_named():
    """A misspelt workload is refused with the names there are."""
    done = bench("--only", "task_snyc")
    assert done.returncode == 1
    assert "there is no workload task_snyc; there are: import, " in done.stderr


def test_an_interpreter_without_prefect_is_named(tmp_path):
    """An interpreter that is not there, or has no such package, is named before anything is measured."""
    done = bench("--ours", tmp_path / "python")
    assert done.returncode == 1
    assert f"--ours {tmp_path / 'python'} does not work as an interpreter with prefect" in done.stderr
