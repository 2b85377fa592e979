from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from prefect import flow, task
from prefect.backend import get_backend
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.context import TaskRunContext
from prefect.exceptions import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Update
from prefect.settings import get_current_settings
from prefect.store.concurrency_limits import update_concurrency_limit_v2
from prefect.store.concurrency_slots import SHORTEST_WAIT
from tests.unit.concurrency.limits import ENOUGH, a_limit, holders, perform, queued, taken, tickets, until


def test_slots_are_held_in_the_block_and_free_after_it() -> None:
    """Inside the block the slots are taken, and the process that holds them is known; afterwards they are free."""
    a_limit("one", 3)
    with concurrency("one", occupy=2):
        assert taken("one") == 2
        assert [(each.slots, each.pid is not None) for each in holders("one")] == [(2, True)]
    assert taken("one") == 0
    assert holders("one") == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_slots_are_free_after_any_error(error: type[BaseException]) -> None:
    """However the block ends, the slots are given back, and the error goes on."""
    a_limit("one", 1)
    with pytest.raises(error), concurrency("one"):
        raise error
    with concurrency("one", timeout_seconds=ENOUGH):
        assert taken("one") == 1


def test_several_limits_are_taken_together_each_once() -> None:
    """A block takes a slot of each limit it names, all or none, and of a limit named twice only one."""
    a_limit("one", 1)
    a_limit("two", 2)
    with concurrency(["one", "two", "two"]):
        assert (taken("one"), taken("two")) == (1, 1)
        with (
            pytest.raises(AcquireConcurrencySlotTimeoutError),
            concurrency(["two", "one"], timeout_seconds=0.02),
        ):
            raise AssertionError
        assert taken("two") == 1


def test_no_limits_are_no_limits() -> None:
    """An empty list of names asks for nothing."""
    with concurrency([]):
        pass
    rate_limit([])


