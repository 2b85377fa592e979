"""`prefect completion`: scripts by which shells complete commands and options."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.completion import ShellDetectionError, detect_shell

from prefect.cli.app import app
from prefect.cli.failures import WRONG_USAGE, CommandFailed

Shell = Literal["bash", "zsh", "fish", "powershell"]
WhichShell = Annotated[Shell | None, Parameter(help="The shell; by default the one you are in.")]


def completion(shell: WhichShell = None) -> None:
    """Print the script that completes `prefect` in a shell.

    `prefect --install-completion` puts it where the shell looks for it.
    """
    sys.stdout.write(app.generate_completion(shell=shell or _this_shell()) + "\n")


def install_completion(*, shell: WhichShell = None) -> None:
    """Install the completion of commands into your shell."""
    chosen = shell or _this_shell()
    path = app.install_completion(shell=chosen)
    print(f"Completion for {chosen} is installed in {path}. Open a new shell to use it.")


def _this_shell() -> Shell:
    try:
        return detect_shell()
    except ShellDetectionError as error:
        raise CommandFailed(
            "Which shell this is cannot be told. Name it: bash, zsh, fish or powershell.",
            exit_code=WRONG_USAGE,
        ) from error
