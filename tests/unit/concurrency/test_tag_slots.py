from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from prefect import flow, tags, task
from prefect._engine import tag_slots
from prefect._ids import uuid7
from prefect.backend import get_backend
from prefect.concurrency.v1.asyncio import concurrency as async_v1_concurrency
from prefect.concurrency.v1.sync import concurrency as v1_concurrency
from prefect.exceptions import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError
from prefect.store.tag_limits import read_concurrency_limit_by_tag
from tests.unit.concurrency.limits import ENOUGH, a_tag_limit, holders, perform, queued, taken, until


class Crowd:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._guard = threading.Lock()

    def visit(self, seconds: float = 0.01) -> None:
        """Be inside for a moment."""
        with self._guard:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(seconds)
        with self._guard:
            self.inside -= 1


def states_of(task_run_id: Any) -> list[str]:
    """Return the names of the states a task run was in."""
    get_backend().flush().result(ENOUGH)
    return [state.name or "" for state in get_backend().read_task_run_states(task_run_id)]


def test_task_runs_with_a_tag_take_turns() -> None:
    """Never more task runs with a tag are running than its limit says; the others wait in Pending."""
    a_tag_limit("db", 2)
    crowd = Crowd()

    @task(tags=["db"])
    def work(_: int) -> None:
        crowd.visit()

    @flow
    def main() -> list[Any]:
        futures = work.map(range(8))
        futures.wait()
        return [future.task_run_id for future in futures]

    ids = main()
    assert crowd.most == 2
    assert {tuple(states_of(each)) for each in ids} == {("Pending", "Running", "Completed")}
    until(lambda: taken("tag:db") == 0)
    assert queued() == 0


def test_async_task_runs_take_turns() -> None:
    """Async task runs keep to the limit without holding up their loop."""
    a_tag_limit("db", 1)
    inside, most = 0, 0

    @task(tags=["db"])
    async def work(_: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1

    @flow
    async def main() -> None:
        await asyncio.gather(*(work(number) for number in range(4)))

    asyncio.run(main())
    assert most == 1


def test_tags_of_the_context_count_too() -> None:
    """A tag that the run got from around it limits it as well, and the task run is the holder."""
    a_tag_limit("nightly", 1)

    @task
    def work() -> list[Any]:
        return holders("tag:nightly")

    with tags("nightly"):
        (holder,) = work()
    assert holder.holder.type == "task_run"


def test_a_failed_run_gives_its_slot_back_and_holds_none_while_it_waits_for_a_retry() -> None:
    """While a run waits to be tried again, its slot is there for others."""
    a_tag_limit("db", 1)
    waiting = threading.Event()
    attempts: list[int] = []

    @task(tags=["db"], retries=1, retry_delay_seconds=0.3)
    def flaky() -> str:
        attempts.append(taken("tag:db"))
        if len(attempts) == 1:
            waiting.set()
            raise ValueError("not yet")
        return "done"

    @flow
    def main() -> tuple[str, Any]:
        future = flaky.submit()
        waiting.wait(ENOUGH)
        until(lambda: taken("tag:db") == 0)
        assert len(attempts) == 1
        return future.result(), future.task_run_id

    result, run_id = main()
    assert (result, attempts) == ("done", [1, 1])
    assert states_of(run_id) == ["Pending", "Running", "AwaitingRetry", "Retrying", "Completed"]
    until(lambda: taken("tag:db") == 0)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_run_that_ends_badly_gives_its_slot_back(error: type[BaseException]) -> None:
    """Failure and crash leave no slot behind."""
    a_tag_limit("db", 1)

    @task(tags=["db"])
    def work() -> None:
        raise error

    with pytest.raises(error):
        work()
    until(lambda: taken("tag:db") == 0)


def test_a_limit_of_zero_fails_the_run_at_once() -> None:
    """No task run with the tag can start, so that it fails with the reason and does not wait for ever."""
    a_tag_limit("none", 0)

    @task(tags=["none"])
    def never() -> None:
        raise AssertionError

    with pytest.raises(ConcurrencySlotAcquisitionError, match="'tag:none', which has 0"):
        never()
    state = never(return_state=True)
    assert state.is_failed()


def test_a_new_limit_is_seen_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that is created while a process runs holds after a moment; until then the tags are not read again."""
    reads: list[object] = []
    backend = get_backend()
    perform_ = backend.perform

    def counting(operation: Any, *args: Any, **kwargs: Any) -> Any:
        reads.append(operation)
        return perform_(operation, *args, **kwargs)

    @task(tags=["db"])
    def work() -> int:
        limits = perform_(tag_slots.read_concurrency_limits).result()
        return len(limits[0].active_slots) if limits else 0

    @task
    def untagged() -> None:
        pass

    @flow
    def main() -> None:
        monkeypatch.setattr(backend, "perform", counting)
        untagged()
        assert reads == []
        for _ in range(3):
            work()
        assert reads == [tag_slots.read_concurrency_limits]
        monkeypatch.setattr(backend, "perform", perform_)
        a_tag_limit("db", 1)
        monkeypatch.setattr(tag_slots, "KNOWN_FOR", 0.0)
        assert work() == 1

    main()


def test_slots_of_tags_can_be_taken_by_hand() -> None:
    """Code that knows its task run takes and gives back the slots of tags itself."""
    a_tag_limit("db", 1)
    one, other = uuid7(), uuid7()
    with v1_concurrency(["db", "nowhere"], one):
        assert perform(read_concurrency_limit_by_tag, "db").active_slots == [one]
        with (
            pytest.raises(AcquireConcurrencySlotTimeoutError, match="for the db tag"),
            v1_concurrency("db", other, timeout_seconds=0.02),
        ):
            raise AssertionError
    with v1_concurrency("db", other, timeout_seconds=ENOUGH):
        pass
    a_tag_limit("none", 0)
    with pytest.raises(ConcurrencySlotAcquisitionError, match="is 0"), v1_concurrency("none", one):
        raise AssertionError


async def test_slots_of_tags_can_be_taken_by_hand_in_async_code() -> None:
    """The async form waits without holding up the loop."""
    a_tag_limit("db", 1)
    order: list[int] = []

    async def work(number: int) -> None:
        async with async_v1_concurrency("db", uuid7(), timeout_seconds=ENOUGH):
            order.append(number)
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(work(number) for number in range(3)))
    assert order[0::2] == order[1::2]
