"""Logging: the standard library's, with a scope that says which run a line belongs to.

loggers, adapters, prints, silence, eavesdropper    what user code calls
run_scope, recording                                how a line finds its run, and the record of the run
handlers, console, rich_console, errors             where lines go
formatters, highlights, highlighters, filters       how they look, and what they do not show
configuration, default_configuration, configuration_file, installation
                                                    the set-up, done when the first run begins
"""

from __future__ import annotations

from prefect.logging.eavesdropper import LogEavesdropper
from prefect.logging.loggers import get_logger, get_run_logger
from prefect.logging.silence import disable_run_logger

__all__ = ["LogEavesdropper", "disable_run_logger", "get_logger", "get_run_logger"]
