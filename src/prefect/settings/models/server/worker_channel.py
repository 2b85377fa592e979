"""Settings at `server.worker_channel`: clean-ups that the server hands to workers."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerWorkerChannelSettings(Section, path="server.worker_channel"):
    """Clean-ups that the server hands to workers."""

    cleanup_queue_storage: str = setting(
        "The module that keeps what workers still have to clean up.",
        default="prefect.server.worker_communication.cleanup_queue.memory",
        planned=True,
    )
    cleanup_lease_seconds: float = setting(
        "How long a worker may take to clean up before another one does.",
        default=30.0,
        unit="seconds",
        more_than=0,
        planned=True,
    )
    cleanup_max_delivery_attempts: int = setting(
        "How often a clean-up is handed to a worker.",
        default=3,
        unit="attempts",
        at_least=1,
        planned=True,
    )
    cleanup_completed_idempotency_retention_seconds: float | None = setting(
        "How long it is remembered that a clean-up was done.",
        default=None,
        unit="seconds",
        at_least=0,
        planned=True,
    )
