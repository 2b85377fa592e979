"""Time that a test holds still and moves."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from prefect import _clock, flow, get_run_logger, task
from prefect.backend import get_backend
from prefect.testing.clock import Clock, hold_clock

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)


def test_time_stands_still_until_it_is_moved() -> None:
    """Whoever asks for the time gets the held one, in any thread; afterwards time goes on."""
    seen: list[datetime] = []
    with hold_clock(datetime(2030, 1, 1)) as clock:  # noqa: DTZ001 - a time without a zone is in UTC
        assert _clock.now() == NEW_YEAR == clock.now()
        assert clock.advance(90) == clock.move_to(NEW_YEAR + timedelta(seconds=90))
        assert clock.advance(timedelta(minutes=1)) == NEW_YEAR + timedelta(seconds=150)
        thread = threading.Thread(target=lambda: seen.append(_clock.now()))
        thread.start()
        thread.join()
    assert seen == [NEW_YEAR + timedelta(seconds=150)]
    assert _clock.now().year < 2030


def test_a_clock_begins_in_the_present_and_in_any_zone() -> None:
    """Without a time it stands at the present; a time of another zone is the same moment."""
    before = _clock.now()
    with hold_clock() as clock:
        assert before <= clock.now() == _clock.now()
    with hold_clock(datetime(2030, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) as clock:
        assert clock.now() == NEW_YEAR


def test_time_does_not_go_back() -> None:
    """Moving a clock back is an error that says where it stands."""
    clock = Clock(NEW_YEAR)
    with pytest.raises(ValueError, match="2030-01-01"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="moved back"):
        clock.move_to(NEW_YEAR - timedelta(days=1))


def test_clocks_can_be_held_inside_one_another() -> None:
    """The outer one holds again when the inner block ends."""
    with hold_clock(NEW_YEAR):
        with hold_clock(NEW_YEAR + timedelta(days=1)):
            assert _clock.now().day == 2
        assert _clock.now() == NEW_YEAR


@pytest.mark.parametrize("is_async", [False, True])
def test_retries_take_no_time(is_async: bool) -> None:
    """A run that waits before each new attempt goes on at once, and its states and lines tell the held time."""
    attempts: list[datetime] = []

    @task(retries=2, retry_delay_seconds=3600)
    def fails_twice() -> None:
        attempts.append(_clock.now())
        get_run_logger().info("an attempt")
        if len(attempts) < 3:
            raise ValueError

    @task(retries=2, retry_delay_seconds=3600)
    async def afails_twice() -> None:
        fails_twice.fn()

    @flow
    def parent() -> None:
        fails_twice()

    @flow
    async def aparent() -> None:
        await afails_twice()

    with hold_clock(NEW_YEAR):
        if is_async:
            asyncio.run(aparent())
        else:
            parent()
    assert [moment.hour for moment in attempts] == [0, 1, 2]
    backend = get_backend()
    (run,) = backend.list_flow_runs()
    assert run.end_time is not None
    assert run.end_time - NEW_YEAR >= timedelta(hours=2)
    lines = [line for line in backend.list_logs() if line.message == "an attempt"]
    assert [line.timestamp.hour for line in lines] == [0, 1, 2]


def test_a_run_can_wait_for_the_test() -> None:
    """Without jumping, a sleep ends when another thread has moved the clock far enough, or holds it no more."""
    clock = Clock(NEW_YEAR, jump=False)
    done = threading.Event()

    def sleep() -> None:
        clock.sleep(60)
        done.set()

    thread = threading.Thread(target=sleep)
    thread.start()
    clock.advance(59)
    assert not done.wait(0.05)
    clock.advance(61)  # enough, whether the thread began to sleep before the first move or after it
    assert done.wait(10)
    thread.join()
    with hold_clock(jump=False):
        sleeper = threading.Thread(target=lambda: _clock.sleep(1e6))
        sleeper.start()
    sleeper.join(10)
    assert not sleeper.is_alive()
