"""Running a command, with its output both shown and kept."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio
from anyio.streams.text import TextReceiveStream

from prefect.utilities.processutils import open_process, stream_text


async def run_command(
    command: Sequence[str],
    *,
    directory: str | None = None,
    env: Mapping[str, str] | None = None,
    stream_output: bool = True,
) -> tuple[int, str, str]:
    """Run a command to its end, without an input; return its exit code, its output, and its output of errors.

    Args:
        command: The program and its arguments.
        directory: Where to run it; by default here.
        env: The environment; by default that of this process.
        stream_output: Show the output while it comes.

    Raises:
        FileNotFoundError: There is no such program, or no such directory.
    """
    _check_directory(directory, command[0])
    kept = io.StringIO(), io.StringIO()
    shown = (sys.stdout, sys.stderr) if stream_output else (None, None)
    try:
        async with open_process(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=directory,
            env=None if env is None else dict(env),
        ) as process:
            async with anyio.create_task_group() as group:
                for source, *sinks in zip((process.stdout, process.stderr), kept, shown, strict=True):
                    if source is not None:
                        group.start_soon(stream_text, TextReceiveStream(source, errors="replace"), *sinks)
            code = await process.wait()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"There is no program {command[0]!r} to run. What only a shell knows, such as pipes and `exit`, needs "
            "`shell: true`."
        ) from error
    return code, kept[0].getvalue(), kept[1].getvalue()


def _check_directory(directory: str | None, program: str) -> None:
    if directory is not None and not Path(directory).is_dir():
        raise FileNotFoundError(f"There is no directory {directory!r} to run {program!r} in.")
