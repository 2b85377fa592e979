"""Executing bundles: the run of a bundle, in a process of its own; `python -m prefect.bundles.execute --key FILE`."""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect._engine.lifeline import VARIABLE as LIFELINE
from prefect._fences import RUN_VARIABLE
from prefect._imports import load
from prefect.bundles._zip_extractor import ZipExtractor
from prefect.bundles.packing import SerializedBundle, extract_flow_from_bundle
from prefect.exceptions import InfrastructureError
from prefect.utilities.processutils import sanitize_subprocess_env

BESIDE = "files.zip"
"""The name under which those who fetch a bundle put its files beside it."""


def execute_bundle_in_subprocess(
    bundle: SerializedBundle, env: dict[str, str | None] | None = None, cwd: Path | str | None = None
) -> SpawnProcess:
    """Start a process that executes the run of a bundle, and return it.

    Args:
        bundle: The bundle.
        env: More variables of its environment; None unsets one.
        cwd: Where it starts; by default here.
    """
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_execute, args=(bundle, env or {}, str(cwd) if cwd else None))
    process.start()
    return process


async def execute_bundle(bundle: dict[str, Any]) -> None:
    """Execute the run of a bundle in a process of its own; SIGTERM and Ctrl-C are passed on to it.

    Raises:
        InfrastructureError: The process ended badly.
    """
    flow_run_id: str = bundle["flow_run"]["id"]
    with tempfile.TemporaryDirectory(prefix="prefect-bundle-") as folder:
        file = os.path.join(folder, "bundle.json")  # noqa: PTH118 - no object with slow methods in async code
        await asyncio.to_thread(_write, file, bundle)
        # Not by `multiprocessing`, which would run the script of the caller once more.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "prefect.bundles.own_process",
            flow_run_id,
            file,
            env={**os.environ, RUN_VARIABLE: flow_run_id},
            # The line to a worker that has launched this process, which is the other process's from now on.
            pass_fds=[int(number) for number in os.environ.get(LIFELINE, "").split(",") if number],
        )
        with _passing_signals_on(process):
            exit_code = await process.wait()
    if exit_code != 0:
        raise InfrastructureError(f"The process of flow run {flow_run_id} ended with exit code {exit_code}.")


def _write(file: str, bundle: dict[str, Any]) -> None:
    Path(file).write_text(json.dumps(bundle), encoding="utf-8")


@contextmanager
def _passing_signals_on(process: asyncio.subprocess.Process) -> Generator[None]:
    """In the block, pass on to a process the signals that tell this one to stop."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def pass_on(number: int) -> None:
        with suppress(ProcessLookupError):  # it has ended
            process.send_signal(number)

    # Not in other threads, nor on every system: there nobody sends signals to this process alone.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        for number in numbers:
            loop.add_signal_handler(number, pass_on, number)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for number in numbers:
                loop.remove_signal_handler(number)


def execute_bundle_from_file(key: str) -> None:
    """Execute the run of the bundle in a file; files of the bundle are unpacked here first, if they lie beside it.

    Args:
        key: The file.

    Raises:
        FileNotFoundError: There is no such file.
        InfrastructureError: The process of the run ended badly.
    """
    file = Path(key)
    bundle: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    files_key = bundle.get("files_key")
    beside = [file.parent / BESIDE, *([file.parent / files_key] if files_key else ())]
    for archive in beside:
        if files_key and archive.is_file():
            ZipExtractor(archive).extract()
            break
    asyncio.run(execute_bundle(bundle))


def _execute(bundle: SerializedBundle, env: dict[str, str | None], cwd: str | None) -> None:
    """Execute the run of a bundle in this process, which was started for it."""
    flow_run_id: str = bundle["flow_run"]["id"]
    os.environ.update(sanitize_subprocess_env(env, remove_from=os.environ), **{RUN_VARIABLE: flow_run_id})
    if cwd is not None:
        os.chdir(cwd)
    run_bundle(bundle)


def run_bundle(bundle: SerializedBundle) -> None:
    """Execute the run of a bundle in this process; the process ends with 1 if its outcome could not be recorded."""
    flow_run_id = UUID(bundle["flow_run"]["id"])
    # The engine is loaded when the environment is as the run wants it.
    load("prefect.logging.configuration", "ensure_logging_setup")()
    with load("prefect.engine", "handle_engine_signals")(flow_run_id):
        load("prefect.engine", "run_stored")(flow_run_id, extract_flow_from_bundle(bundle))


def main() -> None:
    """Execute the run of the bundle in a file."""
    parser = argparse.ArgumentParser(description="Execute the flow run of a bundle.")
    parser.add_argument("--key", required=True, help="The file of the bundle.")
    try:
        execute_bundle_from_file(parser.parse_args().key)
    except (OSError, ValueError, InfrastructureError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
