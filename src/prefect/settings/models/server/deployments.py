"""Settings at `server.deployments`: how the server treats deployments."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class ServerDeploymentsSettings(Section, path="server.deployments"):
    """How the server treats deployments."""

    concurrency_slot_wait_seconds: float = setting(
        "How long a run waits before it asks again for a slot of its deployment.",
        default=30.0,
        also="PREFECT_DEPLOYMENT_CONCURRENCY_SLOT_WAIT_SECONDS",
        unit="seconds",
        at_least=0,
        planned=True,
    )
