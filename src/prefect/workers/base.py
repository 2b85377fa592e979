"""`BaseWorker`: looks for runs in a work pool and has each executed in the infrastructure of its type.

A type of workers says what its jobs need to know (`job_configuration`) and how one is executed (`run`). Looking for
runs, claiming them, renewing the claims, cancelling and reporting is done here, with what runners use too.
"""

from __future__ import annotations

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar
from uuid import UUID, uuid4

import anyio
import anyio.abc

from prefect._clock import now
from prefect._fences import FENCE_VARIABLE
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.futures import PrefectFlowRunFuture
from prefect.logging.loggers import flow_run_logger, get_worker_logger
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.runner.claims import Claims
from prefect.runner.polling import Poller
from prefect.schemas.flow_runs import FlowRun, FlowRunUpdate
from prefect.settings import get_current_settings
from prefect.states import Pending
from prefect.store.flow_run_claims import report_crash
from prefect.store.flow_runs import update_flow_run, update_flow_run_labels
from prefect.store.workers import worker_heartbeat
from prefect.utilities.slugify import slugify
from prefect.workers.events import WorkerEvents
from prefect.workers.job_configuration import BaseJobConfiguration
from prefect.workers.job_variables import BaseVariables
from prefect.workers.jobs import Job
from prefect.workers.kinds import WorkerKind
from prefect.workers.parts import WorkerParts
from prefect.workers.pools import pool_for
from prefect.workers.result import BaseWorkerResult
from prefect.workers.source import WorkPoolSource
from prefect.workers.submitting import execute_packed, pending_run
from prefect.workers.working import work

if TYPE_CHECKING:
    import logging

    from prefect.flows import Flow
    from prefect.logging.loggers import PrefectLogAdapter
    from prefect.schemas.events import Event
    from prefect.schemas.resources import RelatedResource
    from prefect.schemas.work_pools import WorkPool

__all__ = ["BaseJobConfiguration", "BaseVariables", "BaseWorker", "BaseWorkerResult"]

C = TypeVar("C", bound=BaseJobConfiguration)
V = TypeVar("V", bound=BaseVariables)
R = TypeVar("R", bound=BaseWorkerResult)
FR = TypeVar("FR")

_MISSED_POLLS = 30
"""After how many intervals without a look for runs a worker counts as stuck."""

_AGAIN_SECONDS = 2.0
"""How long, in seconds, until a worker that starts before its server asks again."""

_EMBEDDED_QUERY_SECONDS = 1.0
"""How often, in seconds, to look for runs in a database of this machine, of which nobody tells."""


