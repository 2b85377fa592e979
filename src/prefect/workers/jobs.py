"""One run in the infrastructure of a worker: looked after from its claim until it has ended and is reported.

The worker renews the claim as long as it waits for the infrastructure. The process of the run, wherever it is, renews
it too; if the worker loses sight of it, the run goes on for as long as its process does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from prefect._transport.proposals import proposal
from prefect.exceptions import InfrastructureNotAvailable, InfrastructureNotFound, ObjectNotFound
from prefect.runner.exit_codes import told_end
from prefect.schemas.flow_run_claims import ClaimStanding
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import StateType
from prefect.settings import get_current_settings
from prefect.states import Submitting
from prefect.store.flow_run_claims import release_claim, report_crash
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flow_runs import read_flow_run

if TYPE_CHECKING:
    from prefect.workers.base import BaseWorker
    from prefect.workers.job_configuration import BaseJobConfiguration
    from prefect.workers.result import BaseWorkerResult

UNFINISHED = frozenset({StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})


class Submission:
    """What `run` of a worker is given to say that the infrastructure is there, and by what it is found.

    Args:
        told: Called with the identifier.
        handed: Called when the infrastructure is there.
    """

    def __init__(self, told: Callable[[str], None], handed: Callable[[], None]) -> None:
        self.identifier: str | None = None
        self.was_told = False
        self._told = told
        self._handed = handed

    def started(self, value: Any = None) -> None:
        """The infrastructure is there."""
        self.was_told = True
        self._handed()
        if value is not None and self.identifier is None:
            self.identifier = str(value)
            self._told(self.identifier)


class Job:
    """A claimed run that a worker executes in its infrastructure.

    Args:
        worker: The worker.
        run: The run.
        fence: The number of the claim.
        configuration: The configuration of the job.
        handed: Called when the run is with its infrastructure.
    """

    def __init__(
        self,
        worker: BaseWorker[Any, Any, Any],
        run: FlowRun,
        fence: int,
        configuration: BaseJobConfiguration,
        *,
        handed: Callable[[], None] = lambda: None,
    ) -> None:
        self._worker = worker
        self._run = run
        self._fence = fence
        self._configuration = configuration
        self._logger = worker.get_flow_run_logger(run)
        self._submission = Submission(self._note_identifier, handed)
        self._asides: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._is_lost = False

    async def live(self) -> None:
        """Have the infrastructure execute the run, and report what became of it if the run could not do so itself."""
        worker = self._worker
        worker.claims.hold(self._run.id, self._fence, self.heed)
        with suppress(ObjectNotFound):  # deleted meanwhile: `run` will see
            # Infrastructure may take minutes to be there: the run says what is waited for.
            await worker.asker.insist(set_flow_run_state, self._run.id, proposal(Submitting()))
        submitted = worker.events.tell("submitted-flow-run", self._configuration)
        try:
            result = await worker.run(self._run, self._configuration, task_status=self._submission)
        except Exception as error:  # noqa: BLE001 - of any type of workers; it is reported
            await self._report_error(error)
        else:
            worker.events.tell("executed-flow-run", self._configuration, follows=submitted, result=result)
            await self._report_end(result)
        finally:
            worker.claims.drop(self._run.id)
            if self._asides:
                await asyncio.wait(self._asides)

    def heed(self, standing: ClaimStanding) -> None:
        """Act on how it stands with the claim and the run."""
        if self._is_ending:
            return
        if not standing.is_held:
            self._is_lost = True
            self._logger.warning(
                "The run is not ours any more: its claim has lapsed, or was taken away. Its infrastructure is ended."
            )
            self._begin(self._end_infrastructure(0))
        elif standing.state_type is StateType.CANCELLING:
            grace = round(get_current_settings().runner.grace_seconds)
            self._begin(self._end_infrastructure(grace))

    def _begin(self, ending: Any) -> None:
        self._is_ending = True
        self._aside(ending)

    def _aside(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    def _note_identifier(self, identifier: str) -> None:
        self._logger.info("The run was handed to its infrastructure, %s.", identifier)
        self._worker.note_infrastructure(self._run, identifier)

    async def _end_infrastructure(self, grace: int) -> None:
        identifier = self._submission.identifier
        if identifier is None:
            self._logger.info("There is no infrastructure yet that could be ended.")
            self._is_ending = False  # asked again with the next renewal
            return
        try:
            await self._worker.kill_infrastructure(identifier, self._configuration, grace_seconds=grace)
        except NotImplementedError:
            self._logger.info(
                "Workers of the type %r cannot end infrastructure; the process of the run ends itself.",
                self._worker.type,
            )
        except InfrastructureNotFound:
            self._logger.info("The infrastructure %s is gone already.", identifier)
        except InfrastructureNotAvailable as error:
            self._logger.warning("The infrastructure %s cannot be ended from here: %s", identifier, error)
        except Exception:
            self._logger.exception("The infrastructure %s could not be ended.", identifier)

    async def _report_error(self, error: Exception) -> None:
        if self._submission.was_told:
            # It may go on without us; if it does not, the claim lapses.
            self._logger.error("The worker has lost sight of the infrastructure of the run.", exc_info=error)
            return
        self._logger.error("The run could not be handed to its infrastructure.", exc_info=error)
        await self._crash(
            f"The run could not be handed to its infrastructure: {type(error).__name__}: {error}"
        )

    async def _report_end(self, result: BaseWorkerResult) -> None:
        if self._is_lost:
            return
        asker = self._worker.asker
        with suppress(ObjectNotFound):  # deleted: nobody wants to know any more
            run = await asker.insist(read_flow_run, self._run.id)
            if run.state is None or run.state.type not in UNFINISHED:
                await asker.insist(release_claim, run.id, self._fence)
            elif result.status_code != 0 or run.state.type is StateType.CANCELLING:
                await self._crash(told_end(result.status_code))
            # Else whoever executes the run has not said that it is over, and the infrastructure did what it should:
            # it may have handed the run on. The claim lapses if nobody renews it.

    async def _crash(self, message: str) -> None:
        with suppress(ObjectNotFound):
            answer = await self._worker.asker.insist(report_crash, self._run.id, self._fence, message)
            if answer.state is not None:
                self._logger.info("The run is reported as %s: %s", answer.state.name, message)
