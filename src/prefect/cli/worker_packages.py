"""Packages that have workers: installed only if that was asked for."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from typing import Literal

from prefect.cli.failures import CommandFailed
from prefect.cli.questions import confirmed

InstallPolicy = Literal["always", "if-not-present", "never", "prompt"]


def install_package_of(worker_type: str, policy: InstallPolicy, *, is_there: bool) -> None:
    """Install the package that has the workers of a type, if it is wanted.

    Args:
        worker_type: The type.
        policy: When to install: `prompt` asks the person at the terminal, and does nothing if there is none.
        is_there: Whether there are workers of the type already.

    Raises:
        CommandFailed: It is not known which package that is, it is not wanted, or it cannot be installed.
    """
    from prefect._integrations import look_again  # not for the help pages
    from prefect.workers.catalogue import package_of

    package = package_of(worker_type)
    if package in (None, "prefect"):
        if is_there:
            return
        raise CommandFailed(
            f"There are no workers of the type {worker_type!r} here, nor is it known which package has them."
        )
    command = _command(package)
    missing = f"Workers of the type {worker_type!r} come with the package {package}, which is not installed."
    wanted = policy in ("always", "if-not-present")
    if policy == "prompt":
        wanted = sys.stdin.isatty() and confirmed(f"{missing} Install it now?")
    if not wanted:
        raise CommandFailed(
            f"{missing}\nInstall it with `{shlex.join(_shown(command))}`, or give --install-policy if-not-present."
        )
    print(f"Installing {package}: {shlex.join(command)}", flush=True)
    done = subprocess.run(command, check=False)  # noqa: S603 - the name is one of ours, from no user
    if done.returncode != 0:
        raise CommandFailed(
            f"{package} could not be installed: the command above ended with exit code {done.returncode}."
        )
    look_again()


def _command(package: str) -> list[str]:
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--python", sys.executable, package]
    return [sys.executable, "-m", "pip", "install", package]


def _shown(command: list[str]) -> list[str]:
    return ["pip", "install", command[-1]]
