"""The runner: it looks for due runs of the deployments that it serves, and runs each in a process of its own."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import json
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect._dual.signatures import called_like
from prefect._imports import load
from prefect._transport.proposals import proposal
from prefect.exceptions import ObjectNotFound
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.runner.execution import Execution
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.output import Printer
from prefect.runner.launching.process import LaunchedProcess
from prefect.runner.polling import Poller
from prefect.runner.served import DeploymentRuns, Served, ServedDeployments, is_loadable, order_of_one
from prefect.runner.signals import ToldToEnd, heeding
from prefect.runner.supervision import Supervision, environment_for
from prefect.runner.waking import Waking
from prefect.schemas.flow_runs import FlowRun
from prefect.settings import get_current_settings
from prefect.states import Cancelling
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flow_runs import read_flow_run
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.annotations import NotSet

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.deployments.schedules import FlexibleScheduleList
    from prefect.flows import Flow
    from prefect.schedules import Schedule
    from prefect.schemas.automation_triggers import Trigger
    from prefect.schemas.deployments import ConcurrencyLimitConfig

EMBEDDED_QUERY_SECONDS = 1.0
"""How often, in seconds, to look for runs in a database of this machine, of which nobody tells."""

STOP_SECONDS = 10.0
"""How long, in seconds, runs may take to end when the runner is stopped and does not wait for them."""


class Runner:
    """Serves deployments: runs each of their runs in a process of its own, when it is due.

    Args:
        name: What it is called; by default a name of its own. Of a path only the last part counts, without its ending.
        query_seconds: How often it looks for runs; by default as the settings say. With a server it is told besides.
        prefetch_seconds: How far ahead it looks, so that each run begins at its time.
        heartbeat_seconds: How often it tells that it executes runs; by default a third of the lease of a claim.
        limit: How many runs it executes at once; None for any number, by default as the settings say.
        pause_on_shutdown: Whether schedules of its deployments are paused when it ends.
        webserver: Whether it answers over HTTP how it is.

    Attributes:
        grace_seconds: How long a run that is cancelled may take to end by itself, before all of it is killed.

    Raises:
        ValueError: The name cannot be one.

    Example:
        >>> runner = Runner(name="etl")
        >>> runner.add_flow(etl, name="nightly", cron="0 3 * * *")
        >>> asyncio.run(runner.start())
    """

    def __init__(
        self,
        name: str | None = None,
        query_seconds: float | None = None,
        prefetch_seconds: float = 10,
        heartbeat_seconds: float | None = None,
        limit: int | type[NotSet] | None = NotSet,
        pause_on_shutdown: bool = True,
        webserver: bool = False,
    ) -> None:
        settings = get_current_settings()
        if name and ("/" in name or "%" in name):
            raise ValueError("Runner name cannot contain '/' or '%'")
        self.name = f"runner-{uuid4()}" if name is None else Path(name).stem
        self.limit: int | None = settings.runner.process_limit if isinstance(limit, type) else limit
        self.query_seconds: float = query_seconds or settings.runner.poll_frequency
        self.prefetch_seconds = prefetch_seconds
        self.heartbeat_seconds = heartbeat_seconds
        self.pause_on_shutdown = pause_on_shutdown
        self.webserver = webserver or settings.runner.server.enable
        self.grace_seconds: float = settings.runner.grace_seconds
        self.started = False
        self.stopping = False
        self._printer = Printer()
        self._served = ServedDeployments(self._printer)
        self._open: AsyncExitStack | None = None
        self._asker: Asker | None = None
        self._supervision: Supervision | None = None
        self._poller: Poller | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._adopted = 0
        self._told = ToldToEnd()
        self._background: set[asyncio.Task[Any]] = set()
        self._last_polled: datetime | None = None

    def __repr__(self) -> str:
        return f"Runner(name={self.name!r})"

    # --- what it serves -------------------------------------------------------------------------------------------

    async def aadd_deployment(self, deployment: RunnerDeployment) -> UUID:
        """Store a deployment and serve it; see `add_deployment`."""
        return await arun(self._adding(deployment))

    @async_dispatch(aadd_deployment)
    def add_deployment(self, deployment: RunnerDeployment) -> UUID:
        """Store a deployment, and serve it when the runner is started.

        Returns:
            The id of the deployment.
        """
        return run(self._adding(deployment))

    async def aadd_flow(
        self,
        flow: Flow[..., Any],
        name: str | None = None,
        interval: Iterable[float | timedelta] | float | timedelta | None = None,
        cron: Iterable[str] | str | None = None,
        rrule: Iterable[str] | str | None = None,
        paused: bool | None = None,
        schedule: Schedule | None = None,
        schedules: FlexibleScheduleList | None = None,
        concurrency_limit: int | ConcurrencyLimitConfig | None = None,
        parameters: dict[str, Any] | None = None,
        triggers: list[Trigger] | None = None,
        description: str | None = None,
        tags: list[str] | None = None,
        version: str | None = None,
        enforce_parameter_schema: bool = True,
        entrypoint_type: EntrypointType = EntrypointType.FILE_PATH,
    ) -> UUID:
        """Make a deployment of a flow, store it and serve it; see `add_flow`."""
        words = {key: value for key, value in locals().items() if key not in {"self", "flow", "name"}}
        return await arun(self._adding(self._made(flow, name, **words)))

    @async_dispatch(aadd_flow)
    @called_like(aadd_flow)
    def add_flow(self, flow: Flow[..., Any], name: str | None = None, *args: Any, **words: Any) -> UUID:
        """Make a deployment of a flow, store it, and serve it when the runner is started.

        The other words are those of `flow.to_deployment`.

        Args:
            flow: The flow.
            name: The name of the deployment; by default that of the runner.
            *args: Further words by their place.
            **words: Further words.

        Returns:
            The id of the deployment.
        """
        bound = inspect.signature(self.aadd_flow).bind(flow, name, *args, **words)
        told = {key: value for key, value in bound.arguments.items() if key not in {"flow", "name"}}
        return run(self._adding(self._made(flow, name, **told)))

    def _made(self, flow: Flow[..., Any], name: str | None, **words: Any) -> RunnerDeployment:
        # Deployments know runners, so that they can be served; a runner knows them only when it is asked to.
        kind: type[RunnerDeployment] = load("prefect.deployments.runner", "RunnerDeployment")
        return kind.from_flow(flow, name=self.name if name is None else name, **words)

    def _adding(self, deployment: RunnerDeployment) -> Steps[UUID]:
        applied = yield from deployment.applying()
        self._serve(applied.after.id, deployment)
        return applied.after.id

    def _serve(self, id_: UUID, deployment: RunnerDeployment) -> None:
        storage = deployment.storage
        flow: Flow[..., Any] | None = getattr(deployment, "_flow", None)
        variables: dict[str, Any] = deployment.job_variables
        self._served.add(
            Served(
                id=id_,
                name=deployment.name,
                entrypoint=deployment.entrypoint,
                folder=Path.cwd(),
                storage=None if storage is None else self._served.shared(storage),
                flow=flow if storage is None and not is_loadable(deployment.entrypoint) else None,
                environment=variables.get("env"),
                has_schedules=bool(deployment.schedules) and not deployment.paused,
            )
        )
        if self._poller is not None:
            self._poller.wake()

    # --- its life -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        ensure_logging_setup()
        self._loop = asyncio.get_running_loop()
        async with AsyncExitStack() as stack:
            stack.callback(self._printer.close)
            stack.callback(self._served.close)
            asker = self._asker = Asker("Runs go on; no new ones are begun until it does.")
            stack.callback(asker.close)
            lease = None if self.heartbeat_seconds is None else 3 * self.heartbeat_seconds
            supervision = Supervision(
                f"runner {self.name!r}", asker, lease_seconds=lease, grace=self.grace_seconds
            )
            self._supervision = await stack.enter_async_context(supervision)
            self._open = stack.pop_all()
        self.started = True
        self.stopping = False
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.started = False
        self.stopping = True
        for task in self._background:
            task.cancel()
        opened, self._open = self._open, None
        if opened is not None:
            await opened.aclose()

    async def start(self, run_once: bool = False, webserver: bool | None = None) -> None:
        """Serve until the runner is stopped, or SIGTERM or Ctrl-C ends it. Runs that go on then are waited for.

        Args:
            run_once: Look for runs once, execute those that are due, and return.
            webserver: Whether to answer over HTTP how the runner is; by default as the runner was made.
        """
        async with AsyncExitStack() as stack:
            if self._open is None:
                await stack.enter_async_context(self)
            asker, supervision = self._asker, self._supervision
            assert asker is not None and supervision is not None  # noqa: PT018 - both are made on entering
            if not asker.has_server:
                from prefect.runner.own_services import (
                    own_services,
                )  # loads the server: only where there is none

                await stack.enter_async_context(own_services())
            poller = self._poller = Poller(
                DeploymentRuns(self._served, asker),
                lambda run: supervision.take(run, self._served.order),
                places=self._places,
                query_seconds=self.query_seconds
                if asker.has_server
                else min(self.query_seconds, EMBEDDED_QUERY_SECONDS),
                prefetch_seconds=self.prefetch_seconds,
            )
            stack.callback(self._forget_poller)
            await self._served.fetch()
            await self._served.resume_schedules(asker)
            stack.enter_context(heeding((signal.SIGTERM, signal.SIGINT), self.handle_sigterm))
            if self.webserver if webserver is None else webserver:
                from prefect.runner.server import serving  # few runners have one

                stack.enter_context(serving(self))
            waking = Waking(lambda: self._served.resources, poller.wake, supervision.claims.look_now)
            helping = [asyncio.create_task(waking.listen()), asyncio.create_task(self._served.keep_fresh())]
            try:
                await (poller.run_once() if run_once else poller.run())
                await poller.until_done()
            finally:
                for task in helping:
                    task.cancel()
                await asyncio.wait(helping)
                if self.pause_on_shutdown and not run_once:
                    await self._served.pause_schedules(asker)

    async def astop(self) -> None:
        """Take no more runs; see `stop`."""
        self._stop()

    @async_dispatch(astop)
    def stop(self) -> None:
        """Take no more runs. `start` returns when those there are have ended.

        Raises:
            RuntimeError: The runner has not been started.
        """
        self._stop()

    def _stop(self) -> None:
        if not self.started or self._loop is None:
            raise RuntimeError("Runner has not yet started. Please start the runner by calling .start()")
        self.started = False
        self.stopping = True
        if self._poller is not None:
            self._loop.call_soon_threadsafe(self._poller.stop)

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        """Take no more runs, and end when those there are have ended. A second signal ends those, too."""
        del args, kwargs
        assert self._loop is not None  # signals come to it when it was started
        self._loop.call_soon_threadsafe(self._heed_signal)

    def _heed_signal(self) -> None:
        executions = self._executions()
        logger = get_logger("runner")
        if not self._told.again():
            return
        if self.stopping:
            logger.warning("Told to end again: %s runs are ended.", len(executions))
            if self._asker is not None:
                self._asker.hurry(2 * STOP_SECONDS)
            for execution in executions:
                execution.stop("The runner that looked after the run was told to end at once.", STOP_SECONDS)
            return
        waits = (
            f" when the {len(executions)} runs here have ended; tell it again to end them, too"
            if executions
            else ""
        )
        logger.info("Told to end: the runner takes no more runs, and ends%s.", waits)
        self._stop()

    # --- what it does ---------------------------------------------------------------------------------------------

    async def execute_flow_run(
        self,
        flow_run_id: UUID,
        entrypoint: str | None = None,
        command: str | None = None,
        cwd: Path | str | None = None,
        env: Mapping[str, str | None] | None = None,
        task_status: Any = None,
        stream_output: bool = True,
    ) -> LaunchedProcess | None:
        """Execute a flow run in a process, and return when it has ended. For use in `async with`.

        Args:
            flow_run_id: The run: scheduled, or Pending since the caller has made it so.
            entrypoint: Where its flow is; by default its deployment says.
            command: A command to start instead, which executes the run whose id is in the environment.
            cwd: Where it starts.
            env: More variables of its environment; None unsets one.
            task_status: Told the process id when the process has been started.
            stream_output: Whether what it prints is printed here.

        Returns:
            The process, which has ended; None if another executes the run, or it could not be started.

        Raises:
            ObjectNotFound: There is no such run.
        """
        asker, supervision = self._running()
        run = await asker.insist(read_flow_run, flow_run_id)
        on_line = self._printer if stream_output else None

        async def order(run: FlowRun) -> LaunchOrder:
            if run.deployment_id in self._served.ids and command is None and entrypoint is None:
                return await self._served.order(run)
            return order_of_one(run, entrypoint, command, cwd, env, on_line)

        return await self._execute(supervision, run, order, task_status)

    async def execute_bundle(
        self,
        bundle: Mapping[str, Any],
        cwd: Path | str | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> None:
        """Execute the run of a bundle in a process, and return when it has ended. For use in `async with`.

        Args:
            bundle: The bundle; see `prefect.bundles`.
            cwd: Where the process starts.
            env: More variables of its environment; None unsets one.

        Raises:
            ObjectNotFound: There is no such run.
        """
        asker, supervision = self._running()
        run = await asker.insist(read_flow_run, UUID(bundle["flow_run"]["id"]))
        file = self._served.keep(f"{run.id}.json", json.dumps(bundle).encode())

        async def order(run: FlowRun) -> LaunchOrder:
            return LaunchOrder(
                module="prefect.bundles.own_process",
                arguments=(str(run.id), str(file)),
                environment=environment_for(run, env),
                cwd=None if cwd is None else Path(cwd),
                on_line=self._printer,
            )

        await self._execute(supervision, run, order, None)

    async def _execute(
        self, supervision: Supervision, run: FlowRun, order: Any, task_status: Any
    ) -> LaunchedProcess | None:
        processes: list[LaunchedProcess] = []

        def started(process: LaunchedProcess) -> None:
            processes.append(process)
            if task_status is not None:
                task_status.started(process.pid)

        self._adopted += 1
        try:
            if run.state is not None and run.state.is_scheduled():
                await supervision.take(run, order, started=started)
            else:
                await supervision.adopt(run, order, started=started)
        finally:
            self._adopted -= 1
            if self._poller is not None:
                self._poller.make_room()
        return processes[0] if processes else None

    async def cancel_all(self) -> None:
        """Cancel all runs that go on here, and return when nothing of them is alive."""
        asker, _ = self._running()
        executions = self._executions()
        for execution in executions:
            with suppress(OrchestrationAway, ObjectNotFound):  # then they end without their state saying so
                await asker.ask(
                    set_flow_run_state,
                    execution.run.id,
                    proposal(Cancelling(message="Runner is shutting down.")),
                )
            execution.cancel()
        for execution in executions:
            await execution.until_over()

    def reschedule_current_flow_runs(self) -> None:
        """End the processes of all runs that go on here, and let others execute the runs again."""
        if self._loop is not None:
            for execution in self._executions():
                self._loop.call_soon_threadsafe(execution.reschedule)

    def execute_in_background(
        self, func: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> concurrent.futures.Future[Any]:
        """Call a function beside the runs, and return what will have its result.

        Raises:
            RuntimeError: The runner has not been started.
        """
        loop = self._loop
        if loop is None or not self.started:
            raise RuntimeError("Runner has not yet started. Please start the runner by calling .start()")

        async def call() -> Any:
            result = func(*args, **kwargs)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(call(), loop)

    def has_slots_available(self) -> bool:
        """Whether it would take one more run now."""
        places = self._places()
        return places is None or places > 0

    @property
    def last_polled(self) -> datetime | None:
        """When it looked for runs last."""
        return self._last_polled if self._poller is None else self._poller.last_polled

    @last_polled.setter
    def last_polled(self, moment: datetime | None) -> None:
        self._last_polled = moment
        if self._poller is not None:
            self._poller.last_polled = moment

    @property
    def run_count(self) -> int:
        """How many runs go on here."""
        return self._adopted + (self._poller.in_hand if self._poller else 0)

    def _places(self) -> int | None:
        return None if self.limit is None else self.limit - self.run_count

    def _executions(self) -> list[Execution]:
        return list(self._supervision.executions.values()) if self._supervision else []

    def _running(self) -> tuple[Asker, Supervision]:
        if self._open is None or self._asker is None or self._supervision is None:
            raise RuntimeError("The runner is not open. Use it as `async with Runner() as runner:`.")
        return self._asker, self._supervision

    def _forget_poller(self) -> None:
        self._last_polled = self.last_polled
        self._poller = None
