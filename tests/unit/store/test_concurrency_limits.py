from __future__ import annotations

from uuid import UUID

import pytest
from pydantic import ValidationError

from prefect.exceptions import (
    ConcurrencyRequestRefused,
    ConcurrencySlotsTaken,
    ObjectAlreadyExists,
    ObjectNotFound,
)
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create, ConcurrencyLimitV2Update
from prefect.store.concurrency_leases import (
    bulk_decrement_active_slots,
    bulk_decrement_active_slots_with_lease,
    bulk_increment_active_slots,
    bulk_increment_active_slots_with_lease,
)
from prefect.store.concurrency_limits import (
    delete_concurrency_limit_v2,
    read_all_concurrency_limits_v2,
    read_concurrency_limit_v2,
    update_concurrency_limit_v2,
)
from prefect.store.tag_limits import (
    decrement_concurrency_limits_v1,
    delete_concurrency_limit,
    delete_concurrency_limit_by_tag,
    increment_concurrency_limits_v1,
    read_concurrency_limit,
    read_concurrency_limit_by_tag,
    read_concurrency_limits,
    reset_concurrency_limit_by_tag,
)
from tests.unit.concurrency.limits import a_limit, a_tag_limit, holders, perform, standing_clock, taken


def change(limit: str, /, **changes: object) -> None:
    perform(update_concurrency_limit_v2, limit, ConcurrencyLimitV2Update.model_validate(changes))


def test_a_limit_is_found_by_name_and_by_id() -> None:
    """What was created is read, by its name or its id, until it is deleted."""
    made = a_limit("one", 3, active_slots=5, slot_decay_per_second=0)
    assert perform(read_concurrency_limit_v2, "one") == perform(read_concurrency_limit_v2, made.id)
    assert (made.limit, made.active_slots, made.avg_slot_occupancy_seconds) == (3, 5, 2.0)
    perform(delete_concurrency_limit_v2, made.id)
    for operation in (read_concurrency_limit_v2, delete_concurrency_limit_v2):
        with pytest.raises(ObjectNotFound, match="'one'"):
            perform(operation, "one")
    with pytest.raises(ObjectNotFound, match="'one'"):
        change("one", limit=1)


def test_names_are_unique() -> None:
    """A second limit of a name is refused, and so is a change to a name that is taken."""
    a_limit("one", 1)
    a_limit("two", 1)
    with pytest.raises(ObjectAlreadyExists, match="'one'"):
        a_limit("one", 2)
    with pytest.raises(ObjectAlreadyExists, match="'one'"):
        change("two", name="one")
    change("two", name="three")
    assert [each.name for each in perform(read_all_concurrency_limits_v2)] == ["one", "three"]


@pytest.mark.parametrize(
    "fields", [{"name": "a/b"}, {"name": ""}, {"limit": -1}, {"slot_decay_per_second": -1}]
)
def test_bodies_are_checked(fields: dict[str, object]) -> None:
    """Names that cannot stand in a path, and negative numbers, are refused."""
    with pytest.raises(ValidationError):
        ConcurrencyLimitV2Create.model_validate({"name": "one", "limit": 1, **fields})


def test_limits_are_read_in_pages() -> None:
    """Lists are in the order of the names."""
    for name in "cab":
        a_limit(name, 1)
    assert [each.name for each in perform(read_all_concurrency_limits_v2, limit=2)] == ["a", "b"]
    assert [each.name for each in perform(read_all_concurrency_limits_v2, offset=2)] == ["c"]


def test_slots_without_a_lease_stay_taken_until_they_are_given_back() -> None:
    """Increment and decrement count; a decrement never goes below zero; unknown names are passed over."""
    a_limit("two", 2)
    answer = perform(bulk_increment_active_slots, 2, ["two", "nowhere"])
    assert [(each.name, each.limit) for each in answer] == [("two", 2)]
    with pytest.raises(ConcurrencySlotsTaken) as refused:
        perform(bulk_increment_active_slots, 1, ["two"])
    assert 0 < refused.value.retry_after <= 30
    perform(bulk_decrement_active_slots, 5, ["two", "nowhere"], occupancy_seconds=7.5)
    assert taken("two") == 0
    with pytest.raises(ConcurrencyRequestRefused, match="greater than the limit"):
        perform(bulk_increment_active_slots, 3, ["two"])


def test_decay_is_exact() -> None:
    """Taken slots come back continuously, and whoever is refused is told the very moment at which they are there."""
    a_limit("api", 3, slot_decay_per_second=0.5)
    with standing_clock() as clock:
        perform(bulk_increment_active_slots, 3, ["api"], mode="rate_limit")
        assert taken("api") == 3
        clock.sleep(1)
        with pytest.raises(ConcurrencySlotsTaken) as refused:
            perform(bulk_increment_active_slots, 1, ["api"], mode="rate_limit")
        assert refused.value.retry_after == pytest.approx(1)
        assert taken("api") == 3
        clock.sleep(1)
        perform(bulk_increment_active_slots, 1, ["api"], mode="rate_limit")
        assert taken("api") == 3
        clock.sleep(-3600)  # a clock that is set back takes nothing away and adds nothing
        assert taken("api") == 3
        clock.sleep(3600 + 4)
        assert taken("api") == 1
        clock.sleep(1000)
        assert taken("api") == 0


