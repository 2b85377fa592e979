"""Settings at `flows`: defaults of flows."""

from __future__ import annotations

from prefect.settings.kinds import RetryDelay
from prefect.settings.section import Section, setting


class FlowsSettings(Section, path="flows"):
    """Defaults of flows."""

    heartbeat_frequency: int | None = setting(
        "How often a flow run says that it is alive.",
        default=180,
        also="PREFECT_RUNNER_HEARTBEAT_FREQUENCY",
        unit="seconds",
        at_least=30,
        planned=True,
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
