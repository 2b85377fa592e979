"""The flow behind `prefect shell`: a command of the system's shell, run and recorded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import Any

from prefect.exceptions import FailedRun
from prefect.flows import Flow
from prefect.logging.loggers import get_logger, get_run_logger

_GRACE = 10.0
"""Seconds that a command has to end when its run is stopped."""


def run_shell_process(
    command: str,
    log_output: bool = True,
    stream_stdout: bool = False,
    log_stderr: bool = False,
    popen_kwargs: dict[str, Any] | None = None,
) -> None:
    """Run a command in the system's shell. A run that is stopped stops all that the command has started.

    Args:
        command: The command.
        log_output: Record its output as log lines of the run; else show it only.
        stream_stdout: Tell each line when it comes, not all of them at the end.
        log_stderr: Tell its errors too; those of a command that failed are told in any case.
        popen_kwargs: Further arguments of `subprocess.Popen`.

    Raises:
        FailedRun: The command failed.
    """
    logger = get_run_logger() if log_output else get_logger()
    errors: list[str] = []
    late: list[str] = []
    options: dict[str, Any] = {"start_new_session": sys.platform != "win32", **(popen_kwargs or {})}
    with subprocess.Popen(  # noqa: S602 - a shell is what was asked for
        command,
        shell=True,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        reader = threading.Thread(target=errors.extend, args=(process.stderr,), daemon=True)
        reader.start()
        try:
            for line in process.stdout:
                if stream_stdout:
                    logger.info(line.rstrip("\n"))
                else:
                    late.append(line)
            process.wait()
        except BaseException:
            _stop(process)
            raise
        reader.join()
    if late:
        logger.info("".join(late).rstrip("\n"))
    told = "".join(errors).rstrip("\n")
    if process.returncode:
        if told:
            logger.error(told)
        raise FailedRun(f"Command failed with exit code {process.returncode}")
    if told and log_stderr:
        logger.error(told)


shell_command: Flow[..., None] = Flow(run_shell_process, name="Shell Command")


def _stop(process: subprocess.Popen[str]) -> None:
    """End a command and what it has started: kindly first."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if process.poll() is not None:
            return
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, number)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue
