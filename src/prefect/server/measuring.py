"""Figures of what waits, for Prometheus: measured in the database when they are fetched, or told by who knows them."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import Gauge

from prefect._clock import now
from prefect.server.messaging.tails import Reads
from prefect.server.metrics import REGISTRY
from prefect.store.measures import Waiting, measure

QUEUED = Gauge(
    "prefect_server_queued_runs", "Runs that are due in a work queue", ["queue"], registry=REGISTRY
)
QUEUE_AGE = Gauge(
    "prefect_server_queue_age_seconds",
    "How long the first run of a queue has been due",
    ["queue"],
    registry=REGISTRY,
)
LATE = Gauge("prefect_server_late_runs", "Runs that are late", registry=REGISTRY)
LATENESS = Gauge("prefect_server_lateness_seconds", "By how much the latest run is late", registry=REGISTRY)
BACKGROUND = Gauge(
    "prefect_server_background_task_runs", "Background task runs that are due", registry=REGISTRY
)
BACKGROUND_AGE = Gauge(
    "prefect_server_background_age_seconds",
    "How long the first background task run has been due",
    registry=REGISTRY,
)
TAKEN = Gauge("prefect_server_slots_taken", "Slots of a limit that are taken", ["limit"], registry=REGISTRY)
SLOTS = Gauge("prefect_server_slots", "Slots that a limit has", ["limit"], registry=REGISTRY)
INGEST = Gauge("prefect_server_events_waiting", "Events taken and not stored yet", registry=REGISTRY)
INGEST_LAG = Gauge(
    "prefect_server_events_lag_seconds",
    "How long the first event that is not stored has waited",
    registry=REGISTRY,
)
LOOKS = Gauge(
    "prefect_server_service_looks", "How often a service has looked", ["service"], registry=REGISTRY
)
FAILURES = Gauge("prefect_server_service_failures", "How often that failed", ["service"], registry=REGISTRY)
SILENCE = Gauge(
    "prefect_server_service_silence_seconds",
    "How long ago a service succeeded",
    ["service"],
    registry=REGISTRY,
)


async def measure_what_waits(reads: Reads) -> None:
    """Measure what is in the database; `reads` looks there."""
    moment = now()
    found = await reads.read(lambda: measure(moment))
    for gauge in (QUEUED, QUEUE_AGE, TAKEN, SLOTS):
        gauge.clear()
    for queue in found.queues:
        _set(queue, QUEUED.labels(queue.place), QUEUE_AGE.labels(queue.place))
    _set(found.late, LATE, LATENESS)
    _set(found.background, BACKGROUND, BACKGROUND_AGE)
    for slots in found.slots:
        TAKEN.labels(slots.limit).set(slots.taken)
        SLOTS.labels(slots.limit).set(slots.of)


def watch_ingest(waiting: Callable[[], int], lag: Callable[[], float]) -> None:
    """Tell how many events wait to be stored, and for how many seconds the first of them."""
    INGEST.set_function(waiting)
    INGEST_LAG.set_function(lag)


def watch_service(
    name: str, looks: Callable[[], int], failures: Callable[[], int], last_success: Callable[[], float | None]
) -> None:
    """Tell how a service does.

    Args:
        name: The service.
        looks: How often it has looked.
        failures: How often that failed.
        last_success: When it succeeded last, by `time.monotonic`.
    """
    begun = time.monotonic()
    LOOKS.labels(name).set_function(looks)
    FAILURES.labels(name).set_function(failures)
    SILENCE.labels(name).set_function(lambda: time.monotonic() - (last_success() or begun))


def _set(waiting: Waiting, count: Gauge, seconds: Gauge) -> None:
    count.set(waiting.runs)
    seconds.set(waiting.seconds)
