"""A server on SQLite under many writers; two minutes of it are run by hand: `python benchmarks/endurance.py`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[3] / "benchmarks" / "endurance.py"


def test_polled_runs_and_many_flows_do_not_lock_one_another_out(tmp_path: Path) -> None:
    """Five pollers and fifty flows at a time: everything ends well and is recorded, and no log speaks of a lock."""
    out = tmp_path / "figures.json"
    command = [sys.executable, str(PROGRAM), "--seconds", "3", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["polled_runs"] > 0
    assert figures["flow_runs"] >= 50
    assert figures["suspicious"] == []
