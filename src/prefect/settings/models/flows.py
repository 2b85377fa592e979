"""Settings at `flows`: defaults of flows."""

from __future__ import annotations

from prefect.settings.kinds import RetryDelay
from prefect.settings.section import Section, setting


class FlowsSettings(Section, path="flows"):
    """Defaults of flows."""

    heartbeat_frequency: int | None = setting(
        "How often it is told, by an event, that a flow run is alive.",
        default=180,
        also="PREFECT_RUNNER_HEARTBEAT_FREQUENCY",
        unit="seconds",
        at_least=30,
    )
    lease_seconds: float = setting(
        "How long a server believes in the process of a flow run that was started directly and is not heard of; then "
        "the run has crashed. 0: for ever, and no process beside it says that it lives.",
        default=15.0,
        unit="seconds",
        at_least=0,
    )
    default_retries: int = setting(
        "How often flows run again after a failure, unless they say.",
        default=0,
        also="PREFECT_FLOW_DEFAULT_RETRIES",
        unit="retries",
        at_least=0,
    )
    default_retry_delay_seconds: RetryDelay = setting(
        "How long flows wait before they run again, unless they say.",
        default=0,
        also="PREFECT_FLOW_DEFAULT_RETRY_DELAY_SECONDS",
        unit="seconds",
    )
