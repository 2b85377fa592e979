"""Measure one or two interpreters that each have a `prefect` package.

    python benchmarks/run.py [--ours PYTHON] [--peer PYTHON] [--only NAME,NAME] [--quick] [--out FILE]

Each workload runs alternately under both (ours, peer, ours, …), each time in a fresh process on a fresh temporary
home. Medians are printed. Standard library only: the interpreter that runs this file needs no `prefect`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sys
import tempfile
from pathlib import Path

from catalogue import WORKLOADS, Workload
from process import RunFailed, Side
from table import HEAD, Runs, render


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--ours", default=sys.executable, metavar="PYTHON", help="default: the one running this"
    )
    parser.add_argument("--peer", metavar="PYTHON", help="the interpreter to compare with")
    parser.add_argument("--only", metavar="NAME,NAME", help="these workloads")
    parser.add_argument("--runs", type=int, metavar="N", help="runs per workload and side")
    parser.add_argument("--size", type=int, metavar="N", help="tasks or flows per run, on both sides")
    parser.add_argument("--quick", action="store_true", help="one run each, and smaller sizes for the peer")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write every figure of every run as JSON")
    parser.add_argument("--list", action="store_true", help="list the workloads and end")
    return parser.parse_args(arguments)


def chosen(only: str | None) -> list[Workload]:
    """The workloads of a comma-separated list, all without one."""
    known = {workload.name: workload for workload in WORKLOADS}
    names = only.split(",") if only else list(known)
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"there is no workload {', '.join(unknown)}; there are: {', '.join(known)}")
    return [known[name] for name in names]


def size(workload: Workload, side: Side, asked: argparse.Namespace) -> int:
    """How many tasks or flows one run has."""
    if asked.size:
        return asked.size
    return workload.quick_n if asked.quick and side.name == "peer" else workload.n


def run_workload(workload: Workload, sides: list[Side], asked: argparse.Namespace) -> tuple[Runs, list[str]]:
    """Run one workload alternately; a side that fails is told and left out of the rest."""
    runs: Runs = {side.name: [] for side in sides}
    errors: list[str] = []
    left = list(sides)
    for turn in range(asked.runs or (1 if asked.quick else workload.runs)):
        for side in list(left):
            if sys.stderr.isatty():
                print(
                    f"{workload.name}: run {turn + 1}, {side.name} … ", end="\r", file=sys.stderr, flush=True
                )
            try:
                runs[side.name].append(side.measure(workload, size(workload, side, asked)))
            except RunFailed as error:
                errors.append(f"{workload.name} {side.name}: {error}")
                left.remove(side)
    return runs, errors


def main() -> int:
    """Measure, print, write."""
    asked = options()
    workloads = chosen(asked.only)
    if asked.list:
        for workload in workloads:
            print(f"{workload.name:<14}{workload.about}")
        return 0
    command = shlex.join(["python", *sys.argv])
    results: dict[str, Runs] = {}
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        pairs = [("ours", asked.ours)] + ([("peer", asked.peer)] if asked.peer else [])
        sides = [Side(name, str(Path(python).absolute()), Path(scratch)) for name, python in pairs]
        for side in sides:
            try:
                side.prepare()
            except (RunFailed, OSError) as error:
                raise SystemExit(
                    f"--{side.name} {side.python} does not work as an interpreter with prefect: {error}"
                ) from None
            print(f"{side.name}: {side.python}, prefect {side.version}")
        print(f"command: {command}\n\n{HEAD}")
        for workload in workloads:
            results[workload.name], errors = run_workload(workload, sides, asked)
            shown = sides[0].command(workload, size(workload, sides[0], asked))
            print(render(workload, [Path(shown[0]).name, *shown[1:]], results[workload.name]), flush=True)
            for error in errors:
                print(f"  FAILED {error}", flush=True)
            failures += errors
    if asked.out:
        machine = {"system": platform.platform(), "cores": os.cpu_count()}
        about = {side.name: {"python": side.python, "prefect": side.version} for side in sides}
        report = {
            "command": command,
            "machine": machine,
            "sides": about,
            "runs": results,
            "failures": failures,
        }
        asked.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(f"\nwritten: {asked.out}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
