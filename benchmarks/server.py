"""The server under load: what it accepts, how long that takes, and what it needs to start and to stand idle.

    python benchmarks/server.py --ours .venv/bin/python --peer ../peer/bin/python --out server.json

Each side is started with `prefect server start` on an empty home and asked over 16 connections that stay open. Only
answers of 2xx count as accepted. The generator of the load is one process, and shares the machine with the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

Request = tuple[str, str, bytes]
"""Method, path and body."""

CONNECTIONS = 16
STORED_RUNS = 10_000
EVENTS_AT_ONCE = 50


@dataclass
class Load:
    """What became of the requests of one workload."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def figures(self, per_request: int) -> dict[str, float]:
        """Accepted things in a second, latencies in milliseconds, and how many requests failed."""
        ordered = sorted(self.latencies) or [float("nan")]
        return {
            "accepted_per_s": per_request * len(self.latencies) / self.seconds,
            "p50_ms": statistics.median(ordered) * 1000,
            "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
            "refused_4xx": sum(n for status, n in self.statuses.items() if 400 <= status < 500),
            "failed_5xx": sum(n for status, n in self.statuses.items() if status >= 500 or not status),
        }


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
) -> tuple[int, bytes, bool]:
    """Send a request; return the status, the body, and whether the connection ends with it."""
    method, path, body = request
    head = f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n"
    head += "content-type: application/json\r\n\r\n"
    writer.write(head.encode() + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    status, length = int(answer[9:12]), answer.find(b"content-length:")
    content = b""
    if length >= 0:
        content = await reader.readexactly(int(answer[length + 15 : answer.index(b"\r", length)]))
    return status, content, b"connection: close" in answer


async def drive(port: int, requests: Iterator[Request], seconds: float, kept: list[bytes] | None) -> Load:
    """Ask over all connections until the time is over or there is nothing more to ask."""
    load, begun = Load(), time.perf_counter()

    async def connection() -> None:
        reader = writer = None
        while time.perf_counter() < begun + seconds:
            request = next(requests, None)
            if request is None:
                break
            if writer is None or reader is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
            sent = time.perf_counter()
            try:
                status, content, ends = await asyncio.wait_for(ask(reader, writer, request), 60)
            except (OSError, EOFError, TimeoutError):
                status, content, ends = 0, b"", True
            load.statuses[status] += 1
            if 200 <= status < 300:
                load.latencies.append(time.perf_counter() - sent)
                if kept is not None:
                    kept.append(content)
            if ends or status >= 500:
                writer.close()
                reader = writer = None
        if writer is not None:
            writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    load.seconds = time.perf_counter() - begun
    return load


class Server:
    """A server of one side, on an empty home."""

    def __init__(self, python: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="prefect-bench-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        cleared = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
        environment = cleared | {"PREFECT_HOME": str(self.home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        begun = time.perf_counter()
        with (self.home / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [python, "-m", "prefect", "server", "start", "--port", str(self.port)],
                env=environment,
                stdout=log,
                stderr=log,
            )
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=5):
                    break
            except OSError:
                if self.process.poll() is not None:
                    print((self.home / "log").read_text(), file=sys.stderr)
                    raise SystemExit(f"The server of {python} did not start.") from None
                time.sleep(0.01)  # how exactly the start is timed
        self.start_seconds = time.perf_counter() - begun
        self.start_processor = self.processor()

    def idle(self, seconds: float = 10.0) -> dict[str, float]:
        """What it needs while nobody asks: memory in MB, processor in percent of a core (Linux)."""
        time.sleep(3)  # what a start leaves to do is not idleness
        before = self.processor()
        time.sleep(seconds)  # the time that is measured
        return {"rss_mb": self.memory(), "idle_cpu_percent": (self.processor() - before) / seconds * 100}

    def stop(self) -> None:
        """End it and remove its home."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def memory(self) -> float:
        """Return how many MB of memory it holds (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def processor(self) -> float:
        """Return how many seconds of processor time it has used (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def event() -> dict[str, object]:
    return {
        "occurred": datetime.now(UTC).isoformat(),
        "event": "bench.happened",
        "resource": {"prefect.resource.id": f"bench.thing.{uuid4()}"},
        "payload": {"number": 1},
        "id": str(uuid4()),
    }


def posting(path: str, body: Callable[[], object]) -> Iterator[Request]:
    while True:
        yield "POST", f"/api{path}", json.dumps(body()).encode()


def measure(python: str, seconds: float) -> dict[str, dict[str, float]]:
    """Start a server, put each workload on it in turn, and return all figures."""
    server = Server(python)
    results: dict[str, dict[str, float]] = {}
    try:
        results["start"] = {
            "healthy_after_s": server.start_seconds,
            "cpu_s": server.start_processor,
            **server.idle(),
        }

        def run(
            name: str, requests: Iterator[Request], *, per_request: int = 1, keep: bool = False
        ) -> list[bytes]:
            kept: list[bytes] = []
            before = server.processor()
            load = asyncio.run(drive(server.port, requests, seconds, kept if keep else None))
            used = server.processor() - before
            results[name] = load.figures(per_request)
            results[name]["server_cpu_us"] = used / max(1, len(load.latencies)) / per_request * 1e6
            print(
                f"  {name:<16}" + "  ".join(f"{key} {value:,.1f}" for key, value in results[name].items()),
                flush=True,
            )
            return kept

        _, flow = asyncio.run(_once(server.port, ("POST", "/api/flows/", b'{"name": "bench"}')))
        flow_id = json.loads(flow)["id"]

        def new_run() -> dict[str, object]:
            return {
                "flow_id": flow_id,
                "parameters": {"a": 1, "b": ["x", "y"]},
                "tags": ["bench"],
                "state": {"type": "PENDING"},
                "idempotency_key": str(uuid4()),
            }

        made = run("create", posting("/flow_runs/", new_run), keep=True)
        ids = [json.loads(one)["id"] for one in made]
        states = json.dumps({"state": {"type": "RUNNING"}}).encode()
        run("set_state", (("POST", f"/api/flow_runs/{id}/set_state", states) for id in ids))
        run("read", _reading(ids))
        missing = STORED_RUNS - len(ids)
        if missing > 0 and seconds >= 5:
            asyncio.run(drive(server.port, _some(posting("/flow_runs/", new_run), missing), 120, None))
        wanted = {"sort": "START_TIME_DESC", "limit": 200, "flow_runs": {"tags": {"all_": ["bench"]}}}
        run("filter_200", posting("/flow_runs/filter", lambda: wanted))
        run(
            "count",
            posting("/flow_runs/count", lambda: {"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}),
        )
        some_events = posting("/events", lambda: [event() for _ in range(EVENTS_AT_ONCE)])
        run("events", some_events, per_request=EVENTS_AT_ONCE)
    finally:
        server.stop()
    return results


def _reading(ids: list[str]) -> Iterator[Request]:
    while True:
        for id in ids:
            yield "GET", f"/api/flow_runs/{id}", b""


def _some(requests: Iterator[Request], count: int) -> Iterator[Request]:
    return (request for request, _ in zip(requests, range(count), strict=False))


async def _once(port: int, request: Request) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    status, content, _ = await ask(reader, writer, request)
    writer.close()
    return status, content


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--ours", default=sys.executable, metavar="PYTHON", help="an interpreter with this package"
    )
    parser.add_argument("--peer", metavar="PYTHON", help="an interpreter with another `prefect`")
    parser.add_argument(
        "--seconds", type=float, default=10, help="how long each workload is kept up (default: 10)"
    )
    parser.add_argument("--out", type=Path, help="a file for all figures, as JSON")
    given = parser.parse_args()
    results = {}
    for side, python in (("ours", given.ours), ("peer", given.peer)):
        if python:
            print(f"{side}: {python}")
            results[side] = measure(python, given.seconds)
            print("  " + "  ".join(f"{key} {value:.2f}" for key, value in results[side]["start"].items()))
    if given.out:
        given.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
