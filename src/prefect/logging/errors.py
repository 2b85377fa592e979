"""Mistakes in logging calls: told on the console, and never recorded as lines of the run."""

from __future__ import annotations

import logging

from prefect.logging.run_scope import current_scope


class TellsErrors(logging.Handler):
    """A handler that tells mistakes as `logging` does, in a run that logs its prints too."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Tell that a line could not be written."""
        # `logging` prints what is wrong. In a run that logs its prints that would be lines again, each as wrong.
        token = current_scope.set(None)
        try:
            super().handleError(record)
        finally:
            current_scope.reset(token)
