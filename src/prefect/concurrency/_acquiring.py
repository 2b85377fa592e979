"""Acquiring slots, and giving them back: written once for sync and async code.

Who finds no free slots takes a ticket, and looks by reading only whether it is his turn: at once when slots are given
back in this process, else a few times a second.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Generator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar
from uuid import UUID

from prefect._dual.effects import Steps, settle
from prefect._ids import uuid7
from prefect._processes import this_process
from prefect.backend.protocol import Backend
from prefect.concurrency._waiting import (
    leave_line,
    ring,
    stand_in_line,
    wait_for_release,
    wait_until_set,
)
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencyRequestRefused,
    ConcurrencySlotAcquisitionError,
    ConcurrencySlotsTaken,
    ObjectNotFound,
)
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimitWithLeaseResponse,
    MinimalConcurrencyLimitResponse,
    SlotMode,
)
from prefect.store.concurrency_leases import (
    bulk_decrement_active_slots_with_lease,
    bulk_increment_active_slots,
    bulk_increment_active_slots_with_lease,
)
from prefect.store.concurrency_limits import read_concurrency_limit_v2
from prefect.store.concurrency_queue import TICKET_LASTS, join_slot_queue, leave_slot_queue, read_slot_outlook

FIRST_LOOK = 0.04
"""How often, in seconds, the first of the queue looks whether another process has given slots back."""

LOOK_LATER = 0.01
"""By how many seconds less often for each who comes before."""

LONGEST_LOOK = 0.5

R = TypeVar("R")
_log = logging.getLogger("prefect.concurrency")
_holding: ContextVar[bool] = ContextVar("holds_concurrency_slots", default=False)


@dataclass(frozen=True)
class SlotRequest:
    """What is asked for.

    Attributes:
        names: The limits.
        slots: How many slots of each.
        mode: Whether they are held, or used up and come back with time.
        timeout_seconds: How long to wait for them; None waits as long as it takes.
        max_retries: How often to ask again; None is no bound.
        lease_duration: How long, in seconds, they are held when nobody renews the lease.
        strict: Whether a limit that does not exist is an error.
        holder: The run that shall hold them; by default the one that runs here.
        warns: Whether to warn of limits that do not exist.
        on_wait: Called once if they are not free at once.
    """

    names: tuple[str, ...]
    slots: int = 1
    mode: SlotMode = "concurrency"
    timeout_seconds: float | None = None
    max_retries: int | None = None
    lease_duration: float = 300
    strict: bool = False
    holder: ConcurrencyLeaseHolder | None = None
    warns: bool = True
    on_wait: Callable[[], object] | None = None


def names_of(names: str | Collection[str]) -> tuple[str, ...]:
    """Return names that were given as one or several, each once."""
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))


@contextmanager
def holding_slots() -> Generator[None]:
    """Inside, whoever asks for more slots does not queue behind others, who may be waiting for those held here."""
    token = _holding.set(True)
    try:
        yield
    finally:
        with suppress(ValueError):  # a block may be left in another context than it was entered in
            _holding.reset(token)


def acquire_with_lease(request: SlotRequest, backend: Backend) -> Steps[ConcurrencyLimitWithLeaseResponse]:
    """Wait for slots and take them under a lease.

    Raises:
        ConcurrencySlotAcquisitionError: They can never be had, or not within the allowed retries.
        AcquireConcurrencySlotTimeoutError: They were not free in time.
    """

    def ask(ticket: UUID) -> Future[ConcurrencyLimitWithLeaseResponse]:
        return backend.perform(
            bulk_increment_active_slots_with_lease,
            slots=request.slots,
            names=list(request.names),
            mode=request.mode,
            lease_duration=request.lease_duration,
            holder=request.holder or present_holder(),
            process=this_process(),
            ticket=ticket,
            ahead=_holding.get(),
        )

    granted = yield from _Waiter(request, backend).acquire(ask, lambda late: release(late, backend))
    _check_existence(request, granted.limits)
    return granted


def acquire_without_lease(
    request: SlotRequest, backend: Backend
) -> Steps[list[MinimalConcurrencyLimitResponse]]:
    """Wait for slots and take them; nobody holds them. It raises what `acquire_with_lease` does."""

    def ask(ticket: UUID) -> Future[list[MinimalConcurrencyLimitResponse]]:
        return backend.perform(
            bulk_increment_active_slots,
            slots=request.slots,
            names=list(request.names),
            mode=request.mode,
            ticket=ticket,
            ahead=_holding.get() and request.mode == "concurrency",
        )

    limits = yield from _Waiter(request, backend).acquire(ask, lambda _: None)
    _check_existence(request, limits)
    return limits


def release(granted: ConcurrencyLimitWithLeaseResponse, backend: Backend) -> Future[None]:
    """Give slots back. It is under way when this returns; the future is done when others can have them."""
    names = [limit.name for limit in granted.limits]
    done = backend.perform(bulk_decrement_active_slots_with_lease, granted.lease_id)
    done.add_done_callback(lambda _: ring(names, 1))
    return done


def present_holder() -> ConcurrencyLeaseHolder | None:
    """Return the task run or else the flow run that runs here."""
    task_context, flow_context = TaskRunContext.get(), FlowRunContext.get()
    if task_context is not None:
        return ConcurrencyLeaseHolder(type="task_run", id=task_context.task_run.id)
    if flow_context is not None:
        return ConcurrencyLeaseHolder(type="flow_run", id=flow_context.flow_run.id)
    return None


def _check_existence(request: SlotRequest, limits: Collection[MinimalConcurrencyLimitResponse]) -> None:
    missing = sorted({*request.names} - {limit.name for limit in limits})
    if missing and not request.strict and request.warns:
        _log.warning(
            "Concurrency limits %s do not exist - skipping acquisition. "
            "`prefect global-concurrency-limit create` creates one.",
            missing,
        )


@dataclass
class _Waiter:
    """Waits for slots in the queue."""

    request: SlotRequest
    backend: Backend
    ticket: UUID = field(default_factory=uuid7)
    renewed: float | None = None
    retries: int = 0
    told: bool = False

    def acquire(self, ask: Callable[[UUID], Future[R]], undo: Callable[[R], object]) -> Steps[R]:
        """Ask for slots until they are granted. What is granted after the caller has gone is undone."""
        request = self.request
        deadline = None if request.timeout_seconds is None else time.monotonic() + request.timeout_seconds
        if request.strict:
            yield from self._require_existence()
        if _holding.get() or request.max_retries is not None:
            return (yield from self._ask_until_granted(ask, undo, deadline))
        line = (id(self.backend), frozenset(request.names), request.mode)
        place = stand_in_line(line)
        try:
            if not place.done():
                self._tell_of_waiting()
                left = None if deadline is None else deadline - time.monotonic()
                if not (yield from wait_until_set(place, left)):
                    self._time_out()
            return (yield from self._ask_until_granted(ask, undo, deadline))
        finally:
            leave_line(line, place)

    def _ask_until_granted(
        self, ask: Callable[[UUID], Future[R]], undo: Callable[[R], object], deadline: float | None
    ) -> Steps[R]:
        try:
            while True:
                try:
                    granted = yield from _settled_or_undone(ask(self.ticket), undo)
                except ConcurrencySlotsTaken as error:
                    yield from self._wait(error, deadline)
                except ConcurrencyRequestRefused as error:
                    raise self._failure(error) from None
                else:
                    self.renewed = None  # the ticket went with the grant
                    return granted
        finally:
            if self.renewed is not None:
                self.backend.perform(leave_slot_queue, self.ticket)

    def _tell_of_waiting(self) -> None:
        if not self.told and self.request.on_wait is not None:
            self.told = True
            self.request.on_wait()

    def _wait(self, taken: ConcurrencySlotsTaken, deadline: float | None) -> Steps[None]:
        """Wait until it is worth asking again."""
        if self.request.max_retries is not None:
            if self.retries >= self.request.max_retries:
                raise self._failure(taken) from None
            self.retries += 1
            retry_at: float | None = time.monotonic() + taken.retry_after
        else:
            retry_at = None
        names = frozenset(self.request.names)
        while True:
            moment = time.monotonic()
            if deadline is not None and moment >= deadline:
                self._time_out()
            if retry_at is not None and moment >= retry_at:
                return
            if self.renewed is None or moment - self.renewed > TICKET_LASTS / 3:
                yield from self._renew_ticket(moment)
            outlook = yield from settle(self.backend.perform(read_slot_outlook, self.ticket))
            if outlook.wait <= 0:
                return
            pause = min(FIRST_LOOK + LOOK_LATER * outlook.before, LONGEST_LOOK)
            if self.request.mode == "rate_limit":
                pause = min(outlook.wait, LONGEST_LOOK)
            ends = [moment + pause, *(each for each in (deadline, retry_at) if each is not None)]
            yield from wait_for_release(names, min(ends) - time.monotonic())

    def _renew_ticket(self, moment: float) -> Steps[None]:
        self._tell_of_waiting()
        self.renewed = moment
        request = self.request
        yield from settle(
            self.backend.perform(
                join_slot_queue,
                self.ticket,
                list(request.names),
                request.slots,
                this_process(),
                request.holder or present_holder(),
            )
        )

    def _require_existence(self) -> Steps[None]:
        missing: list[str] = []
        for name in self.request.names:
            try:
                yield from settle(self.backend.perform(read_concurrency_limit_v2, name))
            except ObjectNotFound:
                missing.append(name)
        if missing:
            raise ConcurrencySlotAcquisitionError(
                f"Concurrency limits {missing} must be created before acquiring slots. "
                "`prefect global-concurrency-limit create` creates one."
            )

    def _failure(self, error: Exception) -> ConcurrencySlotAcquisitionError:
        return ConcurrencySlotAcquisitionError(
            f"Unable to acquire concurrency slots on {sorted(self.request.names)}: {error}"
        )

    def _time_out(self) -> NoReturn:
        seconds = self.request.timeout_seconds
        raise AcquireConcurrencySlotTimeoutError(
            f"Attempt to acquire concurrency slots timed out after {seconds:g} second(s): "
            f"{self.request.slots} slot(s) of {', '.join(map(repr, self.request.names))} were not free in time."
        )


def _settled_or_undone(future: Future[R], undo: Callable[[R], object]) -> Steps[R]:
    """Wait for what was asked for. If the caller is interrupted meanwhile, undo it when it comes."""
    try:
        return (yield from settle(future))
    except (ConcurrencySlotsTaken, ConcurrencyRequestRefused):
        raise
    except BaseException:
        future.add_done_callback(lambda late: None if late.exception() else undo(late.result()))
        raise
