"""The set-up of loggers where no file says otherwise, in the form of `logging.config.dictConfig`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.settings import Settings

_TIME = "%(asctime)s.%(msecs)03d"
_LINE = f"{_TIME} | %(levelname)-7s"


def default_configuration(settings: Settings) -> dict[str, Any]:
    """Return the set-up that the settings ask for.

    Lines of runs, and of the extra loggers, are recorded. All lines go on to the root logger, whose handler is the
    console; a program that gave the root logger handlers of its own keeps those instead.
    """
    logging = settings.logging
    console = "PrefectConsoleHandler" if logging.markup else "ConsoleHandler"
    recorded = {"level": "NOTSET", "handlers": ["api"], "filters": ["secrets"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"secrets": {"()": "prefect.logging.filters.ObfuscateApiKeyFilter"}},
        "formatters": {
            "simple": {"format": f"{_TIME} | %(message)s", "datefmt": "%H:%M:%S"},
            "standard": {
                "()": "prefect.logging.formatters.PrefectFormatter",
                "format": f"{_LINE} | %(name)s - %(message)s",
                "flow_run_fmt": f"{_LINE} | Flow run %(flow_run_name)r - %(message)s",
                "task_run_fmt": f"{_LINE} | Task run %(task_run_name)r - %(message)s",
                "datefmt": "%H:%M:%S",
            },
            "debug": {
                "format": f"{_LINE} | %(threadName)-12s | %(name)s - %(message)s",
                "datefmt": "%H:%M:%S",
            },
            "json": {"class": "prefect.logging.formatters.JsonFormatter", "format": "default"},
        },
        "handlers": {
            "console": {"class": f"prefect.logging.handlers.{console}", "formatter": "standard"},
            "api": {
                "class": "prefect.logging.handlers.APILogHandler",
                "enabled": logging.to_api.enabled,
                "max_log_size": logging.to_api.max_log_size,
            },
            "worker_api": {"class": "prefect.logging.handlers.WorkerAPILogHandler"},
        },
        "loggers": {
            "prefect": {"level": logging.level},
            "prefect.extra": {"level": logging.level, "handlers": ["api"], "filters": ["secrets"]},
            "prefect.flow_runs": recorded,
            "prefect.task_runs": recorded,
            "prefect.workers": {"level": "NOTSET", "handlers": ["worker_api"]},
            "prefect.server": {"level": settings.server.logging_level},
            "prefect._internal": {"level": settings.internal.logging_level},
        },
        "root": {"level": "WARNING", "handlers": ["console"]},
    }
