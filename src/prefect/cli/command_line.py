"""Runs one command line and turns its outcome into an exit code.

Answers go to stdout, errors to stderr. 0: done; 1: not found or failed; 2: wrong usage; 130: interrupted. A reader that
goes away (`prefect flow-run ls | head -1`) has what it wanted: that is no error, and silent.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError, MissingArgumentError, UnusedCliTokensError

from prefect.cli.app import app
from prefect.cli.failures import FAILURE, INTERRUPTED, WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.server_errors import told_in_words
from prefect.exceptions import PrefectException


def run_command(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            app.meta(
                arguments or ["--help"], print_error=False, exit_on_error=False, result_action="return_value"
            )
        finally:
            sys.stdout.flush()
    except CycloptsError as error:
        return _report(_usage_error(error), WRONG_USAGE)
    except CommandFailed as failure:
        return _report(str(failure), failure.exit_code)
    except PrefectException as error:
        return _report(str(error), FAILURE)
    except BrokenPipeError:
        _discard_output()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        told = told_in_words(error)
        if told is None:
            raise
        return _report(told, FAILURE)
    return 0


def _report(message: str, exit_code: int) -> int:
    first, *details = inert(message, lines=True).strip().splitlines()
    print("\n".join([f"Error: {first}", *details]), file=sys.stderr)
    return exit_code


def _usage_error(error: CycloptsError) -> str:
    command = " ".join(["prefect", *(error.command_chain or ())])
    message = str(error)
    argument = error.argument
    if isinstance(error, MissingArgumentError) and argument and argument.index is not None:
        message = (
            f"`{command}` needs {argument.name.removeprefix('--').upper()}. {argument.parameter.help or ''}"
        )
    if isinstance(error, UnusedCliTokensError):
        message = f"`{command}` takes no such argument: {' '.join(error.unused_tokens or ())}"
    return f"{message}\nSee `{command} --help`."


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that Python does not complain of the closed pipe at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
