"""Acquiring slots of a set of tags, for code that holds them by itself."""

from __future__ import annotations

from uuid import UUID

from prefect._dual.drivers import arun
from prefect.concurrency.v1._holding import take
from prefect.exceptions import ConcurrencySlotAcquisitionServiceError

__all__ = ["ConcurrencySlotAcquisitionService", "ConcurrencySlotAcquisitionServiceError"]


class ConcurrencySlotAcquisitionService:
    """Acquires slots of tags for task runs.

    Args:
        concurrency_limit_names: The tags.
    """

    def __init__(self, concurrency_limit_names: frozenset[str]) -> None:
        self.concurrency_limit_names = sorted(concurrency_limit_names)

    async def acquire(self, task_run_id: UUID, timeout_seconds: float | None = None) -> None:
        """Wait for a slot of each tag and take them for a task run.

        `prefect.concurrency.v1.context.ConcurrencyContext` gives them back.

        Args:
            task_run_id: The run that holds them.
            timeout_seconds: How long to wait for them, in seconds; None waits as long as it takes.

        Raises:
            ConcurrencySlotAcquisitionError: A limit is 0.
            AcquireConcurrencySlotTimeoutError: They were not free in time.
        """
        await arun(take(tuple(self.concurrency_limit_names), task_run_id, timeout_seconds))
