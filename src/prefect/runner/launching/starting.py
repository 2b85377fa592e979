"""Starting processes: by a fork where that does the same, else by a new interpreter."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from prefect.logging.loggers import get_logger
from prefect.runner.launching.forks import GO, CannotFork, Launcher, forking_is_possible
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.output import Output
from prefect.runner.launching.process import LaunchedProcess

STARTING_AT_MOST = 10.0
"""How long, in seconds, a process counts as starting at most; one of a command of its own does not tell when it has."""

SHORT = 0.2
"""How long, in seconds, a run may go on before the next one is started in its turn: short ones end before that."""

DEATHS_AT_MOST = 3
"""How often in a row the launcher process may die before it is done without."""


class Launching:
    """Starts processes, as long as it is open. Those that run when it is closed go on.

    Args:
        modules: What the launcher process has loaded besides what the process of every run needs.
        forks: Whether processes are forked where that is possible; None for what the system can do.
        at_once: How many processes may be starting at the same time; None for as many as there are cores.

    Example:
        >>> async with Launching() as launching:
        ...     process = await launching.start(LaunchOrder(arguments=(str(flow_run_id),)))
        ...     exit_code = await process.wait()
    """

    def __init__(
        self, modules: Sequence[str] = (), *, forks: bool | None = None, at_once: int | None = None
    ) -> None:
        self._modules = modules
        self._forks = forking_is_possible() if forks is None else forks
        self._gate = asyncio.Semaphore(at_once or os.cpu_count() or 1)
        self._launcher: Launcher | None = None
        self._deaths = 0
        self._watchers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        if self._forks:
            self._launcher = Launcher(self._modules)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._launcher is not None:
            self._launcher.close()
            self._launcher = None

    @property
    def launcher_pid(self) -> int | None:
        """The process id of the launcher process, while there is one."""
        return self._launcher.pid if self._launcher is not None and self._launcher.is_open else None

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[Turn]:
        """Wait for a turn to start a process: more of them than there are cores only keep each other from starting.

        The turn is over soon after the code of the flow begins in the process that was started in it, not with the
        block.
        """
        await self._gate.acquire()
        turn = Turn()
        try:
            yield turn
        finally:
            if turn.process is None:
                self._gate.release()
            else:
                self._watch(self._until_started(turn.process))

    async def start(self, order: LaunchOrder) -> LaunchedProcess:
        """Start a process.

        Raises:
            OSError: It cannot be started: there is no such command or directory, or the system has no room for it.
        """
        ours, theirs = socket.socketpair()
        out_read, out = os.pipe()
        err_read, err = os.pipe()
        output = Output(order.on_line)
        process = LaunchedProcess(order, ours, output)
        # The ends for reading are passed on too: the process takes in what it prints when we are gone.
        descriptors = [out, err, out_read, err_read, theirs.fileno()]
        try:
            await self._start(process, descriptors)
        except BaseException:
            process.end(None)
            os.close(out_read)
            os.close(err_read)
            raise
        finally:
            theirs.close()
            os.close(out)
            os.close(err)
        output.read(out_read, is_stderr=False)
        output.read(err_read, is_stderr=True)
        return process

    async def _start(self, process: LaunchedProcess, descriptors: Sequence[int]) -> None:
        order = process.order
        if self._forks and order.can_be_forked():
            try:
                await self._fork(process, descriptors)
            except CannotFork as error:
                get_logger("runner").debug("A new interpreter is started instead: %s", error)
            else:
                return
        await self._start_interpreter(process, descriptors)

    async def _fork(self, process: LaunchedProcess, descriptors: Sequence[int]) -> None:
        launcher = self._launcher
        if launcher is None or not launcher.is_open:
            launcher = self._launcher = Launcher(self._modules)
        try:
            process.pid = await launcher.fork(process.order, descriptors, process.end)
        except CannotFork:
            if not launcher.is_open:
                self._replace_launcher()
            raise
        self._deaths = 0
        process.say(GO.decode().strip())

    def _replace_launcher(self) -> None:
        self._deaths += 1
        if self._deaths > DEATHS_AT_MOST:
            get_logger("runner").warning(
                "The launcher process has died %s times in a row; each run gets a new interpreter from now on.",
                self._deaths,
            )
            self._forks = False
        else:
            self._launcher = Launcher(self._modules)

    async def _start_interpreter(self, process: LaunchedProcess, descriptors: Sequence[int]) -> None:
        order = process.order
        out, err, *passed = descriptors
        environment = {"PYTHONUNBUFFERED": "1", **order.environment}
        if os.name != "nt":
            out_read, err_read, line = passed
            environment["PREFECT__RUN_LIFELINE"] = f"{line},{out_read},{err_read}"
        child = await asyncio.create_subprocess_exec(
            *order.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment,
            cwd=order.cwd,
            pass_fds=passed if os.name != "nt" else (),
            start_new_session=os.name != "nt",
        )
        process.pid = child.pid
        self._watch(self._until_ended(process, child))

    def _watch(self, watching: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(watching)
        self._watchers.add(task)
        task.add_done_callback(self._watchers.discard)

    @staticmethod
    async def _until_ended(process: LaunchedProcess, child: asyncio.subprocess.Process) -> None:
        process.end(await child.wait())

    async def _until_started(self, process: LaunchedProcess) -> None:
        try:
            async with asyncio.timeout(STARTING_AT_MOST):
                await process.started.wait()
            async with asyncio.timeout(SHORT):
                await process.until_ended()
        except TimeoutError:
            pass  # it has had its share of the cores; others go on
        finally:
            self._gate.release()


class Turn:
    """A turn to start a process."""

    process: LaunchedProcess | None = None
    """The process that was started in it."""
