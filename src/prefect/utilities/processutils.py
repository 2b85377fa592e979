"""Running commands as processes of the system."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TextIO, TypeAlias

import anyio
import anyio.abc
from anyio.streams.text import TextReceiveStream, TextSendStream

__all__ = [
    "command_from_string",
    "command_to_string",
    "consume_process_output",
    "forward_signal_handler",
    "get_sys_executable",
    "open_process",
    "run_process",
    "sanitize_subprocess_env",
    "setup_signal_handlers_agent",
    "setup_signal_handlers_server",
    "setup_signal_handlers_worker",
    "stream_text",
]

TextSink: TypeAlias = anyio.AsyncFile[str] | TextIO | TextSendStream
"""Where the output of a process goes."""


def command_to_string(command: list[str]) -> str:
    """Return the words of a command as one line, quoted as this system does it."""
    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)


def command_from_string(command: str) -> list[str]:
    """Return the words of a command line."""
    if sys.platform != "win32":
        return shlex.split(command)
    return [word.strip("\"'") for word in shlex.split(command, posix=False)]


def get_sys_executable() -> str:
    """Return the path of this Python, fit for a command line."""
    return f'"{sys.executable}"' if sys.platform == "win32" else sys.executable


def sanitize_subprocess_env(
    env: Mapping[str, str | None] | None, *, remove_from: MutableMapping[str, str] | None = None
) -> dict[str, str]:
    """Return the variables that have a value.

    Args:
        env: Variables for a process; None stands for a variable that is to be unset.
        remove_from: An environment from which those that are to be unset are removed.
    """
    given = env or {}
    for name, value in given.items():
        if value is None and remove_from is not None:
            remove_from.pop(name, None)
    return {name: value for name, value in given.items() if value is not None}


@asynccontextmanager
async def open_process(command: list[str], **kwargs: Any) -> AsyncGenerator[anyio.abc.Process]:
    """Start a process for the time of the block; one that still runs at its end is terminated.

    Args:
        command: The program and its arguments.
        kwargs: Passed to `anyio.open_process`.

    Raises:
        TypeError: The command is no list.
        FileNotFoundError: There is no such program.
    """
    if not isinstance(command, list):  # pyright: ignore[reportUnnecessaryIsInstance] - a text would run one letter
        raise TypeError(
            "The command passed to open process must be a list. "
            f"You passed the command {command!r}, which is of type {type(command).__name__}."
        )
    if sys.platform == "win32":
        command = [word.strip('"') for word in command]
        # Ctrl-C reaches every process of the console otherwise.
        kwargs.setdefault("creationflags", subprocess.CREATE_NEW_PROCESS_GROUP)
    process = await anyio.open_process(command, **kwargs)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        with anyio.CancelScope(shield=True):
            await process.aclose()


async def run_process(
    command: list[str],
    *,
    stream_output: bool | tuple[TextSink | None, TextSink | None] = False,
    task_status: anyio.abc.TaskStatus[Any] | None = None,
    task_status_handler: Callable[[anyio.abc.Process], Any] | None = None,
    **kwargs: Any,
) -> anyio.abc.Process:
    """Run a command to its end and return its process, which has the exit code.

    Args:
        command: The program and its arguments.
        stream_output: Write its output to this process's, or to the two given places; otherwise it is dropped.
        task_status: Told when the process has begun.
        task_status_handler: Returns what the task status is told; the id of the process by default.
        kwargs: Passed to `anyio.open_process`.
    """
    sinks = (sys.stdout, sys.stderr) if stream_output is True else stream_output or (None, None)
    dropped = subprocess.DEVNULL if not stream_output else subprocess.PIPE
    async with open_process(command, stdout=dropped, stderr=dropped, **kwargs) as process:
        if task_status is not None:
            task_status.started(task_status_handler(process) if task_status_handler else process.pid)
        if stream_output:
            await consume_process_output(process, *sinks)
        await process.wait()
    return process


async def consume_process_output(
    process: anyio.abc.Process, stdout_sink: TextSink | None = None, stderr_sink: TextSink | None = None
) -> None:
    """Read what a process writes until it ends, and pass it on."""
    async with anyio.create_task_group() as group:
        for source, sink in ((process.stdout, stdout_sink), (process.stderr, stderr_sink)):
            if source is not None:
                group.start_soon(stream_text, TextReceiveStream(source, errors="replace"), sink)


async def stream_text(source: TextReceiveStream, *sinks: TextSink | None) -> None:
    """Write what comes from a stream to each of some places, which are not closed."""
    async for text in source:
        for sink in sinks:
            if isinstance(sink, TextSendStream):
                await sink.send(text)
            elif isinstance(sink, anyio.AsyncFile):
                await sink.write(text)
                await sink.flush()
            elif sink is not None:
                sink.write(text)
                sink.flush()


def forward_signal_handler(
    pid: int, signum: int, *signums: int, process_name: str, print_fn: Callable[[str], object]
) -> None:
    """From now on, send signals that this process gets to another one.

    Args:
        pid: The other process.
        signum: The signal to handle.
        signums: What to send, one for each time that the signal comes; the last one from then on. `signum` itself
            if none are given.
        process_name: What to call the other process, in what is told.
        print_fn: Told what is done.
    """
    left = list(signums or (signum,))

    def handle(*_: object) -> None:
        told = left.pop(0) if len(left) > 1 else left[0]
        received, sent = signal.Signals(signum).name, signal.Signals(told).name
        print_fn(f"Received {received}. Sending {sent} to {process_name} (PID {pid})...")
        os.kill(pid, told)

    signal.signal(signum, handle)


def _forward_stopping(pid: int, process_name: str, print_fn: Callable[[str], object], first: int) -> None:
    if sys.platform == "win32":
        forward_signal_handler(
            pid, signal.SIGINT, signal.CTRL_BREAK_EVENT, process_name=process_name, print_fn=print_fn
        )
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        forward_signal_handler(
            pid, number, first, signal.SIGKILL, process_name=process_name, print_fn=print_fn
        )


def setup_signal_handlers_server(pid: int, process_name: str, print_fn: Callable[[str], object]) -> None:
    """Stop a server when this process is told to stop: with SIGTERM, and with SIGKILL the second time."""
    _forward_stopping(pid, process_name, print_fn, signal.SIGTERM)


def setup_signal_handlers_agent(pid: int, process_name: str, print_fn: Callable[[str], object]) -> None:
    """Stop an agent when this process is told to stop: with SIGINT, and with SIGKILL the second time."""
    _forward_stopping(pid, process_name, print_fn, signal.SIGINT)


def setup_signal_handlers_worker(pid: int, process_name: str, print_fn: Callable[[str], object]) -> None:
    """Stop a worker when this process is told to stop: with SIGINT, and with SIGKILL the second time."""
    _forward_stopping(pid, process_name, print_fn, signal.SIGINT)
