"""Runs the conformance scripts and compares what they print, how they exit, and the states that their runs end in.

    python tests/conformance/compare.py                      ours, against the recorded expectations
    python tests/conformance/compare.py --with-server        ours on a server of ours, against the same
    python tests/conformance/compare.py --peer PYTHON        ours and another implementation, against each other
    python tests/conformance/compare.py --peer PYTHON --record   and write what the peer answered down

An expectation is what the peer answered. Where this project answers differently on purpose, the file has a key
`ours`: the reason, and the answers that replace the peer's. What is written to stderr is shown, never compared:
it holds logs, which have times in them.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

SCRIPTS = Path(__file__).parent / "scripts"
EXPECTED = SCRIPTS / "expected"
ENOUGH = 120
"""How many seconds a script may take on a very slow machine before it counts as hanging."""
SETTLED = 2.0
"""For how many seconds a server's records must stay as they are to count as complete."""
GENERATED_FLOW_RUN = re.compile(r"[a-z]+-[a-z]+")
"""Generated names of flow runs: two words. Names that scripts choose have a digit or a space in them."""
GENERATED_TASK_RUN = re.compile(r"-[0-9a-f]{3}$")

Row = tuple[str, str, str | None, str | None, str | None, int]
"""A run as it was stored: kind, id, flow name or none for a task run, run name, `TYPE/Name`, run count."""


def names() -> list[str]:
    """The scripts there are."""
    return sorted(path.stem for path in SCRIPTS.glob("*.py"))


@dataclass(frozen=True)
class Answer:
    """What a script did, in words that are the same each time."""

    exit: int | str
    stdout: list[str]
    flow_runs: list[str]
    task_runs: list[str]
    stderr: str = field(default="", compare=False)

    def document(self) -> dict[str, Any]:
        """What is compared and recorded."""
        return {
            "exit": self.exit,
            "stdout": self.stdout,
            "flow_runs": self.flow_runs,
            "task_runs": self.task_runs,
        }


def told(rows: Iterable[Row]) -> tuple[list[str], list[str]]:
    """Say of each kind of flow run and task run how many there are, without what differs each time."""
    counts: dict[str, Counter[str]] = {"flow": Counter(), "task": Counter()}
    for kind, _, flow, name, state, run_count in rows:
        if kind == "flow":
            shown = f"{flow} / {'*' if GENERATED_FLOW_RUN.fullmatch(name or '') else name}"
        else:
            shown = GENERATED_TASK_RUN.sub("-*", name or "")
        counts[kind][f"{shown}: {state}, {run_count} run{'s' * (run_count != 1)}"] += 1
    flow_runs, task_runs = (
        [f"{number} x {line}" for line, number in sorted(counts[kind].items())] for kind in ("flow", "task")
    )
    return flow_runs, task_runs


# --- where the records are ---------------------------------------------------------------------------------------


class Embedded:
    """Runs recorded in the home of the script, read as any SQLite tool would."""

    def environment(self) -> dict[str, str]:
        """Nothing: the home is always given."""
        return {}

    def rows(self, home: Path) -> list[Row]:
        """Every run in the home's database."""
        database = home / "prefect.db"
        if not database.exists():
            return []
        with closing(sqlite3.connect(database)) as connection:
            flow_runs = connection.execute(
                "SELECT 'flow', r.id, f.name, r.name, r.state_type || '/' || r.state_name, r.run_count "
                "FROM flow_run r JOIN flow f ON f.id = r.flow_id"
            ).fetchall()
            task_runs = connection.execute(
                "SELECT 'task', id, NULL, name, state_type || '/' || state_name, run_count FROM task_run"
            ).fetchall()
        return flow_runs + task_runs


class Server:
    """Runs recorded by a server; those it has before a script starts are not the script's."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.known: set[str] = set()

    def environment(self) -> dict[str, str]:
        """Where the script finds the server."""
        self.known = {row[1] for row in self.all()}
        return {"PREFECT_API_URL": self.url}

    def rows(self, home: Path) -> list[Row]:
        """The runs of the script, once no more of them arrive."""
        since, seen = time.monotonic(), self.new()
        while time.monotonic() - since < SETTLED:
            time.sleep(0.3)
            if (now := self.new()) != seen:
                since, seen = time.monotonic(), now
        return seen

    def new(self) -> list[Row]:
        """The runs that were not there when the script began."""
        return [row for row in self.all() if row[1] not in self.known]

    def all(self) -> list[Row]:
        """Every run that the server knows."""
        flows = {flow["id"]: flow["name"] for flow in self.pages("flows", "NAME_ASC")}
        return [
            (
                kind,
                run["id"],
                flows.get(run.get("flow_id")),
                run["name"],
                f"{run['state_type']}/{run['state_name']}" if run["state_type"] else None,
                run["run_count"],
            )
            for kind in ("flow", "task")
            for run in self.pages(f"{kind}_runs", "ID_DESC")
        ]

    def pages(self, noun: str, sort: str) -> Iterator[dict[str, Any]]:
        """All records of a noun, asked for page by page."""
        offset = 0
        while page := self.ask(f"/{noun}/filter", {"sort": sort, "limit": 200, "offset": offset}):
            yield from page
            offset += len(page)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a request of the REST API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the server the caller named
            self.url + path, data, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - the same
            return json.load(response)


@contextmanager
def started_server(python: str) -> Iterator[Server]:
    """Start a server of the package that an interpreter has, in an empty home, and stop it in the end."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        log = Path(folder) / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [python, "-m", "prefect", "server", "start", "--port", str(port)],
                env=clean_environment(PREFECT_HOME=folder, PREFECT_SERVER_ANALYTICS_ENABLED="false"),
                stdout=output,
                stderr=output,
            )
        server = Server(f"http://127.0.0.1:{port}/api")
        try:
            deadline = time.monotonic() + ENOUGH
            while True:
                try:
                    server.ask("/health")
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        sys.exit(f"The server of {python} does not start. It said:\n{log.read_text()}")
                    time.sleep(0.3)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# --- running and comparing ---------------------------------------------------------------------------------------


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment without settings of the caller, with the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | settings


