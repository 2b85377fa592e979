"""Settings at `worker`: how workers behave."""

from __future__ import annotations

from prefect.settings.section import Section, section, setting


class WorkerSettings(Section, path="worker"):
    """How workers behave."""

    debug_mode: bool = setting(
        "Whether a worker logs at DEBUG.",
        default=False,
        planned=True,
    )
    heartbeat_seconds: float = setting(
        "How often a worker says that it is alive.",
        default=30.0,
        unit="seconds",
    )
    query_seconds: float = setting(
        "How often a worker asks for scheduled runs.",
        default=10.0,
        unit="seconds",
    )
    prefetch_seconds: float = setting(
        "How long before its time a run is fetched.",
        default=10.0,
        unit="seconds",
    )
    enable_cancellation: bool = setting(
        "Whether a worker ends runs that are being cancelled.",
        default=False,
        planned=True,
    )
    cancellation_poll_seconds: float = setting(
        "How often a worker asks for runs that are being cancelled.",
        default=120.0,
        unit="seconds",
        planned=True,
    )
    webserver: WorkerWebserverSettings = section("worker")


class WorkerWebserverSettings(Section, path="worker.webserver"):
    """How a worker answers health checks."""

    host: str = setting(
        "The address at which a worker answers health checks.",
        default="0.0.0.0",  # noqa: S104 - the API's default; a container's health check comes from outside
    )
    port: int = setting(
        "The port at which a worker answers health checks.",
        default=8080,
        unit="port",
    )
