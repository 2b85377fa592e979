"""Acquiring slots of a set of limits, for code that holds them by itself."""

from __future__ import annotations

from concurrent.futures import Future

from prefect._dual.drivers import arun
from prefect.backend import get_backend
from prefect.concurrency._acquiring import SlotRequest, acquire_with_lease, acquire_without_lease, release
from prefect.exceptions import ConcurrencySlotAcquisitionServiceError
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimitWithLeaseResponse,
    MinimalConcurrencyLimitResponse,
    SlotMode,
)

__all__ = [
    "ConcurrencySlotAcquisitionService",
    "ConcurrencySlotAcquisitionServiceError",
    "ConcurrencySlotAcquisitionWithLeaseService",
]


class ConcurrencySlotAcquisitionService:
    """Acquires slots that no lease holds.

    Args:
        concurrency_limit_names: The limits.
    """

    def __init__(self, concurrency_limit_names: frozenset[str]) -> None:
        self.concurrency_limit_names = sorted(concurrency_limit_names)

    async def acquire(
        self,
        slots: int,
        mode: SlotMode,
        timeout_seconds: float | None = None,
        max_retries: int | None = None,
    ) -> list[MinimalConcurrencyLimitResponse]:
        """Wait for slots, take them, and return their limits; errors are those of `prefect.concurrency.sync`."""
        request = SlotRequest(
            tuple(self.concurrency_limit_names),
            slots,
            mode,
            timeout_seconds=timeout_seconds,
            max_retries=max_retries,
        )
        return await arun(acquire_without_lease(request, get_backend()))


class ConcurrencySlotAcquisitionWithLeaseService:
    """Acquires slots that a lease holds; whoever has it renews it.

    Args:
        concurrency_limit_names: The limits.
    """

    def __init__(self, concurrency_limit_names: frozenset[str]) -> None:
        self.concurrency_limit_names = sorted(concurrency_limit_names)

    async def acquire(
        self,
        slots: int,
        mode: SlotMode,
        timeout_seconds: float | None = None,
        max_retries: int | None = None,
        lease_duration: float = 300,
        strict: bool = False,
        holder: ConcurrencyLeaseHolder | None = None,
    ) -> ConcurrencyLimitWithLeaseResponse:
        """Wait for slots, take them, and return their lease; errors are those of `prefect.concurrency.sync`."""
        request = SlotRequest(
            tuple(self.concurrency_limit_names),
            slots,
            mode,
            timeout_seconds=timeout_seconds,
            max_retries=max_retries,
            lease_duration=lease_duration,
            strict=strict,
            holder=holder,
        )
        return await arun(acquire_with_lease(request, get_backend()))

    def release_orphaned_lease(self, response: ConcurrencyLimitWithLeaseResponse) -> Future[None]:
        """Give back slots that nobody waits for any more."""
        return release(response, get_backend())
