"""What every workload needs: its own memory, and one line of JSON at the end. Standard library only."""

import json
import resource
import sys
from pathlib import Path

STATM = Path("/proc/self/statm")


def peak_kb() -> float:
    """The most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else float(peak)


def memory_kb() -> float:
    """The resident memory of this process now; where the system does not tell, its peak."""
    if not STATM.exists():
        return peak_kb()
    return int(STATM.read_text().split()[1]) * resource.getpagesize() / 1024


def expect(got: object, wanted: object) -> None:
    """Stop where a workload did not do its work: its figures would mean nothing."""
    if got != wanted:
        raise SystemExit(f"the workload returned {got!r}, not {wanted!r}")


def report(**figures: float) -> None:
    """Hand the figures to the process that measures."""
    sys.stdout.flush()
    print("FIGURES " + json.dumps(figures), flush=True)
