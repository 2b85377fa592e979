"""Settings at `runner`: how runners of flows behave."""

from __future__ import annotations

import warnings

from prefect.settings.kinds import LogLevel
from prefect.settings.section import Section, section, setting


class RunnerSettings(Section, path="runner"):
    """How runners of flows behave."""

    process_limit: int = setting(
        "How many flow runs a runner runs at once.",
        default=5,
        unit="processes",
    )
    poll_frequency: int = setting(
        "How often a runner asks for scheduled runs.",
        default=10,
        unit="seconds",
    )
    grace_seconds: float = setting(
        "How long a flow run that is cancelled may take to end by itself, before all of its processes are killed.",
        default=30.0,
        unit="seconds",
        at_least=0,
    )
    crash_on_cancellation_failure: bool = setting(
        "Whether a run counts as crashed when it cannot be cancelled.",
        default=False,
        planned=True,
    )
    auto_install_dependencies: bool = setting(
        "Whether a runner installs what a flow's code declares to need.",
        default=False,
        planned=True,
    )
    server: RunnerServerSettings = section("runner")

    @property
    def heartbeat_frequency(self) -> int | None:
        """The older place of `settings.flows.heartbeat_frequency`, in seconds."""
        warnings.warn(
            "`runner.heartbeat_frequency` is an older spelling; use `flows.heartbeat_frequency`.",
            DeprecationWarning,
            stacklevel=2,
        )
        return self._whole().flows.heartbeat_frequency


class RunnerServerSettings(Section, path="runner.server"):
    """How a runner answers health checks."""

    enable: bool = setting(
        "Whether a runner answers health checks over HTTP.",
        default=False,
    )
    host: str = setting(
        "The address at which a runner answers.",
        default="localhost",
    )
    port: int = setting(
        "The port at which a runner answers.",
        default=8080,
        unit="port",
    )
    log_level: LogLevel = setting(
        "The lowest level that the runner's web server logs.",
        default="ERROR",
        planned=True,
    )
    missed_polls_tolerance: int = setting(
        "How many missed polls make a runner unhealthy.",
        default=2,
        unit="polls",
    )
