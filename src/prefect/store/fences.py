"""Writing only as long as one still has the claim on a flow run: checked in the transaction that writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from prefect._fences import Fence
from prefect.exceptions import FencedOff
from prefect.store.isolation import guarded_by_rows, is_guarded_by_rows
from prefect.store.statements import Statement, Transaction

R = TypeVar("R")


def check_fences(fences: Iterable[Fence]) -> Transaction[None]:
    """Check that no other process has claimed one of these runs since. Runs that were deleted have no claims.

    Raises:
        FencedOff: Another has it, or the claim has lapsed.
    """
    for fence in fences:
        rows = yield Statement("SELECT fence FROM flow_run_claim WHERE flow_run_id = ?", (fence.flow_run_id,))
        if rows and rows[0]["fence"] != fence.number:
            raise FencedOff(fence.flow_run_id, fence.number, rows[0]["fence"])


def fenced(
    fences: Iterable[Fence], make: Callable[[], Transaction[R]], *, operation: Callable[..., Transaction[R]]
) -> Callable[[], Transaction[R]]:
    """Return what makes a transaction that is only done while these fences are valid.

    Args:
        fences: The fences; without any, the transaction stays as it is.
        make: Makes the transaction.
        operation: The function that makes it in the end: how far it is kept apart from others stays as it is.
    """
    fences = tuple(fences)
    if not fences:
        return make
    checked = _checked_by_rows if is_guarded_by_rows(operation.__code__) else _checked
    return lambda: checked(fences, make)


def _checked(fences: tuple[Fence, ...], make: Callable[[], Transaction[R]]) -> Transaction[R]:
    yield from check_fences(fences)
    return (yield from make())


@guarded_by_rows
def _checked_by_rows(fences: tuple[Fence, ...], make: Callable[[], Transaction[R]]) -> Transaction[R]:
    return (yield from _checked(fences, make))
