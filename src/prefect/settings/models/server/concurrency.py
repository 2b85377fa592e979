"""Settings at `server.concurrency`: slots of concurrency limits."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerConcurrencySettings(Section, path="server.concurrency"):
    """Slots of concurrency limits."""

    lease_storage: str = setting(
        "The module that keeps the leases of concurrency slots.",
        default="prefect.server.concurrency.lease_storage.memory",
        planned=True,
    )
    initial_deployment_lease_duration: float = setting(
        "How long a new run may hold a deployment's slot before it must renew it.",
        default=300.0,
        unit="seconds",
        at_least=30,
        at_most=3600,
    )
    maximum_concurrency_slot_wait_seconds: float = setting(
        "The longest time a run is told to wait for a slot.",
        default=30.0,
        unit="seconds",
        at_least=0,
    )
