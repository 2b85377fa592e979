"""Taking slots of tags for a task run and giving them back: written once for sync and async code."""

from __future__ import annotations

import time
from concurrent.futures import Future
from uuid import UUID

from prefect._dual.effects import Steps, settle
from prefect._processes import this_process
from prefect.backend import get_backend
from prefect.concurrency._acquiring import FIRST_LOOK
from prefect.concurrency._waiting import ring, wait_for_release
from prefect.exceptions import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencyRequestRefused,
    ConcurrencySlotAcquisitionError,
    ConcurrencySlotsTaken,
)
from prefect.store.tag_limits import (
    PREFIX,
    decrement_concurrency_limits_v1,
    increment_concurrency_limits_v1,
)


def take(names: tuple[str, ...], task_run_id: UUID, timeout_seconds: float | None) -> Steps[None]:
    """Wait for a slot of each tag and take them.

    Raises:
        ConcurrencySlotAcquisitionError: A limit is 0.
        AcquireConcurrencySlotTimeoutError: They were not free in time.
    """
    backend = get_backend()
    deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
    while names:
        try:
            yield from settle(
                backend.perform(increment_concurrency_limits_v1, list(names), task_run_id, this_process())
            )
        except ConcurrencySlotsTaken as error:
            left = FIRST_LOOK if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise AcquireConcurrencySlotTimeoutError(
                    f"Attempt to acquire concurrency slots timed out after {timeout_seconds} second(s): {error}"
                ) from None
            yield from wait_for_release(frozenset(PREFIX + name for name in names), min(left, FIRST_LOOK))
        except ConcurrencyRequestRefused as error:
            raise ConcurrencySlotAcquisitionError(
                f"Unable to acquire concurrency slots on {sorted(names)}: {error}"
            ) from None
        else:
            return


def give_back(names: tuple[str, ...], task_run_id: UUID) -> Future[object]:
    """Give the slots back; the future is done when others can have them."""
    done: Future[object] = get_backend().perform(decrement_concurrency_limits_v1, list(names), task_run_id)  # pyright: ignore[reportAssignmentType] - what it answers is of no use
    done.add_done_callback(lambda _: ring([PREFIX + name for name in names], 1))
    return done
