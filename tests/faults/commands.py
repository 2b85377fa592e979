"""Commands as a person gives them, next to the programs of these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.faults.processes import ENOUGH


def prefect(home: Path, *arguments: str, **settings: str) -> str:
    """Give a command, and return what it printed; it must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *arguments],
        env=environment | {"PREFECT_HOME": str(home), **settings},
        capture_output=True,
        text=True,
        timeout=ENOUGH,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
