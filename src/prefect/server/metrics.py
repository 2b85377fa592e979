"""Figures of the server for Prometheus: how much is asked, how long it takes, what waits.

Other rooms add their own to `REGISTRY`. Nothing is counted unless the settings ask for it.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

REGISTRY = CollectorRegistry()
"""Where the figures of the server are."""

ProcessCollector(registry=REGISTRY)

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter(
    "prefect_server_requests", "Requests answered", ["method", "route", "status"], registry=REGISTRY
)
DURATIONS = Histogram(
    "prefect_server_request_duration_seconds",
    "Time from a request to its answer",
    ["method", "route"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)
DATABASE = Histogram(
    "prefect_server_database_duration_seconds",
    "Time from asking the database for a transaction to its result",
    ["kind"],
    buckets=_BUCKETS,
    registry=REGISTRY,
)
WAITING = Gauge(
    "prefect_server_database_waiting", "Transactions asked for and not done", ["kind"], registry=REGISTRY
)


def watch_transaction(kind: str, future: Future[Any]) -> None:
    """Measure how long the database takes for a transaction.

    Args:
        kind: "read" or "write".
        future: What holds its result when it is done.
    """
    begun, waiting, duration = time.perf_counter(), WAITING.labels(kind), DATABASE.labels(kind)
    waiting.inc()

    def done(_: Future[Any]) -> None:
        waiting.dec()
        duration.observe(time.perf_counter() - begun)

    future.add_done_callback(done)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request.

    Args:
        method: The HTTP method.
        route: The path of its route, with the names of its parameters.
        status: The status with which it was answered.
        seconds: How long that took.
    """
    REQUESTS.labels(method, route, str(status)).inc()
    DURATIONS.labels(method, route).observe(seconds)


def figures() -> tuple[bytes, bytes]:
    """Return all figures in the form that Prometheus reads, and the name of that form."""
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_1_0_0.encode()
