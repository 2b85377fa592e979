"""Loggers that say nothing for the length of a block."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager

_RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")

_lock = threading.Lock()
_blocks = 0
_disabled_before: dict[str, bool] = {}


@contextmanager
def disable_run_logger() -> Generator[None]:
    """Let `get_run_logger` return a silent logger inside the block, in a run or not. For tests of task functions.

    Runs that are made inside the block write no lines either.

    Example:
        >>> with disable_run_logger():
        ...     my_task.fn(1)
    """
    global _blocks
    with _lock:
        if _blocks == 0:
            _disabled_before.update({name: logging.getLogger(name).disabled for name in _RUN_LOGGERS})
            for name in _RUN_LOGGERS:
                logging.getLogger(name).disabled = True
        _blocks += 1
    try:
        yield
    finally:
        with _lock:
            _blocks -= 1
            if _blocks == 0:
                for name, before in _disabled_before.items():
                    logging.getLogger(name).disabled = before


def run_loggers_are_disabled() -> bool:
    """Whether any block of `disable_run_logger` is open in this process."""
    return _blocks > 0


def silent_logger() -> logging.Logger:
    """Return a logger that says nothing."""
    logger = logging.getLogger("null")
    logger.disabled = True
    return logger


@contextmanager
def disable_logger(name: str) -> Generator[None]:
    """Silence the named logger inside the block."""
    logger = logging.getLogger(name)
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
