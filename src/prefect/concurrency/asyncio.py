"""Concurrency limits and rate limits for async code."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect._dual.drivers import arun
from prefect.backend import get_backend
from prefect.concurrency._acquiring import SlotRequest, acquire_without_lease, names_of
from prefect.concurrency._events import emit_concurrency_acquisition_events
from prefect.concurrency._holding import SlotHold
from prefect.exceptions import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencySlotAcquisitionError,
    ConcurrencySlotAcquisitionServiceError,
)
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder

__all__ = [
    "AcquireConcurrencySlotTimeoutError",
    "ConcurrencySlotAcquisitionError",
    "ConcurrencySlotAcquisitionServiceError",
    "concurrency",
    "rate_limit",
]


@asynccontextmanager
async def concurrency(
    names: str | list[str],
    occupy: int = 1,
    timeout_seconds: float | None = None,
    max_retries: int | None = None,
    lease_duration: float = 300,
    strict: bool = False,
    holder: ConcurrencyLeaseHolder | None = None,
    raise_on_lease_renewal_failure: bool | None = None,
) -> AsyncGenerator[None]:
    """Hold slots of concurrency limits while the block runs, waiting for them first without blocking the event loop.

    Arguments and errors are those of `prefect.concurrency.sync.concurrency`.

    Example:
        >>> async with concurrency("database", occupy=2):
        ...     await query()
    """
    request = SlotRequest(
        names_of(names),
        occupy,
        timeout_seconds=timeout_seconds,
        max_retries=max_retries,
        lease_duration=lease_duration,
        strict=strict,
        holder=holder,
    )
    hold = SlotHold(request, raise_on_loss=raise_on_lease_renewal_failure)
    try:
        await arun(hold.take())
        yield
    except BaseException as error:
        await arun(hold.give_back(error))
        raise
    else:
        await arun(hold.give_back(None))


async def rate_limit(
    names: str | list[str], occupy: int = 1, timeout_seconds: float | None = None, strict: bool = False
) -> None:
    """Wait until there are slots of limits with slot decay, and use them up. They come back with time.

    Arguments and errors are those of `prefect.concurrency.sync.rate_limit`.

    Example:
        >>> async for page in pages:
        ...     await rate_limit("api")
        ...     await fetch(page)
    """
    request = SlotRequest(
        names_of(names), occupy, "rate_limit", timeout_seconds=timeout_seconds, strict=strict
    )
    if request.names:
        limits = await arun(acquire_without_lease(request, get_backend()))
        emit_concurrency_acquisition_events(limits, occupy)
