"""Concurrency limits and rate limits for sync code."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from prefect._dual.drivers import run
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


@contextmanager
def concurrency(
    names: str | list[str],
    occupy: int = 1,
    timeout_seconds: float | None = None,
    max_retries: int | None = None,
    lease_duration: float = 300,
    strict: bool = False,
    holder: ConcurrencyLeaseHolder | None = None,
    raise_on_lease_renewal_failure: bool | None = None,
) -> Generator[None]:
    """Hold slots of concurrency limits while the block runs, waiting for them first.

    The slots are given back however the block ends. If the process dies, they are free at once for other processes of
    this machine, and elsewhere when the lease lapses.

    Args:
        names: The limits, by name. Those that do not exist are passed over with a warning; those that are not active
            are passed over.
        occupy: How many slots of each.
        timeout_seconds: How long to wait for them, in seconds; None waits as long as it takes.
        max_retries: How often to ask again while they are taken; None is no bound.
        lease_duration: After how many seconds the slots are free again if this process is not heard of.
        strict: Whether a limit that does not exist is an error, and the loss of the lease ends the block.
        holder: For which run the slots are held; by default the one that runs here.
        raise_on_lease_renewal_failure: Whether the loss of the lease ends the block; None: if `strict`.

    Raises:
        ConcurrencySlotAcquisitionError: The slots can never be had, were still taken after `max_retries`, or a limit
            does not exist and `strict` is set.
        AcquireConcurrencySlotTimeoutError: The slots were not free in time.
        ConcurrencyLeaseLost: The lease was lost while the block ran, and that is to end it.

    Example:
        >>> with concurrency("database", occupy=2):
        ...     query()
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
        run(hold.take())
        yield
    except BaseException as error:
        run(hold.give_back(error))
        raise
    else:
        run(hold.give_back(None))


def rate_limit(
    names: str | list[str], occupy: int = 1, timeout_seconds: float | None = None, strict: bool = False
) -> None:
    """Wait until there are slots of limits with slot decay, and use them up. They come back with time.

    Args:
        names: The limits, by name. Those that do not exist are passed over with a warning.
        occupy: How many slots of each.
        timeout_seconds: How long to wait, in seconds; None waits as long as it takes.
        strict: Whether a limit that does not exist is an error.

    Raises:
        ConcurrencySlotAcquisitionError: A limit has no slot decay or too few slots, or does not exist and `strict` is
            set.
        AcquireConcurrencySlotTimeoutError: There were no slots in time.

    Example:
        >>> for page in pages:
        ...     rate_limit("api")
        ...     fetch(page)
    """
    request = SlotRequest(
        names_of(names), occupy, "rate_limit", timeout_seconds=timeout_seconds, strict=strict
    )
    if request.names:
        limits = run(acquire_without_lease(request, get_backend()))
        emit_concurrency_acquisition_events(limits, occupy)
