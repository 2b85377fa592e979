"""One run in a process of its own: looked after from its start until all of it has ended and is reported."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

from prefect._engine.lifeline import Ending
from prefect._transport.proposals import proposal
from prefect.exceptions import ObjectNotFound
from prefect.logging.loggers import flow_run_logger, get_logger
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.runner.claims import Claims
from prefect.runner.exit_codes import told_end
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.launching.process import LaunchedProcess
from prefect.runner.launching.starting import Launching
from prefect.schemas.flow_run_claims import ClaimStanding
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import SetStateStatus
from prefect.schemas.states import StateType
from prefect.states import AwaitingRetry
from prefect.store.flow_run_claims import WITHOUT_AN_END, release_claim, report_crash
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flow_runs import read_flow_run

HOOKS_AT_MOST = 300.0
"""How long, in seconds, the hooks of a run that was ended from outside may take."""


class Execution:
    """A claimed run whose process was started.

    Args:
        run: The run.
        fence: The number of the claim.
        process: The process.
        claims: What renews the claim.
        asker: What asks the store.
        launching: What starts the process of hooks.
        grace: How long, in seconds, the process may take to end by itself after SIGTERM.
    """

    def __init__(
        self,
        run: FlowRun,
        fence: int,
        process: LaunchedProcess,
        *,
        claims: Claims,
        asker: Asker,
        launching: Launching,
        grace: float,
    ) -> None:
        self.run = run
        self.process = process
        self._fence = fence
        self._claims = claims
        self._asker = asker
        self._launching = launching
        self._grace = grace
        self._ending: asyncio.Task[None] | None = None
        self._is_lost = False
        self._seen_cancelled = 0
        self._message: str | None = None
        self._is_rescheduled = False
        self._over = asyncio.Event()

    async def live(self) -> None:
        """Look after the process until it has ended, and report what became of the run if it could not do so itself.

        Returns as soon as nothing is left of the process and the store knows.
        """
        self._claims.hold(self.run.id, self._fence, self.heed)
        try:
            exit_code = await self.process.wait()
            if self._ending is not None:
                await self._ending
            if self._is_lost:
                return
            with suppress(ObjectNotFound):  # deleted: nobody wants to know any more
                await self._report(exit_code)
        except OrchestrationAway:
            get_logger("runner").warning(
                "What became of flow run %r could not be told: nobody answers. It is Crashed when its claim lapses.",
                self.run.name,
            )
        finally:
            self._claims.drop(self.run.id)
            self._over.set()

    async def until_over(self) -> None:
        """Return when nothing is left of the process and the store knows."""
        await self._over.wait()

    def heed(self, standing: ClaimStanding) -> None:
        """Act on how it stands with the claim and the run."""
        if self._ending is not None or self.process.has_ended:
            return
        if not standing.is_held:
            self._is_lost = True
            self._end(self._kill_what_is_lost())
        elif standing.state_type is StateType.CANCELLING:
            self.cancel()
        elif standing.state_type is StateType.CANCELLED:
            # Somebody has cancelled it past its process, or it is about to end by itself in this state.
            self._seen_cancelled += 1
            if self._seen_cancelled > 1:
                self._end(self._terminate(Ending.CANCEL, self._grace))

    def cancel(self) -> None:
        """End the process with all that it started: the run is being cancelled."""
        self._end(self._terminate(Ending.CANCEL, self._grace))

    def stop(self, message: str, grace: float) -> None:
        """End the process with all that it started, since who looks after it ends.

        Args:
            message: Why, for the run's state.
            grace: How long, in seconds, it may take to end by itself.
        """
        self._message = message
        self._end(self._terminate(Ending.STOP, grace))

    def reschedule(self) -> None:
        """End the process with all that it started, and let another execute the run again."""
        self._is_rescheduled = True
        self._end(self._terminate(Ending.STOP, self._grace))

    def _end(self, ending: Any) -> None:
        if self._ending is None:
            self._ending = asyncio.ensure_future(ending)
        else:
            ending.close()

    async def _terminate(self, why: Ending, grace: float) -> None:
        logger = get_logger("runner")
        logger.info("Flow run %r is ended: %s.", self.run.name, why.value)
        self.process.say(why.value)
        if not await self.process.terminate(grace):
            logger.error(
                "Processes of flow run %r (session %s) cannot be killed: the system holds them.",
                self.run.name,
                self.process.pid,
            )

    async def _kill_what_is_lost(self) -> None:
        get_logger("runner").warning(
            "Flow run %r is not ours any more: its claim has lapsed, or somebody took it away. Its process is ended, "
            "and nothing of it counts.",
            self.run.name,
        )
        await self.process.kill()

    async def _report(self, exit_code: int | None) -> None:
        run = await self._asker.insist(read_flow_run, self.run.id)
        if run.state is None or run.state.type not in WITHOUT_AN_END:
            if exit_code:
                get_logger("runner").info(
                    "Flow run %r is %s; its process ended with exit code %s.",
                    run.name,
                    run.state_name,
                    exit_code,
                )
            await self._asker.insist(release_claim, run.id, self._fence)
            return
        if self._is_rescheduled and run.state.type is not StateType.CANCELLING:
            waiting = proposal(AwaitingRetry(message="The runner that looked after the run has ended."))
            await self._asker.insist(set_flow_run_state, run.id, waiting, force=True)
            await self._asker.insist(release_claim, run.id, self._fence)
            return
        if self._ending is None:
            await self.process.kill()  # what a process leaves that has crashed belongs to nobody
        if run.state.type is StateType.CANCELLING:
            await self._run_hooks("cancellation")
            told = "All of its processes have ended."
        else:
            told = self._message or told_end(exit_code, self.process.last_lines)
            flow_run_logger(run).error("%s", told)
        answer = await self._asker.insist(report_crash, run.id, self._fence, told)
        if answer.status is not SetStateStatus.ACCEPT or answer.state is None:
            return
        get_logger("runner").info("Flow run %r is reported as %s.", run.name, answer.state.name)
        if answer.state.type is StateType.CRASHED:
            await self._run_hooks("crash")

    async def _run_hooks(self, kind: str) -> None:
        """Run the hooks of the flow in a process of their own: they may do anything, and the first one is dead."""
        order = self.process.order
        environment = {
            name: value for name, value in order.environment.items() if name != "PREFECT__FLOW_RUN_FENCE"
        }
        hooks: LaunchOrder = replace(
            order,
            module="prefect.runner.hooks",
            arguments=(str(self.run.id), kind, order.module, *order.arguments),
            command=None,
            environment=environment,
        )
        try:
            process = await self._launching.start(hooks)
        except OSError as error:
            get_logger("runner").error("The hooks of flow run %r cannot be run: %s", self.run.name, error)
            return
        try:
            async with asyncio.timeout(HOOKS_AT_MOST):
                await process.wait()
        except TimeoutError:
            get_logger("runner").error(
                "The hooks of flow run %r have not ended in %g s, and are ended.",
                self.run.name,
                HOOKS_AT_MOST,
            )
        finally:
            await process.kill()
