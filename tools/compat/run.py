"""Run the published client against our server, and our client against the published server.

    python tools/compat/run.py [--peer PYTHON] [--only NAME,NAME] [--pair NAME] [--list]

Each script in `scenarios` is run by either client, with a home of its own, against one server of the other side. It
uses public names only and claims what it reads back: states, counts, logs, artifacts. The pair `control` (off unless it
is named) is the published client on the published server, which shows whether a claim is true at all; `ours` is our
client on our server. The exit code is 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from claims import BROKEN, HELD
from peer import interpreter
from server import Server, settings

HERE = Path(__file__).resolve().parent
SCENARIOS = sorted((HERE / "scenarios").glob("*.py"))
OURS = Path(sys.executable)
LIMIT = 400
"""How many seconds a scenario may take on a slow machine."""


NOT_YET = {
    "subscriptions": "prefect.events.clients and prefect.logging.clients are not there yet",
    "serving": "serve is not there yet",
}
"""Scenarios that our client cannot run, with the reason; each leaves this table when what it needs is there."""


class Outcome(NamedTuple):
    """What came of one scenario: the claims that held, those that did not, its exit code and its seconds."""

    held: int
    broken: tuple[str, ...]
    code: int
    seconds: float

    @property
    def good(self) -> bool:
        """Whether it ended as it should, and claimed something."""
        return self.code == 0 and self.held > 0 and not self.broken

    def told(self) -> str:
        """Return the entry for the table."""
        if self.good:
            return f"{self.held} claims hold ({self.seconds:.0f} s)"
        if self.broken:
            return (
                f"FAILED: {len(self.broken)} of {self.held + len(self.broken)} claims ({self.seconds:.0f} s)"
            )
        return f"FAILED: exit code {self.code} ({self.seconds:.0f} s)"


def end(process: subprocess.Popen[str]) -> None:
    """End a scenario with all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def perform(script: Path, client: Path, server: Server, folder: Path) -> Outcome:
    """Run one scenario with a client and tell what it claims."""
    log = folder / f"{script.stem}.log"
    environment = settings(
        folder / script.stem,
        PREFECT_API_URL=server.url,
        PYTHONPATH=str(HERE),
        # Tables of commands are compared by the names in them, which a narrow terminal would cut.
        COLUMNS="240",
        NO_COLOR="1",
    )
    begun = time.monotonic()
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [str(client), str(script)],
            env=environment,
            cwd=folder,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            code = -1
        finally:
            end(process)
            process.wait()
    text = log.read_text("utf-8", errors="replace")
    held = sum(line.startswith(HELD) for line in text.splitlines())
    broken = tuple(line.removeprefix(BROKEN).strip() for line in text.splitlines() if line.startswith(BROKEN))
    outcome = Outcome(held, broken, code, time.monotonic() - begun)
    print(f"  {script.stem}: {outcome.told()}", flush=True)
    for line in broken:
        print(f"      {line}", flush=True)
    if not outcome.good and not broken:
        for line in text.splitlines()[-25:]:
            print(f"      {line}", flush=True)
    return outcome


def show(names: list[str], outcomes: dict[str, dict[str, Outcome]]) -> None:
    """Print the table: a line for each scenario, a column for each pair."""
    pairs = list(outcomes)
    first = max(len(name) for name in (*names, "scenario"))
    width = 46
    print("\n" + "scenario".ljust(first), *(pair.ljust(width) for pair in pairs), sep="  ")
    for name in names:
        entries = (
            outcomes[pair][name].told() if name in outcomes[pair] else "not run: see below" for pair in pairs
        )
        print(name.ljust(first), *(entry.ljust(width) for entry in entries), sep="  ")
    for name in names:
        if any(name not in of_pair for of_pair in outcomes.values()):
            print(f"!! {name} was not run by our client: {NOT_YET[name]}")


def main() -> int:
    """Run what the command line asks for, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--peer", type=Path, help="interpreter of an environment that has the published package"
    )
    parser.add_argument("--only", help="names of scenarios, with commas between them")
    parser.add_argument("--pair", action="append", choices=["their-client", "our-client", "control", "ours"])
    parser.add_argument("--list", action="store_true", help="name the scenarios")
    options = parser.parse_args()
    if options.list:
        print("\n".join(script.stem for script in SCENARIOS))
        return 0
    wanted = set(options.only.split(",")) if options.only else {script.stem for script in SCENARIOS}
    if unknown := wanted - {script.stem for script in SCENARIOS}:
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}; --list names them")
    chosen = options.pair or ["their-client", "our-client"]
    # Not resolved: the interpreter of an environment is a link, and where it lies says which environment it is.
    theirs = options.peer.absolute() if options.peer else interpreter()
    pairs = {
        "their-client": ("published client, our server", theirs, OURS),
        "our-client": ("our client, published server", OURS, theirs),
        "control": ("published client, published server", theirs, theirs),
        "ours": ("our client, our server", OURS, OURS),
    }
    folder = Path(tempfile.mkdtemp(prefix="prefect-compat-"))
    outcomes: dict[str, dict[str, Outcome]] = {}
    for name in chosen:
        heading, client, served_by = pairs[name]
        print(f"\n{heading}", flush=True)
        place = folder / name
        place.mkdir()
        with Server(served_by, place / "server") as server:
            outcomes[heading] = {
                script.stem: perform(script, client, server, place)
                for script in SCENARIOS
                if script.stem in wanted and not (client is OURS and script.stem in NOT_YET)
            }
    show(sorted(wanted), outcomes)
    good = all(of_pair and all(each.good for each in of_pair.values()) for of_pair in outcomes.values())
    if good:
        shutil.rmtree(folder, ignore_errors=True)
        left_out = sorted({name for of_pair in outcomes.values() for name in wanted - set(of_pair)})
        print("\nall claims hold" + (f"; not run by our client: {', '.join(left_out)}" if left_out else ""))
    else:
        print(f"\nFAILED; what was printed is in {folder}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
