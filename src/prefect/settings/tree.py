"""The tree of settings, a class for each section.

A setting at `flows.default_retries` is read from PREFECT_FLOWS_DEFAULT_RETRIES; older names are in `also`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from prefect.exceptions import ConfigurationError
from prefect.settings.reading import load_section, setting

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


@dataclass(frozen=True, slots=True)
class FlowsSettings:
    """Defaults of flows. Delays are seconds."""

    default_retries: int = setting(0, also="PREFECT_FLOW_DEFAULT_RETRIES")
    default_retry_delay_seconds: float | list[float] = setting(
        0.0, also="PREFECT_FLOW_DEFAULT_RETRY_DELAY_SECONDS"
    )


@dataclass(frozen=True, slots=True)
class TasksSettings:
    """Defaults of tasks. Delays are seconds."""

    default_retries: int = setting(0, also="PREFECT_TASK_DEFAULT_RETRIES")
    default_retry_delay_seconds: float | list[float] = setting(
        0.0, also="PREFECT_TASK_DEFAULT_RETRY_DELAY_SECONDS"
    )
    runner_thread_pool_max_workers: int | None = setting(
        None, also="PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS"
    )


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """What is logged, and where it goes."""

    level: LogLevel = setting("INFO")
    extra_loggers: list[str] = setting(factory=list)
    log_prints: bool = setting(default=False)
    colors: bool = setting(default=True)
    to_api_enabled: bool = setting(default=True)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `home` is the folder in which this machine's runs are recorded."""

    home: Path
    api_url: str | None
    database_connection_url: str | None
    flows: FlowsSettings
    tasks: TasksSettings
    logging: LoggingSettings

    @property
    def database_path(self) -> Path:
        """The SQLite file in which runs are recorded without a server.

        Raises:
            ConfigurationError: The connection URL names another kind of database.
        """
        url = self.database_connection_url
        if not url:
            return self.home / "prefect.db"
        scheme, separator, rest = url.partition(":///")
        if not separator or not scheme.startswith("sqlite") or rest.startswith(":memory:"):
            raise ConfigurationError(
                f"PREFECT_SERVER_DATABASE_CONNECTION_URL is {scheme!r}…: this release records runs in an SQLite file "
                "only. Give it as sqlite:///PATH, or unset it to use PREFECT_HOME."
            )
        return Path(rest.partition("?")[0]).expanduser()


def get_current_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        ConfigurationError: A variable has a value that cannot be used; the message names it.
    """
    return Settings(
        home=Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser(),
        api_url=os.environ.get("PREFECT_API_URL") or None,
        database_connection_url=os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL")
        or os.environ.get("PREFECT_API_DATABASE_CONNECTION_URL")
        or None,
        flows=cast("FlowsSettings", load_section(FlowsSettings, "PREFECT_FLOWS_")),
        tasks=cast("TasksSettings", load_section(TasksSettings, "PREFECT_TASKS_")),
        logging=cast("LoggingSettings", load_section(LoggingSettings, "PREFECT_LOGGING_")),
    )
