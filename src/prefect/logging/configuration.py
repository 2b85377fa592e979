"""Set-up of the loggers: done when the first run begins, and again only when the settings of logging have changed."""

from __future__ import annotations

import os
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect.exceptions import ConfigurationError
from prefect.logging.configuration_file import PREFIX, load_logging_config, to_envvar, with_overrides
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.logging.installation import Installation
    from prefect.settings import Settings

__all__ = [
    "DEFAULT_LOGGING_SETTINGS_PATH",
    "PROCESS_LOGGING_CONFIG",
    "ensure_logging_setup",
    "load_logging_config",
    "setup_logging",
    "to_envvar",
]

DEFAULT_LOGGING_SETTINGS_PATH = Path(__file__).parent / "logging.yml"
"""A file that sets the loggers up as is done without any: to be copied and changed."""

PROCESS_LOGGING_CONFIG: dict[str, Any] = {}
"""The set-up that holds in this process, as `logging.config.dictConfig` takes it; empty before the first one."""

_lock = threading.RLock()
_seen: Settings | None = None
_applied: object = None
_installation: Installation | None = None


def ensure_logging_setup(settings: Settings | None = None) -> None:
    """Set the loggers up if that has not been done with these settings.

    Handlers that a program put on loggers itself are left alone.

    Args:
        settings: The settings; by default those that hold here.

    Raises:
        ConfigurationError: The file that configures logging cannot be used.
    """
    global _seen
    settings = settings or get_current_settings()
    if settings is _seen:
        return
    with _lock:
        if _what_counts(settings) != _applied:
            _set_up(settings)
        _seen = settings


def setup_logging(incremental: bool | None = None) -> dict[str, Any]:
    """Set the loggers up anew, the file that configures them included, and return the set-up.

    Args:
        incremental: Change nothing but the levels of loggers.

    Raises:
        ConfigurationError: The file that configures logging cannot be used.
    """
    global _seen
    settings = get_current_settings()
    with _lock:
        if incremental:
            configuration = _configuration(settings)
            _installed().change_levels(configuration)
        else:
            configuration = _set_up(settings)
            _seen = settings
    return {**configuration, "incremental": bool(incremental)}


def _set_up(settings: Settings) -> dict[str, Any]:
    global _applied
    configuration = _configuration(settings)
    try:
        _installed().change(configuration, settings.logging.extra_loggers)
    except ValueError as error:
        raise ConfigurationError(
            f"The logging configuration {settings.logging.config_path} cannot be used: {error}"
        ) from error
    PROCESS_LOGGING_CONFIG.clear()
    PROCESS_LOGGING_CONFIG.update(configuration)
    _applied = _what_counts(settings)
    return configuration


def _what_counts(settings: Settings) -> object:
    """Return all that a set-up depends on, but for what is in the file: that is read once."""
    overrides = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    return settings.logging, settings.internal.logging_level, settings.server.logging_level, overrides


def _configuration(settings: Settings) -> dict[str, Any]:
    from prefect.logging.default_configuration import default_configuration  # runs need it once

    path = settings.logging.config_path
    if path.exists():
        return load_logging_config(path)
    if "logging.config_path" in settings.given:
        warnings.warn(
            f"PREFECT_LOGGING_CONFIG_PATH names {path}, which does not exist; logging is set up as without it.",
            UserWarning,
            stacklevel=2,
        )
    return with_overrides(default_configuration(settings))


def _installed() -> Installation:
    global _installation
    if _installation is None:
        from prefect.logging.installation import Installation  # loads logging.config: not before a run

        _installation = Installation()
    return _installation
