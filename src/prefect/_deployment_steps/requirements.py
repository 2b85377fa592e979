"""What a step requires of this Python: whether it is installed, and installing it, which is always told."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version

from prefect._integrations import look_again
from prefect.exceptions import StepExecutionError

_SHOWN = 10
"""How many of the last lines of an installer are told when it fails."""


def missing_requirements(requirements: Iterable[str]) -> list[str]:
    """Return those requirements that this Python does not meet.

    Raises:
        StepExecutionError: One of them is no requirement, such as an option of the installer.
    """
    from packaging.requirements import InvalidRequirement, Requirement  # few steps require something

    missing: list[str] = []
    for text in requirements:
        try:
            wanted = Requirement(text)
        except InvalidRequirement as error:
            raise StepExecutionError(
                f"{text!r} is no requirement: {error}. Write it as `requires: package>=1.2`."
            ) from error
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            present = version(wanted.name)
        except PackageNotFoundError:
            missing.append(text)
        else:
            if not wanted.specifier.contains(present, prereleases=True):
                missing.append(text)
    return missing


async def ensure_installed(requirements: Iterable[str], step: str, tell: Callable[[str], object]) -> None:
    """Install what a step requires and is not there, and tell so.

    Args:
        requirements: Such as "prefect-docker>=0.3.1".
        step: The step that requires them.
        tell: Called with a line before something is installed.

    Raises:
        StepExecutionError: They cannot be installed.
    """
    missing = missing_requirements(requirements)
    if not missing:
        return
    command = installer()
    tell(f"Installing {', '.join(missing)} for step {step}: {' '.join([*command, *missing])}")
    process = await asyncio.create_subprocess_exec(
        *command, *missing, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    look_again()
    if process.returncode:
        lines = output.decode(errors="replace").strip().splitlines()[-_SHOWN:]
        raise StepExecutionError(
            f"Step {step} requires {', '.join(missing)}, which cannot be installed here "
            f"(exit code {process.returncode}):\n" + "\n".join(lines)
        )


def installer() -> list[str]:
    """Return the command that installs into this Python: uv where it is found, for it needs no pip in here."""
    found = shutil.which("uv")
    if found:
        return [found, "pip", "install", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install"]