class BaseWorker(WorkerKind, WorkerParts, ABC, Generic[C, V, R]):
    """Looks for runs in a work pool and has each executed in the infrastructure of its type.

    Args:
        work_pool_name: The pool.
        work_queues: Only runs in these of its queues; all by default.
        name: What it is called; by default its type and an id.
        prefetch_seconds: How many seconds ahead it looks for runs; by default as the settings say.
        create_pool_if_not_found: Make the pool, of this type, if there is none.
        limit: How many runs it executes at the same time at most.
        heartbeat_interval_seconds: How often it says that it is there; by default as the settings say.
        base_job_template: The template of the jobs of a pool that it makes.

    Raises:
        ValueError: The name holds a character that cannot stand in a path.

    Attributes:
        type: The type of its pools, in small letters.
        job_configuration: The class of the configuration of its jobs.
        job_configuration_variables: The class of the variables in it; by default one for each field.
    """

    job_configuration: type[C] = BaseJobConfiguration  # pyright: ignore[reportAssignmentType] - what a type without its own has
    job_configuration_variables: type[V] | None = None

    def __init__(
        self,
        work_pool_name: str,
        work_queues: list[str] | None = None,
        name: str | None = None,
        prefetch_seconds: float | None = None,
        create_pool_if_not_found: bool = True,
        limit: int | None = None,
        heartbeat_interval_seconds: int | None = None,
        *,
        base_job_template: dict[str, Any] | None = None,
    ) -> None:
        if name and ("/" in name or "%" in name):
            raise ValueError("Worker name cannot contain '/' or '%'")
        settings = get_current_settings().worker
        self.name = name or f"{type(self).__name__} {uuid4()}"
        self.backend_id: UUID | None = None
        self.is_setup = False
        self.heartbeat_interval_seconds: float = (
            settings.heartbeat_seconds if heartbeat_interval_seconds is None else heartbeat_interval_seconds
        )
        self.prefetch_seconds: float = (
            settings.prefetch_seconds if prefetch_seconds is None else prefetch_seconds
        )
        self.events = WorkerEvents(self.type, self.name, self.get_name_slug())
        self._logger: logging.Logger | PrefectLogAdapter = get_worker_logger(self)
        self._work_pool_name = work_pool_name
        self._work_queues = set(work_queues or ())
        self._create_pool_if_not_found = create_pool_if_not_found
        self._base_job_template = base_job_template
        self._limit = limit
        self._began = now()
        self.is_patient = False
        self._handed: list[FlowRun] = []
        self._attending: set[asyncio.Task[None]] = set()
        self._notes: set[asyncio.Task[None]] = set()
        self._exit_stack = AsyncExitStack()
        self._started_event: Event | None = None

    # --- what a type of workers says of itself --------------------------------------------------------------------

    @abstractmethod
    async def run(
        self, flow_run: FlowRun, configuration: C, task_status: anyio.abc.TaskStatus[Any] | None = None
    ) -> R:
        """Have a flow run executed, and return what became of its infrastructure when that has ended.

        Args:
            flow_run: The flow run, which is Pending.
            configuration: The configuration of its job.
            task_status: Told, by `task_status.started(identifier)`, when the infrastructure is there.
        """

    async def kill_infrastructure(
        self, infrastructure_pid: str, configuration: C, grace_seconds: int = 30
    ) -> None:
        """End the infrastructure of a flow run.

        Args:
            infrastructure_pid: What `run` has identified it by.
            configuration: The configuration of its job.
            grace_seconds: How long it may take to end by itself.

        Raises:
            NotImplementedError: Workers of this type cannot do so.
            InfrastructureNotFound: It is gone.
            InfrastructureNotAvailable: It cannot be reached from here.
        """
        raise NotImplementedError(
            f"Workers of the type {self.type!r} cannot end the infrastructure of a flow run."
        )

    # --- what it is -----------------------------------------------------------------------------------------------

    def get_name_slug(self) -> str:
        """Return its name as ids have it."""
        return slugify(self.name)

    def get_flow_run_logger(self, flow_run: FlowRun) -> PrefectLogAdapter:
        """Return a logger whose lines are recorded for a flow run."""
        return flow_run_logger(flow_run).getChild(
            "worker", {"worker_name": self.name, "work_pool_name": self._work_pool_name}
        )

    def get_status(self) -> dict[str, Any]:
        """Return its name, its pool and what it was told, as JSON has it."""
        return {
            "name": self.name,
            "work_pool": self._work_pool.model_dump(mode="json") if self._work_pool else None,
            "settings": {"prefetch_seconds": self.prefetch_seconds},
        }

    def is_worker_still_polling(self, query_interval_seconds: float) -> bool:
        """Return whether it has looked for runs lately.

        Args:
            query_interval_seconds: How often it should look, in seconds.
        """
        last = self._last_polled_time
        return (now() - last).total_seconds() <= query_interval_seconds * _MISSED_POLLS

    @property
    def _last_polled_time(self) -> datetime:
        polled = self._poller.last_polled if self._poller is not None else None
        return polled or self._began

    def __repr__(self) -> str:
        return f"Worker(pool={self._work_pool_name!r}, name={self.name!r})"

    # --- opening and working --------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        try:
            await self.setup()
        except BaseException:
            self.is_setup = False
            await self._exit_stack.aclose()
            raise
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.teardown(*exc_info)

    async def start(
        self,
        run_once: bool = False,
        with_healthcheck: bool = False,
        printer: Callable[..., None] = print,
    ) -> None:
        """Work until the process is told to stop, by Ctrl-C or SIGTERM; the runs that go on are waited for.

        Args:
            run_once: Look for runs once, execute what is due, and return.
            with_healthcheck: Answer requests whether it still looks for runs.
            printer: Told what people at the terminal want to know.
        """
        await work(self, run_once=run_once, with_healthcheck=with_healthcheck, printer=printer)

    async def setup(self) -> None:
        """Open it: from now on it can take runs."""
        stack = self._exit_stack
        self._limiter = anyio.CapacityLimiter(math.inf if self._limit is None else self._limit)
        self._asker = Asker("Runs that are executed go on; no new ones are taken meanwhile.")
        stack.callback(self._asker.close)
        self._claims = await self._open_claims(stack)
        query_seconds = get_current_settings().worker.query_seconds
        self._poller = Poller(
            WorkPoolSource(self._asker, self._work_pool_name, self._work_queues, self._logger),
            self._hand_over,
            places=self._places,
            query_seconds=query_seconds
            if self._asker.has_server
            else min(query_seconds, _EMBEDDED_QUERY_SECONDS),
            prefetch_seconds=self.prefetch_seconds,
        )
        self.is_setup = True
        await self._begin()
        self._client = await stack.enter_async_context(get_client())
        self._started_event = self.events.tell("started")

    async def _begin(self) -> None:
        while True:
            try:
                await self.sync_with_backend()
            except OrchestrationAway as error:
                if not self.is_patient:
                    raise
                self._logger.debug("Nobody answers yet: %s", error)
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def teardown(self, *exc_info: Any) -> None:
        """Close it, when the runs that it executes have ended."""
        if self._poller is not None:
            await self._poller.until_done()
        for left in (self._attending, self._notes):
            if left:
                await asyncio.wait(left)
        if self.is_setup:
            self.events.tell("stopped", follows=self._started_event)
        self.is_setup = False
        await self._exit_stack.aclose()

    async def _open_claims(self, stack: AsyncExitStack) -> Claims:
        claims = Claims(self.asker, f"worker {self.name!r} ({uuid4()})")
        keeping = asyncio.create_task(claims.keep(), name="prefect-claims")

        async def stop() -> None:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

        stack.push_async_callback(stop)
        return claims

    async def sync_with_backend(self) -> None:
        """Read the work pool, made if need be, and say that the worker is there.

        Raises:
            ObjectNotFound: There is no such pool, and none is to be made.
            OrchestrationAway: Nobody answers.
        """
        pool = await pool_for(
            self.asker,
            self._work_pool_name,
            self.type,
            self._base_job_template or self.get_default_base_job_template(),
            create=self._create_pool_if_not_found,
        )
        if pool.type != self.type and self._work_pool is None:
            self._logger.warning(
                "Work pool %r is of the type %r; this worker executes its runs as the type %r does.",
                pool.name,
                pool.type,
                self.type,
            )
        self.take_work_pool(pool)
        await self.asker.ask(worker_heartbeat, self._work_pool_name, self.name, self.heartbeat_seconds)

    def take_work_pool(self, pool: WorkPool) -> None:
        """Work with the pool as it is now."""
        self._work_pool = self.events.work_pool = pool

    @property
    def heartbeat_seconds(self) -> int:
        """How often it says that it is there, in whole seconds."""
        return max(1, math.ceil(self.heartbeat_interval_seconds))

    @property
    def work_queue_names(self) -> list[str]:
        """The queues whose runs it takes; none stands for all."""
        return sorted(self._work_queues)

    # --- taking runs ----------------------------------------------------------------------------------------------

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Look for runs now, begin to execute those that are due, and return these."""
        self._handed.clear()
        await self.poller.look()
        self.poller.hand_on()
        return list(self._handed)

    def _places(self) -> int | None:
        return None if self._limit is None else int(self.limiter.available_tokens)

    def _hand_over(self, flow_run: FlowRun) -> Coroutine[Any, Any, None]:
        # The place is taken at once: the next run is handed on before this one has begun.
        self.limiter.acquire_on_behalf_of_nowait(flow_run.id)
        self._handed.append(flow_run)
        return self._take_and_make_room(flow_run)

    async def _take_and_make_room(self, flow_run: FlowRun) -> None:
        try:
            await self._take(flow_run)
        finally:
            self.limiter.release_on_behalf_of(flow_run.id)

    async def _take(self, flow_run: FlowRun) -> None:
        """Claim a run that is due, have it executed and report what became of it; or leave it to others."""
        try:
            claim = await self.claims.claim(flow_run)
        except OrchestrationAway as error:
            self._logger.warning("Flow run %r cannot be claimed now: %s", flow_run.name, error)
            return  # it is found again
        except ObjectNotFound:
            return  # it was deleted
        if claim is None:
            return
        self._logger.info("Flow run %r is executed.", flow_run.name)
        self.claims.hold(flow_run.id, claim.fence, lambda _: None)
        try:
            configuration = await self.configuration_for(flow_run, {FENCE_VARIABLE: str(claim.fence)})
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay Pending for ever
            self.claims.drop(flow_run.id)
            told = f"The job of the flow run could not be configured: {type(error).__name__}: {error}"
            self.get_flow_run_logger(flow_run).exception("%s", told)
            with suppress(ObjectNotFound):
                await self.asker.insist(report_crash, flow_run.id, claim.fence, told, retry=False)
            return
        attending = asyncio.ensure_future(Job(self, flow_run, claim.fence, configuration).live())
        self._attending.add(attending)
        attending.add_done_callback(self._attending.discard)
        with suppress(asyncio.CancelledError):
            await attending

    async def configuration_for(self, flow_run: FlowRun, environment: dict[str, str]) -> C:
        """Return the configuration of the job of a run, and note on the run who executes it."""
        labels: dict[str, bool | int | float | str] = {
            "prefect.worker.name": self.name,
            "prefect.worker.type": self.type,
            "prefect.work-pool.name": self.work_pool.name,
            "prefect.work-pool.id": str(self.work_pool.id),
        }
        configuration, _ = await asyncio.gather(
            self.job_configuration.resolve_with_environment(
                flow_run,
                environment,
                client=self.client,
                work_pool=self.work_pool,
                worker_name=self.name,
                worker_id=self.backend_id,
            ),
            self.asker.insist(update_flow_run_labels, flow_run.id, labels),
        )
        return configuration

    async def submit(
        self,
        flow: Flow[..., FR],
        parameters: dict[str, Any] | None = None,
        job_variables: dict[str, Any] | None = None,
        flow_run: FlowRun | None = None,
    ) -> PrefectFlowRunFuture[FR]:
        """Execute a run of a flow with its code as it is here, and return its future when it was handed over.

        Args:
            flow: The flow.
            parameters: What it is called with.
            job_variables: Values for the job template of the pool.
            flow_run: A run that there is already, to be executed again.

        Raises:
            ConfigurationError: The infrastructure needs a storage for the code, and the pool has none.
        """
        if flow_run is None:
            flow_run = await pending_run(self.client, self.work_pool, flow, parameters, job_variables)
        else:
            await self.client.set_flow_run_state(flow_run.id, Pending(), force=True)
        handed = asyncio.Event()
        executing = asyncio.ensure_future(self._execute_packed(flow, flow_run, handed.set))
        self._attending.add(executing)
        executing.add_done_callback(self._attending.discard)
        waiting = asyncio.ensure_future(handed.wait())
        await asyncio.wait([executing, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if executing.done():
            executing.result()
        return PrefectFlowRunFuture(flow_run.id)

    async def _execute_packed(
        self, flow: Flow[..., Any], flow_run: FlowRun, handed: Callable[[], None]
    ) -> None:
        await execute_packed(self, flow, flow_run, handed)

    def note_infrastructure(self, flow_run: FlowRun, identifier: str) -> None:
        """Note on a run, soon, by what its infrastructure is found."""

        async def note() -> None:
            with suppress(ObjectNotFound):  # deleted: nobody wants to know any more
                await self.asker.insist(
                    update_flow_run, flow_run.id, FlowRunUpdate(infrastructure_pid=identifier)
                )

        task = asyncio.ensure_future(note())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    def abandon_runs(self) -> None:
        """Look after no runs any more. What their infrastructure does goes on, and is not reported by this worker."""
        for task in self._attending:
            task.cancel()

    # --- events, by the names that integration packages call them by -----------------------------------------------

    def _event_resource(self) -> dict[str, str]:
        return self.events.resource

    def _event_related_resources(
        self, configuration: BaseJobConfiguration | None = None, include_self: bool = False
    ) -> list[RelatedResource]:
        return self.events.related(configuration, include_self=include_self)
