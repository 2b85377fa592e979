from __future__ import annotations

from uuid import UUID

import pytest

from prefect._processes import ProcessIdentity, this_process
from prefect.exceptions import ConcurrencySlotsTaken
from prefect.store.concurrency_leases import bulk_decrement_active_slots, bulk_increment_active_slots
from prefect.store.concurrency_queue import (
    TICKET_LASTS,
    Outlook,
    join_slot_queue,
    leave_slot_queue,
    read_slot_outlook,
)
from tests.unit.concurrency.limits import a_limit, perform, standing_clock, taken

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))


def ask(ticket: UUID | None, *names: str, slots: int = 1, ahead: bool = False) -> bool:
    """Ask for slots; return whether they were granted."""
    try:
        perform(bulk_increment_active_slots, slots, list(names), ticket=ticket, ahead=ahead)
    except ConcurrencySlotsTaken:
        return False
    return True


def join(ticket: UUID, *names: str, slots: int = 1, process: ProcessIdentity | None = None) -> None:
    """Join the queue."""
    perform(join_slot_queue, ticket, list(names), slots, process)


def test_processes_are_served_in_the_order_in_which_they_came() -> None:
    """A free slot is for the first of the queue, not for one who came later or has no ticket."""
    a_limit("one", 1)
    assert ask(None, "one")
    for ticket in (FIRST, SECOND):
        join(ticket, "one")
    perform(bulk_decrement_active_slots, 1, ["one"])
    assert perform(read_slot_outlook, FIRST) == Outlook(0, 0.0)
    outlook = perform(read_slot_outlook, SECOND)
    assert (outlook.before, outlook.wait > 0) == (1, True)
    assert not ask(SECOND, "one")
    assert not ask(None, "one")
    assert ask(FIRST, "one")
    perform(bulk_decrement_active_slots, 1, ["one"])
    assert ask(SECOND, "one")


def test_keeping_a_place_does_not_change_it() -> None:
    """Who renews a ticket keeps the place; who leaves the queue makes room."""
    a_limit("one", 1)
    assert ask(None, "one")
    join(FIRST, "one")
    join(SECOND, "one")
    join(FIRST, "one")
    perform(bulk_decrement_active_slots, 1, ["one"])
    assert not ask(SECOND, "one")
    perform(leave_slot_queue, FIRST)
    assert ask(SECOND, "one")


def test_slots_are_kept_only_for_as_many_as_come_before() -> None:
    """With two free slots and one who waits for one of them, the next one may have the other."""
    a_limit("two", 2)
    join(FIRST, "two")
    assert ask(SECOND, "two")
    assert not ask(THIRD, "two")
    assert ask(FIRST, "two")


def test_who_waits_for_many_is_not_overtaken() -> None:
    """Slots gather for one who needs several."""
    a_limit("three", 3)
    assert ask(None, "three", slots=2)
    join(FIRST, "three", slots=3)
    assert not ask(SECOND, "three")
    assert ask(SECOND, "three", ahead=True)


def test_nothing_is_kept_for_somebody_who_waits_for_something_else_as_well() -> None:
    """Slots are not kept for one whose other limit is full, or who asks for more than there are."""
    a_limit("full", 1)
    a_limit("free", 1)
    assert ask(None, "full")
    join(FIRST, "full", "free")
    assert ask(SECOND, "free")
    perform(bulk_decrement_active_slots, 1, ["free"])
    join(THIRD, "free", slots=9)
    assert ask(SECOND, "free")


def test_who_is_gone_keeps_no_place() -> None:
    """The ticket of a process that has ended counts for nothing, and one that is not renewed is forgotten."""
    a_limit("one", 1)
    join(FIRST, "one", process=this_process()._replace(began="tick 0"))
    assert ask(None, "one")
    perform(bulk_decrement_active_slots, 1, ["one"])
    with standing_clock() as clock:
        join(SECOND, "one", process=ProcessIdentity("elsewhere", 1, "tick 1"))
        assert not ask(None, "one")
        clock.sleep(TICKET_LASTS + 1)
        assert ask(None, "one")
    assert taken("one") == 1


@pytest.mark.parametrize("names", [[], ["nowhere"]])
def test_a_ticket_for_nothing_has_its_turn(names: list[str]) -> None:
    """Who waits for a limit that does not exist (any more) should ask again at once."""
    join(FIRST, *names)
    assert perform(read_slot_outlook, FIRST) == Outlook(0, 0.0)