def run(name: str, python: str = sys.executable, records: Embedded | Server | None = None) -> Answer:
    """Run a script in an empty folder with an empty home, and say what it did."""
    records = records or Embedded()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        environment = clean_environment(
            PREFECT_HOME=str(home), PREFECT_SERVER_ANALYTICS_ENABLED="false", **records.environment()
        )
        process = subprocess.Popen(
            [python, str(SCRIPTS / f"{name}.py")],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=ENOUGH)
            code: int | str = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            stdout, stderr = process.communicate()
            code = "hangs"
        flow_runs, task_runs = told(records.rows(home))
        stdout = stdout.replace(str(home), "HOME").replace(folder, "FOLDER")
    return Answer(code, stdout.splitlines(), flow_runs, task_runs, stderr)


def expected(name: str) -> dict[str, Any]:
    """What this project has to answer: as the peer did, but where it differs on purpose."""
    return ours(json.loads((EXPECTED / f"{name}.json").read_text(encoding="utf-8")))


def ours(document: dict[str, Any]) -> dict[str, Any]:
    """Replace the peer's answers by those that are meant to differ."""
    answers = dict(document)
    differing = answers.pop("ours", {})
    return answers | {key: value for key, value in differing.items() if key != "reason"}


def difference(wanted: dict[str, Any], answer: Answer) -> str:
    """What differs, as a diff for people; nothing when all is the same."""
    if wanted == answer.document():
        return ""
    lines = difflib.unified_diff(
        shown(wanted), shown(answer.document()), "expected", "ours", lineterm="", n=2
    )
    return "\n".join([*lines, "--- stderr", answer.stderr[-4000:]])


def shown(document: dict[str, Any]) -> list[str]:
    """A document as lines of text."""
    return json.dumps(document, indent=1, ensure_ascii=False).splitlines()


def record(name: str, answer: Answer) -> None:
    """Write the peer's answer down; what differs on purpose stays."""
    path = EXPECTED / f"{name}.json"
    document = answer.document()
    if path.exists() and (differing := json.loads(path.read_text(encoding="utf-8")).get("ours")):
        document["ours"] = differing
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Read the command line, run what is asked for, and tell what differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--peer", metavar="PYTHON", help="an interpreter that has the other implementation")
    parser.add_argument("--record", action="store_true", help="write the peer's answers as expectations")
    parser.add_argument("--server", metavar="URL", help="run ours against this API instead of embedded")
    parser.add_argument(
        "--with-server", action="store_true", help="run ours against a server of ours, a new one for each"
    )
    parser.add_argument("--only", metavar="NAME", nargs="+", help="run these scripts only")
    parser.add_argument("--jobs", type=int, default=2, help="how many scripts at the same time")
    options = parser.parse_args()
    wanted = options.only or names()
    differing: list[str] = []
    # Servers that were started are stopped then too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with ExitStack() as stack:
        peers: SimpleQueue[Server] = SimpleQueue()
        if options.peer:
            for _ in range(min(options.jobs, len(wanted))):
                peers.put(stack.enter_context(started_server(options.peer)))

        def one(name: str) -> str:
            document: dict[str, Any] | None = None
            if options.peer:
                server = peers.get()
                try:
                    answer = run(name, options.peer, server)
                finally:
                    peers.put(server)
                kept = EXPECTED / f"{name}.json"
                document = answer.document()
                if options.record:
                    record(name, answer)
                    return ""
                if kept.exists():
                    document["ours"] = json.loads(kept.read_text(encoding="utf-8")).get("ours", {})
                document = ours(document)
            if options.with_server:
                with started_server(sys.executable) as own:
                    return difference(document or expected(name), run(name, records=own))
            records = Server(options.server) if options.server else Embedded()
            return difference(document or expected(name), run(name, records=records))

        jobs = 1 if options.server else options.jobs
        fine = "recorded" if options.record else "same"
        with ThreadPoolExecutor(jobs) as pool:
            for name, found in zip(wanted, pool.map(one, wanted), strict=True):
                print(f"{'DIFFERS' if found else fine}  {name}", flush=True)
                if found:
                    differing.append(name)
                    print(found, flush=True)
    print(f"{len(wanted) - len(differing)} of {len(wanted)}: {fine}.")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
