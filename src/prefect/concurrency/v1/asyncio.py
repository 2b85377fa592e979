"""Concurrency limits of tags for async code that names its task run."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from prefect._dual.drivers import arun
from prefect.concurrency._acquiring import names_of
from prefect.concurrency.v1._holding import give_back, take
from prefect.exceptions import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError

__all__ = ["AcquireConcurrencySlotTimeoutError", "ConcurrencySlotAcquisitionError", "concurrency"]


@asynccontextmanager
async def concurrency(
    names: str | list[str], task_run_id: UUID, timeout_seconds: float | None = None
) -> AsyncGenerator[None]:
    """Hold a slot of each of these tags for a task run while the block runs, waiting for them first.

    Args:
        names: The tags; those without a limit are passed over.
        task_run_id: The task run that holds them. A slot that it holds already counts.
        timeout_seconds: How long to wait for them, in seconds; None waits as long as it takes.

    Raises:
        ConcurrencySlotAcquisitionError: A limit is 0.
        AcquireConcurrencySlotTimeoutError: The slots were not free in time.
    """
    tags = names_of(names)
    await arun(take(tags, task_run_id, timeout_seconds))
    try:
        yield
    finally:
        give_back(tags, task_run_id)
