from __future__ import annotations

import asyncio
import time

import pytest

from prefect.concurrency.asyncio import concurrency, rate_limit
from prefect.concurrency.context import ConcurrencyContext
from prefect.concurrency.services import (
    ConcurrencySlotAcquisitionService,
    ConcurrencySlotAcquisitionWithLeaseService,
)
from prefect.concurrency.sync import concurrency as sync_concurrency
from prefect.exceptions import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError
from tests.unit.concurrency.limits import ENOUGH, a_limit, queued, taken, tickets, until


async def test_coroutines_share_slots_without_holding_up_the_loop() -> None:
    """Coroutines wait for slots while others run, and are never more than the limit at once."""
    a_limit("two", 2)
    inside, most, ticks = 0, 0, 0

    async def work() -> None:
        nonlocal inside, most
        async with concurrency("two"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(work() for _ in range(10)))
    ticking.cancel()
    assert most == 2
    assert ticks > 5
    assert taken("two") == 0


async def test_errors_are_those_of_sync_code() -> None:
    """Timeouts, impossible requests and missing limits are the same errors."""
    a_limit("one", 1)
    async with concurrency("one"):
        with pytest.raises(AcquireConcurrencySlotTimeoutError):
            async with concurrency("one", timeout_seconds=0.02):
                raise AssertionError
        with pytest.raises(ConcurrencySlotAcquisitionError):
            async with concurrency("one", occupy=2):
                raise AssertionError
    with pytest.raises(ConcurrencySlotAcquisitionError, match="nowhere"):
        async with concurrency("nowhere", strict=True):
            raise AssertionError


async def test_who_is_cancelled_while_waiting_leaves_the_queue() -> None:
    """Cancelling a coroutine that waits gives its place to the next one."""
    a_limit("one", 1)

    async def wait() -> None:
        async with concurrency("one"):
            pass

    async with concurrency("one"):
        gone = asyncio.create_task(wait())
        await asyncio.to_thread(until, tickets)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
    async with concurrency("one", timeout_seconds=ENOUGH):
        pass
    until(lambda: queued() + tickets() == 0)


async def test_who_is_cancelled_while_asking_keeps_nothing() -> None:
    """Slots that are granted to a coroutine that was cancelled meanwhile are given back."""
    a_limit("one", 1)

    async def hold() -> None:
        async with concurrency("one"):
            await asyncio.sleep(ENOUGH)

    for patience in (0, 0.0005, 0.002):
        task = asyncio.create_task(hold())
        await asyncio.sleep(patience)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with concurrency("one", timeout_seconds=ENOUGH):
            pass
    until(lambda: taken("one") == 0)


async def test_a_rate_is_kept() -> None:
    """Coroutines keep to a rate together."""
    a_limit("api", 1, slot_decay_per_second=20)
    began = time.monotonic()
    await asyncio.gather(*(rate_limit("api") for _ in range(5)))
    assert time.monotonic() - began >= 4 / 20


async def test_sync_and_async_code_share_the_slots() -> None:
    """A limit is one limit, whatever the colour of the code."""
    a_limit("one", 1)
    with sync_concurrency("one"), pytest.raises(AcquireConcurrencySlotTimeoutError):
        async with concurrency("one", timeout_seconds=0.02):
            raise AssertionError


async def test_slots_can_be_held_by_hand() -> None:
    """The services take slots for code that gives them back itself; a context gives leases back at its end."""
    a_limit("one", 1)
    a_limit("api", 2, slot_decay_per_second=0.001)
    service = ConcurrencySlotAcquisitionWithLeaseService(frozenset({"one"}))
    granted = await service.acquire(1, "concurrency")
    assert taken("one") == 1
    service.release_orphaned_lease(granted).result(ENOUGH)
    granted = await service.acquire(1, "concurrency", timeout_seconds=ENOUGH)
    with ConcurrencyContext(cleanup_lease_ids=[granted.lease_id]):
        assert taken("one") == 1
    until(lambda: taken("one") == 0)
    limits = await ConcurrencySlotAcquisitionService(frozenset({"api"})).acquire(2, "rate_limit")
    assert [(limit.name, limit.limit) for limit in limits] == [("api", 2)]
    assert taken("api") == 2
