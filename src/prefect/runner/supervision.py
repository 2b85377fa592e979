"""Looking after runs in processes of their own: each is claimed, started, kept and reported."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Self
from uuid import UUID

from prefect._fences import FENCE_VARIABLE, RUN_VARIABLE
from prefect._ids import uuid7
from prefect.backend.notices import KEPT_VARIABLE
from prefect.exceptions import ObjectNotFound
from prefect.logging.loggers import flow_run_logger, get_logger
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.runner.claims import Claims
from prefect.runner.execution import Execution
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.process import LaunchedProcess
from prefect.runner.launching.starting import Launching
from prefect.schemas.flow_run_claims import LEASE_SECONDS
from prefect.schemas.flow_runs import FlowRun
from prefect.settings import get_current_settings
from prefect.store.flow_run_claims import report_crash

OrderFor = Callable[[FlowRun], Awaitable[LaunchOrder]]
"""Makes the order for the process of a run."""


class Supervision:
    """Looks after the processes of runs, as long as it is open.

    Args:
        name: Who looks after them: what a claim names.
        asker: What asks the store.
        lease_seconds: For how long the store believes in a process that it does not hear of; by default as the
            settings say.
        grace: How long, in seconds, a run that is cancelled may take to end by itself; by default as the settings say.
        forks: Whether processes are forked where that is possible; None for what the system can do.
    """

    def __init__(
        self,
        name: str,
        asker: Asker,
        *,
        lease_seconds: float | None = None,
        grace: float | None = None,
        forks: bool | None = None,
    ) -> None:
        settings = get_current_settings()
        owner = f"{name} on {socket.gethostname()} ({os.getpid()}, {uuid7()})"
        lease = lease_seconds or settings.flows.lease_seconds or LEASE_SECONDS
        self.claims = Claims(asker, owner, lease)
        self.launching = Launching(forks=forks)
        self.executions: dict[UUID, Execution] = {}
        self._asker = asker
        self._grace = settings.runner.grace_seconds if grace is None else grace
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.launching.__aenter__()
        self._keeping = asyncio.create_task(self.claims.keep(), name="prefect-claims")
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        await self.launching.__aexit__(*exc_info)

    async def take(
        self, run: FlowRun, order_for: OrderFor, *, started: Callable[[LaunchedProcess], None] | None = None
    ) -> None:
        """Claim a scheduled run, start its process and look after it until it has ended.

        Does nothing if the run cannot be had; it will be found again if it still waits.

        Args:
            run: The run.
            order_for: What makes the order.
            started: Called when the process has been started.
        """
        async with self.launching.turn() as turn:
            try:
                claim = await self.claims.claim(run)
            except OrchestrationAway:
                return  # it is found again when somebody answers
            except ObjectNotFound:
                return  # it was deleted
            if claim is None:
                return
            process = turn.process = await self._start(run, claim.fence, order_for)
        if process is not None:
            if started is not None:
                started(process)
            await self._look_after(run, claim.fence, process)

    async def adopt(
        self, run: FlowRun, order_for: OrderFor, *, started: Callable[[LaunchedProcess], None] | None = None
    ) -> None:
        """Start the process of a run that somebody has made Pending for us, and look after it until it has ended.

        Does nothing if another executes the run.

        Args:
            run: The run.
            order_for: What makes the order.
            started: Called when the process has been started.
        """
        async with self.launching.turn() as turn:
            fence = await self.claims.adopt(run.id)
            if fence is None:
                get_logger("runner").info(
                    "Flow run %r is not started: another executes it, or it is over.", run.name
                )
                return
            process = turn.process = await self._start(run, fence, order_for)
        if process is not None:
            if started is not None:
                started(process)
            await self._look_after(run, fence, process)

    async def _start(self, run: FlowRun, fence: int, order_for: OrderFor) -> LaunchedProcess | None:
        try:
            order = await order_for(run)
            own = {RUN_VARIABLE: str(run.id), FENCE_VARIABLE: str(fence), KEPT_VARIABLE: "1"}
            order = replace(order, environment={**order.environment, **own}, flow_run_id=run.id)
            process = await self.launching.start(order)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not stay Pending for ever
            told = f"The process of the flow run could not be started: {error}"
            flow_run_logger(run).exception("%s", told)
            with suppress(ObjectNotFound):
                await self._asker.insist(report_crash, run.id, fence, told, retry=False)
            return None
        get_logger("runner").info("Flow run %r runs in process %s.", run.name, process.pid)
        return process

    async def _look_after(self, run: FlowRun, fence: int, process: LaunchedProcess) -> None:
        execution = self.executions[run.id] = Execution(
            run,
            fence,
            process,
            claims=self.claims,
            asker=self._asker,
            launching=self.launching,
            grace=self._grace,
        )
        try:
            await execution.live()
        finally:
            del self.executions[run.id]


def environment_for(run: FlowRun, *given: Mapping[str, str | None] | None) -> dict[str, str]:
    """Return the environment of the process of a run: ours, our settings, and what was given; None unsets a variable.

    Args:
        run: The run, whose job variables may name some.
        given: More variables; the last one wins, but for those of the run.
    """
    environment: dict[str, str | None] = {
        name: value for name, value in os.environ.items() if not name.startswith("PREFECT__")
    }
    environment |= get_current_settings().to_environment_variables(exclude_unset=True)
    for each in (*given, (run.job_variables or {}).get("env")):
        environment |= each or {}
    return {name: str(value) for name, value in environment.items() if value is not None}
