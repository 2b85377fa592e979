"""Concurrency limits of tags for sync code that names its task run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from prefect._dual.drivers import run
from prefect.concurrency._acquiring import names_of
from prefect.concurrency.v1._holding import give_back, take
from prefect.exceptions import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError

__all__ = ["AcquireConcurrencySlotTimeoutError", "ConcurrencySlotAcquisitionError", "concurrency"]


@contextmanager
def concurrency(
    names: str | list[str], task_run_id: UUID, timeout_seconds: float | None = None
) -> Generator[None]:
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
    run(take(tags, task_run_id, timeout_seconds))
    try:
        yield
    finally:
        give_back(tags, task_run_id)
