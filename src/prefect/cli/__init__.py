"""The command line interface: one file for each group of commands, loaded when it is used.

A command parses its arguments, asks the backend, and renders: text for people, one JSON document with `--output json`.

    command_line    runs a command and turns every outcome into an exit code
    app             which commands there are
    flow, flow_run, deployment, work_pool …     the commands, a file for each group
    operations, server_errors                   what is asked of the store or of a server, and what it refuses
    recorded, run_search, deployment_search     which records are meant
    run_tree, run_tables, run_reports, log_lines …  how they look
    records, schedule_texts                     tables and facts of other records
    screen, inert, durations, state_marks       what a terminal can show
"""

from __future__ import annotations

import sys
import warnings
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command that `sys.argv` names and end the process with its exit code."""
    from prefect.cli.command_line import run_command  # importing this package costs nothing

    warnings.formatwarning = _as_one_line
    sys.exit(run_command(sys.argv[1:]))


def _as_one_line(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    return f"Warning: {message}\n"
