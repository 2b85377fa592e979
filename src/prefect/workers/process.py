"""`ProcessWorker`: each run is executed in a process of the machine that the worker runs on."""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PrivateAttr

from prefect.bundles import BundleCreationResult, create_bundle_for_flow_run
from prefect.bundles._zip_extractor import ZipExtractor
from prefect.exceptions import InfrastructureNotFound
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.output import Printer
from prefect.runner.supervision import Supervision
from prefect.utilities.processutils import command_from_string, command_to_string
from prefect.workers.base import BaseWorker
from prefect.workers.job_configuration import BaseJobConfiguration
from prefect.workers.job_variables import BaseVariables
from prefect.workers.result import BaseWorkerResult

if TYPE_CHECKING:
    from uuid import UUID

    import anyio.abc

    from prefect import flows
    from prefect.runner.claims import Claims
    from prefect.runner.launching.process import LaunchedProcess
    from prefect.schemas.deployments import DeploymentResponse
    from prefect.schemas.events import Event
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.flows import Flow
    from prefect.schemas.work_pools import WorkPool

STOP_SECONDS = 10.0
"""How long, in seconds, processes may take to end by themselves when the worker leaves them."""

UNKNOWN_END = -1
"""The status code of a process of which it is not known how it ended."""

_STREAM_OUTPUT = Field(
    default=True, description="Whether the worker prints what the processes of runs print."
)
_WORKING_DIR = Field(
    default=None,
    title="Working Directory",
    description="Where the processes of runs start; by default in a folder of their own, which is removed again.",
)


class ProcessJobConfiguration(BaseJobConfiguration):
    """The configuration of the process of a run.

    Attributes:
        stream_output: Whether the worker prints what the process prints.
        working_dir: Where it starts; by default in a folder of its own, which is removed again.
    """

    stream_output: bool = _STREAM_OUTPUT
    working_dir: Path | None = _WORKING_DIR

    _has_own_command: bool = PrivateAttr(default=False)

    def prepare_for_flow_run(
        self,
        flow_run: FlowRun,
        deployment: DeploymentResponse | None = None,
        flow: Flow | None = None,
        work_pool: WorkPool | None = None,
        worker_name: str | None = None,
        worker_id: UUID | None = None,
    ) -> None:
        """Add what only the flow run gives, and the environment of the worker; see `BaseJobConfiguration`."""
        unset = {name for name, value in self.env.items() if value is None}
        self._has_own_command = self.command is not None
        super().prepare_for_flow_run(flow_run, deployment, flow, work_pool, worker_name, worker_id)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT__")}
        self.env = {name: value for name, value in {**inherited, **self.env}.items() if name not in unset}

    @staticmethod
    def _base_flow_run_command() -> str:
        return command_to_string([sys.executable, "-m", "prefect.engine"])

    def order(self, flow_run: FlowRun, folder: Path, on_line: Callable[[str, bool], None]) -> LaunchOrder:
        """Return the order for the process.

        Args:
            flow_run: The flow run that it executes.
            folder: Where it starts if nothing else is said.
            on_line: What prints its lines, if they are to be printed.
        """
        command = tuple(command_from_string(self.command)) if self._has_own_command and self.command else None
        return LaunchOrder(
            arguments=(str(flow_run.id),),
            command=command,
            environment={name: value for name, value in self.env.items() if value is not None},
            cwd=self.working_dir or folder,
            flow_run_id=flow_run.id,
            on_line=on_line if self.stream_output else None,
        )


class ProcessVariables(BaseVariables):
    """The variables of processes of runs."""

    stream_output: bool = _STREAM_OUTPUT
    working_dir: Path | None = _WORKING_DIR


class ProcessWorkerResult(BaseWorkerResult):
    """What became of the process of a run: its exit code, and by what it was known."""


