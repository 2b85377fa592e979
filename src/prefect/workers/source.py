"""The runs of a work pool that a worker may take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from prefect.exceptions import ObjectNotFound
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.schemas.flow_runs import FlowRun
from prefect.store.scheduled_runs import get_scheduled_flow_runs

if TYPE_CHECKING:
    import logging


class WorkPoolSource:
    """The scheduled runs in the queues of a work pool, as many as the limits of the pool and its queues allow.

    Args:
        asker: What asks the store.
        pool: The name of the pool.
        queues: Only runs in these queues; all if there are none.
        logger: Told when the pool, or a queue, is not there.
    """

    def __init__(
        self,
        asker: Asker,
        pool: str,
        queues: Iterable[str],
        logger: logging.Logger | logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self._asker = asker
        self._pool = pool
        self._queues = sorted(queues)
        self._logger = logger
        self._missed: str | None = None

    async def due(self, before: datetime, limit: int) -> Sequence[FlowRun]:
        """Return scheduled runs that are due before a time: those of the first queues first.

        Raises:
            OrchestrationAway: It is not known, or the pool is not there.
        """
        try:
            found = await self._asker.ask(
                get_scheduled_flow_runs,
                self._pool,
                work_queue_names=self._queues or None,
                scheduled_before=before,
                limit=limit,
            )
        except ObjectNotFound as error:
            if str(error) != self._missed:
                self._missed = str(error)
                self._logger.error(  # noqa: TRY400 - the message says it all
                    "No runs are taken from work pool %r until it is there again: %s", self._pool, error
                )
            raise OrchestrationAway(str(error)) from error
        if self._missed is not None:
            self._missed = None
            self._logger.info("Runs are taken from work pool %r again.", self._pool)
        return [each.flow_run for each in found]
