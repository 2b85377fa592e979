"""Logging: the standard library's, with a scope that says which run a line belongs to."""

from __future__ import annotations

from prefect.logging.loggers import disable_run_logger, get_logger, get_run_logger

__all__ = ["disable_run_logger", "get_logger", "get_run_logger"]
