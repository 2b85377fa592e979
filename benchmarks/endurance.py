"""A server on SQLite that workers poll while flows run: does it stay as it is?

    python benchmarks/endurance.py --seconds 120 --out endurance.json

Five pollers ask a work pool for its due runs and bring each to its end; five processes run ten flows at a time with the
client of this package, which record their task runs and logs on the server. Told are what was done and what failed, the
lines of all logs that speak of a lock or an error, and the memory of the server as it went. The exit code is 1 if
anything failed, was locked, or was left unfinished.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server import Server, ask

POLLERS = 5
PROCESSES = 5
FLOWS_AT_ONCE = 10
PAUSE = 0.1
"""How long, in seconds, a poller waits after it found nothing."""

_FLOWS = """
import json, sys, threading, time
from prefect import flow, get_run_logger, task

@task
def double(number):
    get_run_logger().info("doubling %d", number)
    return 2 * number

@flow
def work(count):
    return sum(future.result() for future in [double.submit(number) for number in range(count)])

until, done = time.monotonic() + float(sys.argv[1]), []

def run():
    while time.monotonic() < until:
        done.append(work(5) == 20)

threads = [threading.Thread(target=run) for _ in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"flows": len(done), "wrong": done.count(False)}))
"""


class Caller:
    """Asks a server over one connection and counts the statuses."""

    def __init__(self, port: int, statuses: Counter[int]) -> None:
        self._port = port
        self._statuses = statuses
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask, and return what is answered."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 24)
        content = b"" if body is None else json.dumps(body).encode()
        status, answer, ends = await ask(*self._streams, (method, f"/api{path}", content))
        self._statuses[status] += 1
        if ends:
            self.close()
        return json.loads(answer) if answer and status < 300 else None

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def poll(caller: Caller, flow_id: str, until: float) -> set[str]:
    """Make a run that is due, look for due runs, and bring those that are there to their end, again and again.

    Return the runs that were brought to their end. Two pollers may both have done so: the API lets a run that has
    ended go back to Pending, so one who looked before the other was done may run it again.
    """
    ended = set[str]()
    while time.monotonic() < until:
        due = {"type": "SCHEDULED", "state_details": {"scheduled_time": datetime.now(UTC).isoformat()}}
        await caller.ask("POST", "/flow_runs/", {"flow_id": flow_id, "work_pool_name": "pool", "state": due})
        found = await caller.ask("POST", "/work_pools/pool/get_scheduled_flow_runs", {"limit": 10})
        for each in found or ():
            path = f"/flow_runs/{each['flow_run']['id']}/set_state"
            answer = await caller.ask("POST", path, {"state": {"type": "PENDING"}})
            if answer and answer["status"] == "ACCEPT":  # otherwise another poller was first
                await caller.ask("POST", path, {"state": {"type": "RUNNING"}})
                await caller.ask("POST", path, {"state": {"type": "COMPLETED"}})
                ended.add(each["flow_run"]["id"])
        await asyncio.sleep(PAUSE)
    caller.close()
    return ended


async def watch(server: Server, until: float, pause: float) -> list[float]:
    """Return the memory of the server, in MB, as it was from time to time."""
    seen: list[float] = []
    while time.monotonic() < until:
        seen.append(server.memory())
        await asyncio.sleep(pause)
    return seen


def start_flows(server: Server, seconds: float) -> list[subprocess.Popen[bytes]]:
    """Start the processes that run flows; each has a home, and writes its log there."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    environment["PREFECT_API_URL"] = f"http://127.0.0.1:{server.port}/api"
    command = [sys.executable, "-c", _FLOWS, str(seconds), str(FLOWS_AT_ONCE)]
    processes: list[subprocess.Popen[bytes]] = []
    for number in range(PROCESSES):
        home = server.home / f"flows-{number}"
        home.mkdir()
        with (home / "log").open("wb") as log, (home / "out").open("wb") as out:
            its_own = environment | {"PREFECT_HOME": str(home)}
            processes.append(subprocess.Popen(command, env=its_own, stdout=out, stderr=log))
    return processes


async def load(server: Server, seconds: float) -> dict[str, Any]:
    """Put the load on a server and return what was seen."""
    statuses: Counter[int] = Counter()
    first = Caller(server.port, statuses)
    await first.ask("POST", "/work_pools/", {"name": "pool", "type": "process"})
    flow_id = (await first.ask("POST", "/flows/", {"name": "polled"}))["id"]
    first.close()  # a server closes connections that stand idle
    processes = start_flows(server, seconds)
    until = time.monotonic() + seconds
    memory, *ended = await asyncio.gather(
        watch(server, until, max(seconds / 60, 0.2)),
        *(poll(Caller(server.port, statuses), flow_id, until) for _ in range(POLLERS)),
    )
    codes = [await asyncio.to_thread(process.wait, 120) for process in processes]
    told = [json.loads((server.home / f"flows-{n}" / "out").read_text() or "{}") for n in range(PROCESSES)]
    unfinished = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "CRASHED", "FAILED"]}}}}
    completed = {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    figures = {
        "seconds": seconds,
        "polled_runs": len(set[str]().union(*ended)),
        "flow_runs": sum(each.get("flows", 0) for each in told),
        "wrong_results": sum(each.get("wrong", 0) for each in told),
        "broken_processes": sum(code != 0 for code in codes),
        "completed": await first.ask("POST", "/flow_runs/count", completed),
        "not_completed": await first.ask("POST", "/flow_runs/count", unfinished),
        "task_runs": await first.ask("POST", "/task_runs/count", {}),
        "log_lines": await first.ask("POST", "/logs/count", {}),
        "failed_5xx": sum(n for status, n in statuses.items() if status >= 500),
        "memory_mb": [round(each, 1) for each in memory],
        "suspicious": suspicious(server.home),
    }
    first.close()
    return figures


def suspicious(home: Path) -> list[str]:
    """Return the lines of all logs that speak of a lock or of an error."""
    words = ("locked", "error", "traceback", "exception")
    return [
        f"{path.relative_to(home)}: {line}"
        for path in sorted(home.rglob("log"))
        for line in path.read_text(errors="replace").splitlines()
        if any(word in line.lower() for word in words)
    ]


def faults(figures: dict[str, Any]) -> list[str]:
    """Return what is wrong with what was seen."""
    must_be_none = ("wrong_results", "broken_processes", "not_completed", "failed_5xx")
    wrong = [f"{name}: {figures[name]}" for name in must_be_none if figures[name]]
    if figures["completed"] != figures["flow_runs"] + figures["polled_runs"]:
        wrong.append("flow runs are missing, or there are too many")
    if figures["task_runs"] != 5 * figures["flow_runs"]:
        wrong.append("task runs are missing, or there are too many")
    return wrong + figures["suspicious"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=120, help="how long (default: 120)")
    parser.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    given = parser.parse_args()
    server = Server(sys.executable)
    try:
        figures = asyncio.run(load(server, given.seconds))
    finally:
        server.stop()
    memory = figures["memory_mb"]
    third = max(1, len(memory) // 3)
    begun, middle, ended = (
        statistics.median(memory[n * third : (n + 1) * third] or memory) for n in range(3)
    )
    print(f"  memory in thirds: {begun:.0f}, {middle:.0f}, {ended:.0f} MB")
    print(
        "  "
        + "  ".join(f"{name} {figures[name]}" for name in figures if name not in {"memory_mb", "suspicious"})
    )
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    wrong = faults(figures)
    if wrong:
        raise SystemExit("\n".join(wrong[:40]))


if __name__ == "__main__":
    main()
