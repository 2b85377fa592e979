"""Settings at `telemetry`: what is measured of runs."""

from __future__ import annotations

from prefect.settings.section import Section, setting


class TelemetrySettings(Section, path="telemetry"):
    """What is measured of runs."""

    enable_resource_metrics: bool = setting(
        "Whether the memory and processor use of runs is measured.",
        default=True,
        planned=True,
    )
    resource_metrics_interval_seconds: int = setting(
        "How often it is measured.",
        default=10,
        unit="seconds",
        at_least=1,
        planned=True,
    )
