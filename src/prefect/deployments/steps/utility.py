"""Steps that run commands."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from typing import Any

from prefect._deployment_steps.requirements import installer
from prefect.deployments.steps.commands import run_command

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


class RunShellScriptResult(dict[str, str]):
    """What a script wrote: `stdout` and `stderr`, without white space around them."""


async def run_shell_script(
    script: str,
    directory: str | None = None,
    env: dict[str, str] | None = None,
    stream_output: bool = True,
    expand_env_vars: bool = False,
    shell: bool = False,
) -> RunShellScriptResult:
    """Run a script and return what it writes.

    Without `shell` each line is a command by itself: its words are split as a shell does, and nothing else in it has a
    meaning. With `shell` the whole script is given to the system's shell, which acts on every character of it; a value
    that others may choose is then safe only in `env`.

    Args:
        script: The commands.
        directory: Where to run them; by default here.
        env: Environment variables, added to those of this process.
        stream_output: Show the output while it comes.
        expand_env_vars: Put the values of environment variables in the place of `$NAME` and `${NAME}`. The shell does
            so by itself.
        shell: Run the script in the system's shell.

    Raises:
        RuntimeError: A command failed.
        FileNotFoundError: There is no such command, or no such directory.

    Example:
        ```yaml
        build:
        - prefect.deployments.steps.run_shell_script:
            id: get-commit-hash
            script: git rev-parse --short HEAD
        ```
    """
    environment = {**os.environ, **(env or {})}
    output, errors = "", ""
    for command in _commands(script, environment, expand=expand_env_vars and not shell, shell=shell):
        code, told, complained = await run_command(
            command, directory=directory, env=environment, stream_output=stream_output
        )
        output, errors = output + told, errors + complained
        if code:
            raise RuntimeError(f"`run_shell_script` failed with error code {code}: {errors}")
    return RunShellScriptResult(stdout=output.strip(), stderr=errors.strip())


async def pip_install_requirements(
    directory: str | None = None, requirements_file: str = "requirements.txt", stream_output: bool = True
) -> dict[str, Any]:
    """Install what a file of requirements names into this Python, and return what the installer wrote.

    Args:
        directory: Where the file lies; by default here.
        requirements_file: The file.
        stream_output: Show the output while it comes.

    Raises:
        RuntimeError: Something cannot be installed.

    Example:
        ```yaml
        pull:
        - prefect.deployments.steps.git_clone:
            id: clone
            repository: https://github.com/org/repo
        - prefect.deployments.steps.pip_install_requirements:
            directory: "{{ clone.directory }}"
        ```
    """
    code, output, errors = await run_command(
        # In one word with its option: a name that begins with a hyphen is no option of its own.
        [*installer(), f"--requirement={requirements_file}"],
        directory=directory,
        stream_output=stream_output,
    )
    if code:
        raise RuntimeError(f"pip_install_requirements failed with error code {code}: {errors}")
    return {"stdout": output.strip(), "stderr": errors.strip()}


def _commands(script: str, environment: Mapping[str, str], *, expand: bool, shell: bool) -> list[list[str]]:
    if shell:
        return [["cmd", "/c", script] if sys.platform == "win32" else ["/bin/sh", "-c", script]]
    lines = [line.strip() for line in script.splitlines()]
    return [
        shlex.split(_expanded(line, environment) if expand else line, posix=sys.platform != "win32")
        for line in lines
        if line and not line.startswith("#")
    ]


def _expanded(line: str, environment: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: environment.get(found[1] or found[2], found[0]), line)