class ProcessWorker(BaseWorker[ProcessJobConfiguration, ProcessVariables, ProcessWorkerResult]):
    """Executes each run in a process of the machine that the worker runs on.

    Example:
        >>> worker = ProcessWorker("my-pool", limit=4)
        >>> asyncio.run(worker.start(run_once=True))
    """

    type = "process"
    job_configuration = ProcessJobConfiguration
    job_configuration_variables = ProcessVariables

    _description: ClassVar[str] = "Runs each flow run as a process of the machine that the worker runs on."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._supervision: Supervision | None = None
        self._printer: Printer | None = None
        self._own: dict[str, LaunchedProcess] = {}

    @property
    def supervision(self) -> Supervision:
        """What looks after the processes.

        Raises:
            RuntimeError: The worker is not open.
        """
        if self._supervision is None:
            raise RuntimeError("The worker is not open yet: use it in `async with`, or call `start`.")
        return self._supervision

    async def _open_claims(self, stack: AsyncExitStack) -> Claims:
        self._printer = Printer()
        stack.callback(self._printer.close)
        self._supervision = await stack.enter_async_context(Supervision(f"worker {self.name!r}", self.asker))
        return self._supervision.claims

    async def _take(self, flow_run: FlowRun) -> None:
        if type(self).run is not ProcessWorker.run:
            await super()._take(flow_run)  # somebody executes runs in their own way
            return
        with ExitStack() as stack:
            execution = _Execution(self, flow_run, stack)
            await self.supervision.take(flow_run, execution.order, started=execution.note)
            execution.tell_end()

    async def _execute_packed(
        self, flow: flows.Flow[..., Any], flow_run: FlowRun, handed: Callable[[], None]
    ) -> None:
        with ExitStack() as stack:
            execution = _Execution(self, flow_run, stack, packed=create_bundle_for_flow_run(flow, flow_run))

            def started(process: LaunchedProcess) -> None:
                execution.note(process)
                handed()

            await self.supervision.adopt(flow_run, execution.order, started=started)
            execution.tell_end()

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: anyio.abc.TaskStatus[Any] | None = None,
    ) -> ProcessWorkerResult:
        """Execute a flow run in a process, and return its exit code when it has ended; see `BaseWorker.run`."""
        with tempfile.TemporaryDirectory(prefix="prefect-run-", ignore_cleanup_errors=True) as folder:
            order = configuration.order(flow_run, Path(folder), self.print_line)
            async with self.supervision.launching.turn() as turn:
                process = turn.process = await self.supervision.launching.start(order)
            identifier = identifier_of(process)
            self._own[identifier] = process
            try:
                if task_status is not None:
                    task_status.started(identifier)
                exit_code = await process.wait()
            finally:
                del self._own[identifier]
        return ProcessWorkerResult(
            status_code=UNKNOWN_END if exit_code is None else exit_code, identifier=identifier
        )

    async def kill_infrastructure(
        self, infrastructure_pid: str, configuration: ProcessJobConfiguration, grace_seconds: int = 30
    ) -> None:
        """End the process of a run with all that it started; see `BaseWorker.kill_infrastructure`."""
        process = self._own.get(infrastructure_pid)
        if process is None:
            raise InfrastructureNotFound(
                f"Process {infrastructure_pid} is not one that this worker looks after."
            )
        await process.terminate(grace_seconds)

    def abandon_runs(self) -> None:
        """End the processes of all runs: nobody would look after them."""
        super().abandon_runs()
        for execution in self.supervision.executions.values():
            execution.stop(
                f"Worker {self.name!r} was stopped, and with it the process of the run.", STOP_SECONDS
            )

    def print_line(self, line: str, is_stderr: bool) -> None:
        """Print a line of a process."""
        if self._printer is not None:
            self._printer(line, is_stderr)


class _Execution:
    """One run in a process: its folder, its events, and what is noted of it.

    Args:
        worker: The worker.
        flow_run: The run.
        stack: What removes the folder in the end.
        packed: The flow, where it is brought along.
    """

    def __init__(
        self,
        worker: ProcessWorker,
        flow_run: FlowRun,
        stack: ExitStack,
        *,
        packed: BundleCreationResult | None = None,
    ) -> None:
        self._packed = packed
        self._worker = worker
        self._flow_run = flow_run
        self._stack = stack
        self._configuration: ProcessJobConfiguration | None = None
        self._submitted: Event | None = None
        self._process: LaunchedProcess | None = None

    async def order(self, flow_run: FlowRun) -> LaunchOrder:
        """Return the order for the process of the run, which was claimed."""
        configuration = self._configuration = await self._worker.configuration_for(flow_run, {})
        folder = self._stack.enter_context(
            tempfile.TemporaryDirectory(prefix="prefect-run-", ignore_cleanup_errors=True)
        )
        self._submitted = self._worker.events.tell("submitted-flow-run", configuration)
        order = configuration.order(flow_run, Path(folder), self._worker.print_line)
        if self._packed is None:
            return order
        file = Path(folder) / f"{flow_run.id}.bundle.json"
        file.write_text(json.dumps(self._packed["bundle"]), encoding="utf-8")
        if self._packed["zip_path"] is not None:
            ZipExtractor(self._packed["zip_path"]).extract(order.cwd)
        arguments = (str(flow_run.id), str(file))
        return replace(order, module="prefect.bundles.own_process", arguments=arguments, command=None)

    def note(self, process: LaunchedProcess) -> None:
        """Note the process that was started."""
        self._process = process
        self._worker.note_infrastructure(self._flow_run, identifier_of(process))

    def tell_end(self) -> None:
        """Tell how the process ended, if there was one."""
        process, configuration = self._process, self._configuration
        if process is None or configuration is None:
            return
        code = UNKNOWN_END if process.returncode is None else process.returncode
        result = ProcessWorkerResult(status_code=code, identifier=identifier_of(process))
        self._worker.events.tell("executed-flow-run", configuration, follows=self._submitted, result=result)


def identifier_of(process: LaunchedProcess) -> str:
    """Return by what a process is known: its machine and its number there."""
    return f"{socket.gethostname()}:{process.pid}"
