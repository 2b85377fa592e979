from __future__ import annotations

import asyncio
import logging
import threading
import time
from uuid import UUID

import pytest

from prefect._processes import ProcessIdentity
from prefect.concurrency import _leases
from prefect.concurrency._leases import ConcurrencyLeaseLost
from prefect.concurrency.asyncio import concurrency as async_concurrency
from prefect.concurrency.sync import concurrency
from prefect.exceptions import ConcurrencyLeaseGone, ConcurrencySlotAcquisitionError, DatabaseError
from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder
from prefect.store import operations
from prefect.store.concurrency_leases import (
    bulk_decrement_active_slots_with_lease,
    bulk_increment_active_slots_with_lease,
    renew_concurrency_lease,
)
from tests.unit.concurrency.limits import ENOUGH, a_limit, holders, perform, standing_clock, taken, until


def renewal_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "prefect-leases"]


def test_one_thread_renews_all_leases_while_there_are_any() -> None:
    """Leases are renewed by one thread of the process, which ends when none is held."""
    a_limit("many", 9)
    with concurrency("many"), concurrency("many"), concurrency("many", lease_duration=1):
        assert len(renewal_threads()) == 1
        first = holders("many")[-1].expires_at
        assert first is not None
        until(lambda: (holders("many")[-1].expires_at or first) > first)
        assert taken("many") == 3
    until(lambda: not renewal_threads())
    with concurrency("many"):
        assert len(renewal_threads()) == 1


def revoke(name: str) -> None:
    """Take the lease of a limit's last holder away, as a server would when it thinks the holder is dead."""
    perform(bulk_decrement_active_slots_with_lease, holders(name)[-1].lease_id)


def test_a_lost_lease_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """By default the work goes on when its lease is lost, with a warning."""
    a_limit("one", 1)
    with caplog.at_level(logging.WARNING, "prefect.concurrency"), concurrency("one", lease_duration=1):
        revoke("one")
        until(lambda: "'one' was lost" in caplog.text)
    assert taken("one") == 0


def lose_and_wait(name: str) -> None:
    """Lose the lease and go on working for ever."""
    revoke(name)
    while True:
        time.sleep(0.005)


@pytest.mark.parametrize("options", [{"strict": True}, {"raise_on_lease_renewal_failure": True}])
def test_a_lost_lease_ends_the_block(options: dict[str, bool]) -> None:
    """With `strict` the block ends with an error that names the limit, and later code is not struck."""
    a_limit("one", 1)
    with (
        pytest.raises(ConcurrencyLeaseLost, match="'one' was lost"),
        concurrency("one", lease_duration=1, **options),
    ):
        lose_and_wait("one")
    with concurrency("one", timeout_seconds=ENOUGH):
        time.sleep(0.01)


async def test_a_lost_lease_ends_an_async_block() -> None:
    """An async block is cancelled; what arrives outside is the error that names the limit."""
    a_limit("one", 1)

    async def work() -> None:
        async with async_concurrency("one", lease_duration=1, strict=True):
            revoke("one")
            await asyncio.sleep(ENOUGH)

    with pytest.raises(ConcurrencyLeaseLost, match="'one' was lost"):
        await work()
    await asyncio.sleep(0)
    assert isinstance(ConcurrencyLeaseLost(), asyncio.CancelledError)


def test_renewal_goes_on_when_the_store_was_away_for_a_while(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A renewal that fails is tried again in time, so that the lease is kept."""
    a_limit("one", 1)
    failures = iter([DatabaseError("the disk is away"), None])
    real = _leases.renew_concurrency_lease

    def unreliable(*args: object, **kwargs: object) -> object:
        if error := next(failures, None):
            raise error
        return real(*args, **kwargs)

    monkeypatch.setitem(operations._routes, unreliable, operations.route_of(real))
    monkeypatch.setattr(_leases, "renew_concurrency_lease", unreliable)
    with (
        caplog.at_level(logging.WARNING, "prefect.concurrency"),
        concurrency("one", lease_duration=1, strict=True),
    ):
        first = holders("one")[0].expires_at
        assert first is not None
        until(lambda: (holders("one")[0].expires_at or first) > first)
    assert "the disk is away" in caplog.text


def test_the_slots_of_somebody_silent_are_taken_over_after_his_lease() -> None:
    """A holder of another machine that is not heard of loses its slots when its lease is over, and only then."""
    a_limit("one", 1)
    elsewhere = ProcessIdentity("another machine", 1, "tick 1")
    holder = ConcurrencyLeaseHolder(type="flow_run", id=UUID(int=1))
    far = perform(
        bulk_increment_active_slots_with_lease,
        1,
        ["one"],
        lease_duration=60,
        holder=holder,
        process=elsewhere,
    )
    with pytest.raises(ConcurrencySlotAcquisitionError), concurrency("one", max_retries=0):
        raise AssertionError
    with standing_clock() as clock:
        clock.sleep(61)
        assert taken("one") == 0
        # Nobody has taken them yet: the holder comes back in time and has them still.
        perform(renew_concurrency_lease, far.lease_id, 60)
        assert taken("one") == 1
        clock.sleep(61)
        with concurrency("one", timeout_seconds=ENOUGH):
            with pytest.raises(ConcurrencyLeaseGone, match="Lease not found"):
                perform(renew_concurrency_lease, far.lease_id, 60)
            assert [each.fence for each in holders("one")] == [2]


@pytest.mark.parametrize("seconds", [0, 0.5, -1, 86401, float("nan")])
def test_a_lease_has_a_sensible_duration(seconds: float) -> None:
    """A lease of no time, or of more than a day, is refused with the bounds."""
    a_limit("one", 1)
    with (
        pytest.raises(ConcurrencySlotAcquisitionError, match="from 1 to 86400"),
        concurrency("one", lease_duration=seconds),
    ):
        raise AssertionError