def test_a_limit_that_does_not_exist_is_passed_over_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Code runs before its limit is created; a warning names the limit."""
    with caplog.at_level(logging.WARNING, "prefect.concurrency"), concurrency("nowhere"):
        pass
    assert "'nowhere'" in caplog.text
    rate_limit("nowhere")


def test_strict_wants_all_limits_to_exist() -> None:
    """With `strict` a missing limit is an error that names it, and nothing is taken of the others."""
    a_limit("one", 1)
    for names in ("nowhere", ["one", "nowhere"]):
        with (
            pytest.raises(ConcurrencySlotAcquisitionError, match=r"\['nowhere'\] must be created"),
            concurrency(names, strict=True),
        ):
            raise AssertionError
    with pytest.raises(ConcurrencySlotAcquisitionError, match="nowhere"):
        rate_limit("nowhere", strict=True)
    assert taken("one") == 0


def test_a_limit_that_is_not_active_makes_nobody_wait() -> None:
    """A disabled limit counts nothing, also when it has no slots."""
    a_limit("off", 0, active=False)
    with concurrency("off", occupy=3):
        assert taken("off") == 0


@pytest.mark.parametrize(
    ("occupy", "match"),
    [(2, "greater than the limit.*2 of 'one', which has 1"), (0, "at least 1"), (-1, "-1 slots")],
)
def test_what_can_never_be_had_fails_at_once(occupy: int, match: str) -> None:
    """Asking for more slots than there are does not wait for ever: the error says how many there are."""
    a_limit("one", 1)
    with pytest.raises(ConcurrencySlotAcquisitionError, match=match), concurrency("one", occupy=occupy):
        raise AssertionError


def test_a_limit_lowered_below_what_somebody_waits_for_ends_the_wait() -> None:
    """Who waits for more slots than there are since the limit was changed is told so."""
    a_limit("two", 2)

    def wait() -> None:
        with concurrency("two", occupy=2):
            raise AssertionError

    with ThreadPoolExecutor(1) as pool, concurrency("two"):
        waiting = pool.submit(wait)
        until(tickets)
        perform(update_concurrency_limit_v2, "two", ConcurrencyLimitV2Update(limit=1))
        with pytest.raises(ConcurrencySlotAcquisitionError, match="which has 1"):
            waiting.result(ENOUGH)


def test_a_timeout_says_what_was_not_free() -> None:
    """Waiting ends in time, in time zero too, and the error names the limit and the time."""
    a_limit("one", 1)
    with concurrency("one"):
        for seconds in (0, 0.05):
            began = time.monotonic()
            with (
                pytest.raises(AcquireConcurrencySlotTimeoutError, match=f"after {seconds:g} second.*'one'"),
                concurrency("one", timeout_seconds=seconds),
            ):
                raise AssertionError
            assert seconds <= time.monotonic() - began < seconds + 5
        until(lambda: queued() + tickets() == 0)


def test_retries_are_bounded() -> None:
    """With `max_retries` the slots are asked for once more so often, then it is an error."""
    a_limit("one", 1)
    with concurrency("one"):
        for retries in (0, 1):
            began = time.monotonic()
            with (
                pytest.raises(ConcurrencySlotAcquisitionError, match="not free now"),
                concurrency("one", max_retries=retries),
            ):
                raise AssertionError
            assert time.monotonic() - began >= retries * SHORTEST_WAIT


def test_slots_are_had_within_a_tenth_of_a_second() -> None:
    """Who waits has the slots at once when they are given back."""
    a_limit("one", 1)
    got: list[float] = []

    def wait() -> None:
        with concurrency("one"):
            got.append(time.monotonic())

    latencies: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        for _ in range(5):
            with concurrency("one"):
                waiting = pool.submit(wait)
                until(tickets)
                released = time.monotonic()
            waiting.result(ENOUGH)
            latencies.append(got.pop() - released)
    assert sorted(latencies)[2] < 0.1


def test_first_come_first_served() -> None:
    """Those who wait get the slots in the order in which they came, and whoever comes later does not overtake them."""
    a_limit("one", 1)
    order: list[int] = []

    def wait(number: int) -> None:
        with concurrency("one"):
            order.append(number)

    with ThreadPoolExecutor(8) as pool:
        with concurrency("one"):
            waiting = []
            for number in range(6):
                waiting.append(pool.submit(wait, number))
                until(lambda number=number: queued() == number + 1)
        for each in waiting:
            each.result(ENOUGH)
    assert order == list(range(6))
    until(lambda: queued() + tickets() == 0)


def test_many_slots_are_not_starved_by_requests_for_few() -> None:
    """Who waits for several slots gets them before those who came later and want one."""
    a_limit("three", 3)
    order: list[str] = []
    release = threading.Event()

    def hold(name: str, slots: int) -> None:
        with concurrency("three", occupy=slots):
            order.append(name)
            if name == "first":
                release.wait(ENOUGH)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(hold, "first", 1)
        until(lambda: order == ["first"])
        wide = pool.submit(hold, "wide", 3)
        until(lambda: queued() == 1)
        late = pool.submit(hold, "late", 1)
        until(lambda: queued() == 2)
        release.set()
        for each in (first, wide, late):
            each.result(ENOUGH)
    assert order == ["first", "wide", "late"]


def test_who_holds_slots_already_does_not_queue_behind_those_who_wait_for_them() -> None:
    """A holder that needs another slot of the limit gets it while somebody waits for all: otherwise both would hang."""
    a_limit("three", 3)

    def wait() -> None:
        with concurrency("three", occupy=3):
            pass

    with ThreadPoolExecutor(1) as pool:
        with concurrency("three"):
            waiting = pool.submit(wait)
            until(tickets)
            with concurrency("three", timeout_seconds=ENOUGH):
                assert taken("three") == 2
        waiting.result(ENOUGH)


def test_who_waits_for_two_limits_does_not_keep_the_free_one_from_others() -> None:
    """While one of two limits is full, the other one is there for those who want only that."""
    a_limit("full", 1)
    a_limit("free", 1)

    def wait() -> None:
        with concurrency(["full", "free"]):
            pass

    def pass_by() -> None:
        with concurrency("free", timeout_seconds=ENOUGH):
            pass

    with ThreadPoolExecutor(2) as pool:
        with concurrency("full"):
            waiting = pool.submit(wait)
            until(tickets)
            pool.submit(pass_by).result(ENOUGH)
        waiting.result(ENOUGH)


def test_never_more_holders_than_slots() -> None:
    """Many threads that hold a slot for a moment are never more than the limit at once."""
    a_limit("three", 3)
    inside, most, guard = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal inside, most
        with concurrency("three"):
            with guard:
                inside += 1
                most = max(most, inside)
            with guard:
                inside -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(60)))
    assert 1 <= most <= 3
    assert taken("three") == 0
    until(lambda: queued() + tickets() == 0)


def test_the_run_holds_the_slots() -> None:
    """Inside a flow or a task, the slots are held for that run."""
    a_limit("two", 2)

    @task
    def work() -> bool:
        with concurrency("two"):
            context = TaskRunContext.get()
            assert context is not None
            holder = holders("two")[-1].holder
            assert holder is not None
            return (holder.type, holder.id) == ("task_run", context.task_run.id)

    @flow
    def main() -> bool:
        with concurrency("two"):
            holder = holders("two")[0].holder
            assert holder is not None
            return work() and holder.type == "flow_run"

    assert main()


def test_what_was_acquired_and_released_is_an_event() -> None:
    """Each limit has an event of acquisition and one of release, which follows it, joined to the run."""
    a_limit("one", 1)
    a_limit("two", 3)

    @flow
    def main() -> None:
        with concurrency(["one", "two"]):
            pass

    main()
    get_backend().flush().result(ENOUGH)
    with closing(sqlite3.connect(get_current_settings().database_path)) as connection:
        found = [
            (event, json.loads(resource), json.loads(related), id_, follows)
            for event, resource, related, id_, follows in connection.execute(
                "SELECT event, resource, related, id, follows FROM event "
                "WHERE event LIKE 'prefect.concurrency-limit.%ed' AND event NOT LIKE '%.created' ORDER BY occurred"
            )
        ]
    names = [(event.rpartition(".")[2], resource["prefect.resource.name"]) for event, resource, *_ in found]
    assert names == [("acquired", "one"), ("acquired", "two"), ("released", "one"), ("released", "two")]
    assert [event[4] for event in found] == [None, None, found[0][3], found[1][3]]
    assert found[1][1]["limit"] == "3"
    assert found[1][1]["slots-acquired"] == "1"
    roles = {part["prefect.resource.role"] for part in found[0][2]}
    assert {"concurrency-limit", "flow-run", "flow"} <= roles


# --- rates ---------------------------------------------------------------------------------------------------------


def test_a_rate_is_kept() -> None:
    """After the slots are used up, each further one takes the time in which a slot decays."""
    a_limit("api", 2, slot_decay_per_second=10)
    began = time.monotonic()
    for _ in range(6):
        rate_limit("api")
    assert 0.4 <= time.monotonic() - began < 5


def test_rates_of_many_threads_add_up() -> None:
    """The rate holds for all who ask together."""
    a_limit("api", 1, slot_decay_per_second=20)
    began = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: rate_limit("api"), range(10)))
    assert time.monotonic() - began >= 9 / 20


def test_a_rate_needs_decay_and_is_waited_for_in_time() -> None:
    """A limit whose slots never come back is no rate limit; a slow one times out."""
    a_limit("one", 1)
    with pytest.raises(ConcurrencySlotAcquisitionError, match="do not have a decay configured: 'one'"):
        rate_limit("one")
    a_limit("slow", 1, slot_decay_per_second=0.001)
    rate_limit("slow")
    with pytest.raises(AcquireConcurrencySlotTimeoutError):
        rate_limit("slow", timeout_seconds=0.02)
