"""Holding slots for the length of a block: take them, keep their lease, give them back."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import ExitStack
from uuid import UUID

from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.backend.protocol import Backend
from prefect.concurrency._acquiring import SlotRequest, acquire_with_lease, holding_slots, release
from prefect.concurrency._events import (
    emit_concurrency_acquisition_events,
    emit_concurrency_release_events,
)
from prefect.concurrency._leases import Interruption, KeptLease, keeper
from prefect.events import Event
from prefect.schemas.concurrency_limits import ConcurrencyLimitWithLeaseResponse


class SlotHold:
    """Slots that are held from `take` to `give_back`.

    Args:
        request: What to hold.
        raise_on_loss: Whether the block ends with an error when the lease is lost; None: if the request is strict.
    """

    def __init__(self, request: SlotRequest, *, raise_on_loss: bool | None = None) -> None:
        self._request = request
        self._raises = request.strict if raise_on_loss is None else raise_on_loss
        self._stack = ExitStack()
        self._backend: Backend | None = None
        self._granted: ConcurrencyLimitWithLeaseResponse | None = None
        self._kept: KeptLease | None = None
        self._interruption: Interruption | None = None
        self._events: dict[UUID, Event | None] = {}

    def take(self) -> Steps[None]:
        """Wait for the slots, take them, and keep their lease. It raises what `acquire_with_lease` does."""
        if not self._request.names:
            return
        self._backend = get_backend()
        self._granted = yield from acquire_with_lease(self._request, self._backend)
        names = tuple(limit.name for limit in self._granted.limits)
        if not names:
            return
        self._stack.enter_context(holding_slots())
        self._interruption = Interruption() if self._raises else None
        self._kept = KeptLease(
            self._granted.lease_id,
            names,
            self._request.lease_duration,
            self._backend,
            self._interruption.fire if self._interruption else None,
        )
        keeper.keep(self._kept)
        self._events = emit_concurrency_acquisition_events(self._granted.limits, self._request.slots)

    def give_back(self, error: BaseException | None) -> Steps[None]:
        """Give the slots back; call it with the error that ended the block, if one did.

        Raises:
            ConcurrencyLeaseLost: The lease was lost, and the block was to end with an error if it is.
        """
        lost = self._interruption.leave(self._kept) if self._interruption and self._kept else None
        given_back = self.let_go()
        if given_back is not None and error is None:
            yield from settle(given_back)
        if lost is not None:
            raise lost from None

    def let_go(self) -> Future[None] | None:
        """Give the slots back without waiting until others can have them; the future tells when."""
        kept, self._kept = self._kept, None
        granted, self._granted = self._granted, None
        if kept is not None:
            keeper.let_go(kept)
        self._stack.close()
        if granted is None or self._backend is None:
            return None
        given_back = release(granted, self._backend)
        emit_concurrency_release_events(granted.limits, self._request.slots, self._events)
        return given_back
