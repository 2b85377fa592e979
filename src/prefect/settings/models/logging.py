"""Settings at `logging`: what is logged, and where it goes."""

from __future__ import annotations

from pathlib import Path

from prefect.settings.kinds import LogLevel, WhenMissingFlow
from prefect.settings.section import Section, section, setting


class LoggingSettings(Section, path="logging"):
    """What is logged, and where it goes."""

    level: LogLevel = setting(
        "The lowest level that is logged.",
        default="INFO",
        computed=lambda settings: "DEBUG" if settings.debug_mode else "INFO",
    )
    config_path: Path = setting(
        "The file that configures logging, if there is one.",
        default=None,
        computed=lambda settings: settings.home / "logging.yml",
        also="PREFECT_LOGGING_SETTINGS_PATH",
    )
    extra_loggers: list[str] = setting(
        "Other libraries' loggers whose lines belong to the run.",
        default=list[str](),
    )
    log_prints: bool = setting(
        "Whether what flows and tasks print goes to their log, unless they say.",
        default=False,
    )
    colors: bool = setting(
        "Whether log lines have colours on a terminal.",
        default=True,
    )
    markup: bool = setting(
        "Whether square brackets in log messages style the text.",
        default=False,
    )
    to_api: LoggingToAPISettings = section("logging")

    @property
    def to_api_enabled(self) -> bool:
        """Whether the log lines of runs are recorded with the run."""
        return self.to_api.enabled


class LoggingToAPISettings(Section, path="logging.to_api"):
    """How log lines are recorded with their run."""

    enabled: bool = setting(
        "Whether the log lines of runs are recorded with the run.",
        default=True,
    )
    batch_interval: float = setting(
        "How long log lines may wait to be sent together.",
        default=2.0,
        unit="seconds",
        planned=True,
    )
    batch_size: int = setting(
        "How many bytes of log lines may gather before whoever logs more has to wait.",
        default=4000000,
        unit="bytes",
    )
    max_log_size: int = setting(
        "The longest log line that is recorded; a longer one is cut, and says so.",
        default=1000000,
        unit="bytes",
    )
    when_missing_flow: WhenMissingFlow = setting(
        "What to do with a line that is to be recorded, but belongs to no run.",
        default="warn",
    )