def test_many_small_requests_lose_nothing_to_rounding() -> None:
    """A rate is kept to the slot, however often it is asked for."""
    a_limit("api", 10, slot_decay_per_second=3)
    granted = 0
    with standing_clock() as clock:
        for _ in range(1000):
            clock.sleep(0.01)
            try:
                perform(bulk_increment_active_slots, 1, ["api"], mode="rate_limit")
            except ConcurrencySlotsTaken:
                continue
            granted += 1
    assert granted == 10 + 30 - 1  # what the bucket held, and ten seconds of three; the last of them just now


def test_a_lease_gives_back_what_has_not_decayed() -> None:
    """On a limit with decay, slots that have come back with time are not given back once more."""
    a_limit("api", 4, slot_decay_per_second=1)
    with standing_clock() as clock:
        lease = perform(bulk_increment_active_slots_with_lease, 2, ["api"]).lease_id
        clock.sleep(1)
        perform(bulk_increment_active_slots, 3, ["api"])
        assert taken("api") == 4
        perform(bulk_decrement_active_slots_with_lease, lease)
        assert taken("api") == 3


def test_changing_the_number_of_taken_slots_takes_them_from_holders() -> None:
    """`active_slots` counts held slots; set below them, the holders lose theirs."""
    a_limit("three", 3)
    perform(bulk_increment_active_slots_with_lease, 2, ["three"])
    change("three", active_slots=3)
    assert (taken("three"), len(holders("three"))) == (3, 1)
    change("three", active_slots=0)
    assert (taken("three"), holders("three")) == (0, [])


def test_decay_may_be_switched_on_and_off() -> None:
    """What is taken stays taken when a limit begins or ceases to decay."""
    a_limit("three", 3)
    with standing_clock() as clock:
        perform(bulk_increment_active_slots_with_lease, 2, ["three"])
        change("three", slot_decay_per_second=0.5)
        assert taken("three") == 2
        clock.sleep(1)
        change("three", slot_decay_per_second=0)
        assert taken("three") == 2


# --- tags ------------------------------------------------------------------------------------------------------------

ONE, TWO = UUID(int=1), UUID(int=2)


def test_the_limit_of_a_tag_is_a_named_limit() -> None:
    """The limit of the tag `db` is `tag:db`, whichever way it was made; making it again changes it."""
    made = a_tag_limit("db", 1)
    again = a_tag_limit("db", 2)
    assert (made.id, again.concurrency_limit) == (again.id, 2)
    assert perform(read_concurrency_limit_v2, "tag:db").id == made.id
    a_limit("tag:other", 4)
    a_limit("plain", 4)
    assert [each.tag for each in perform(read_concurrency_limits)] == ["db", "other"]
    assert perform(read_concurrency_limit, made.id).tag == "db"
    with pytest.raises(ObjectNotFound):
        perform(read_concurrency_limit, perform(read_concurrency_limit_v2, "plain").id)


def test_task_runs_hold_slots_of_tags() -> None:
    """A task run holds a slot of each tag once, until it gives it back; who holds them is told."""
    a_tag_limit("db", 1)
    a_tag_limit("gpu", 2)
    answer = perform(increment_concurrency_limits_v1, ["db", "gpu", "free"], ONE)
    assert [each.name for each in answer] == ["db", "gpu"]
    perform(increment_concurrency_limits_v1, ["db"], ONE)
    assert perform(read_concurrency_limit_by_tag, "db").active_slots == [ONE]
    with pytest.raises(ConcurrencySlotsTaken, match="for the db, gpu tag") as refused:
        perform(increment_concurrency_limits_v1, ["gpu", "db"], TWO)
    assert refused.value.retry_after == 10
    assert perform(read_concurrency_limit_by_tag, "gpu").active_slots == [ONE]
    perform(decrement_concurrency_limits_v1, ["db"], ONE)
    perform(decrement_concurrency_limits_v1, ["db"], ONE)
    perform(increment_concurrency_limits_v1, ["gpu", "db"], TWO)
    assert perform(read_concurrency_limit_by_tag, "gpu").active_slots == [ONE, TWO]


def test_a_limit_of_zero_is_refused_and_not_waited_for() -> None:
    """No task run with the tag can ever start."""
    a_tag_limit("none", 0)
    with pytest.raises(ConcurrencyRequestRefused, match='"none" is 0'):
        perform(increment_concurrency_limits_v1, ["none"], ONE)


def test_the_slots_of_a_tag_can_be_reset() -> None:
    """A reset frees all slots, or gives them to the task runs that are named."""
    a_tag_limit("db", 2)
    perform(increment_concurrency_limits_v1, ["db"], ONE)
    perform(reset_concurrency_limit_by_tag, "db", [TWO, ONE])
    assert perform(read_concurrency_limit_by_tag, "db").active_slots == [TWO, ONE]
    perform(reset_concurrency_limit_by_tag, "db")
    assert perform(read_concurrency_limit_by_tag, "db").active_slots == []
    assert taken("tag:db") == 0


def test_the_limit_of_a_tag_can_be_deleted() -> None:
    """It is deleted by tag or id; afterwards every question about it says that it is not there."""
    a_tag_limit("db", 1)
    perform(delete_concurrency_limit_by_tag, "db")
    for operation in (
        read_concurrency_limit_by_tag,
        delete_concurrency_limit_by_tag,
        reset_concurrency_limit_by_tag,
    ):
        with pytest.raises(ObjectNotFound, match="'db'"):
            perform(operation, "db")
    made = a_tag_limit("db", 1)
    perform(delete_concurrency_limit, made.id)
    assert perform(read_concurrency_limits) == []
