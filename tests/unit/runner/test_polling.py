"""Looking for runs: each is handed on at its time, once, and as long as there are places."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from prefect._clock import now
from prefect._ids import uuid7
from prefect.runner.asking import OrchestrationAway
from prefect.runner.polling import Poller
from prefect.schemas.flow_runs import FlowRun

pytestmark = pytest.mark.asyncio


def run_due(seconds: float) -> FlowRun:
    """Return a run that is due in so many seconds."""
    return FlowRun(flow_id=uuid7(), next_scheduled_start_time=now() + timedelta(seconds=seconds))


class Runs:
    """A source of runs that knows what it was asked."""

    def __init__(self, *runs: FlowRun) -> None:
        self.runs = list(runs)
        self.asked = 0
        self.is_away = False

    async def due(self, before: datetime, limit: int) -> Sequence[FlowRun]:
        """Return those that are due before a time."""
        self.asked += 1
        if self.is_away:
            raise OrchestrationAway("no answer")
        found = [run for run in self.runs if (run.next_scheduled_start_time or before) <= before]
        return found[:limit]


class Hand:
    """Takes runs, and holds each until it is let go."""

    def __init__(self, source: Runs, places: int | None = None, prefetch_seconds: float = 10) -> None:
        self.taken: list[tuple[FlowRun, datetime]] = []
        self.let_go = asyncio.Event()
        self._source = source
        self._places = places
        self.poller = Poller(
            source,
            self.take,
            places=lambda: None if places is None else places - self.poller.in_hand,
            query_seconds=60,
            prefetch_seconds=prefetch_seconds,
        )

    async def take(self, run: FlowRun) -> None:
        """Execute a run, so to speak."""
        self.taken.append((run, now()))
        self._source.runs.remove(run)
        await self.let_go.wait()

    async def until(self, number: int) -> None:
        """Return when so many runs were taken."""
        async with asyncio.timeout(20):
            while len(self.taken) < number:  # noqa: ASYNC110 - simple, and long enough
                await asyncio.sleep(0.01)


async def test_each_run_is_handed_on_at_its_time() -> None:
    """One look is enough: what is due soon is remembered, and handed on when it is due and not before."""
    late, soon, far = run_due(-5), run_due(0.4), run_due(60)
    source = Runs(soon, late, far)
    hand = Hand(source)
    polling = asyncio.create_task(hand.poller.run())
    await hand.until(2)
    assert [run for run, _ in hand.taken] == [late, soon]
    assert soon.next_scheduled_start_time is not None
    assert timedelta(0) <= hand.taken[1][1] - soon.next_scheduled_start_time < timedelta(seconds=2)
    assert source.asked == 1
    hand.let_go.set()
    hand.poller.stop()
    await polling
    await hand.poller.until_done()
    assert source.runs == [far]


async def test_no_more_runs_are_taken_than_there_are_places() -> None:
    """The next run is taken when one before has ended, without another look; the one that waits longest first."""
    source = Runs(*(run_due(-number) for number in (1, 3, 2)))
    first, second, third = source.runs[1], source.runs[2], source.runs[0]
    hand = Hand(source, places=2)
    polling = asyncio.create_task(hand.poller.run())
    await hand.until(2)
    await asyncio.sleep(0.05)
    assert [run for run, _ in hand.taken] == [first, second]
    assert hand.poller.in_hand == 2
    hand.let_go.set()
    await hand.until(3)
    assert hand.taken[2][0] == third
    assert source.asked == 1
    hand.poller.stop()
    await polling


async def test_it_looks_when_it_is_woken() -> None:
    """A run that was created since the last look is found as soon as somebody says so."""
    source = Runs()
    hand = Hand(source)
    polling = asyncio.create_task(hand.poller.run())
    await asyncio.sleep(0.05)
    assert source.asked == 1
    source.runs.append(run_due(0))
    hand.poller.wake()
    await hand.until(1)
    hand.let_go.set()
    hand.poller.stop()
    await polling


async def test_what_is_known_is_handed_on_while_nobody_answers() -> None:
    """A source that is away takes nothing back, and is not counted as a look."""
    soon = run_due(0.3)
    source = Runs(soon)
    hand = Hand(source)
    await hand.poller.look()
    seen = hand.poller.last_polled
    source.is_away = True
    await hand.poller.look()
    assert seen is not None
    assert hand.poller.last_polled == seen
    polling = asyncio.create_task(hand.poller.run())
    await hand.until(1)
    hand.let_go.set()
    hand.poller.stop()
    await polling


async def test_what_is_no_longer_there_is_forgotten() -> None:
    """A run that was deleted, or put off, is not handed on."""
    source = Runs(run_due(0.2))
    hand = Hand(source)
    await hand.poller.look()
    source.runs.clear()
    await hand.poller.look()
    await asyncio.sleep(0.3)
    hand.poller.hand_on()
    assert hand.taken == []


async def test_looking_once_executes_what_is_found() -> None:
    """It returns when all that was due within the time looked ahead has ended."""
    source = Runs(run_due(-1), run_due(0.2), run_due(100))
    hand = Hand(source, places=1, prefetch_seconds=1)
    hand.let_go.set()
    async with asyncio.timeout(20):
        await hand.poller.run_once()
    assert len(hand.taken) == 2
    assert source.asked == 1


async def test_a_run_that_cannot_be_executed_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An error that nobody expected is logged, and the place is free again."""
    source = Runs(run_due(-2), run_due(-1))

    async def take(run: FlowRun) -> None:
        source.runs.remove(run)
        if len(source.runs) == 1:
            raise ValueError("as it should")

    poller = Poller(source, take, places=lambda: 1 - poller.in_hand, query_seconds=60, prefetch_seconds=1)
    async with asyncio.timeout(20):
        await poller.run_once()
    assert source.runs == []
    assert "could not be executed" in caplog.text
    assert "as it should" in caplog.text


async def test_who_is_woken_while_looking_looks_again() -> None:
    """What comes into being after a look was answered, and before that is known, does not wait for the next one."""
    source = Runs()
    hand = Hand(source)
    look = source.due

    async def answered_late(before: datetime, limit: int) -> Sequence[FlowRun]:
        found = await look(before, limit)
        if source.asked == 1:
            source.runs.append(run_due(-1))
            hand.poller.wake()
            await asyncio.sleep(0)
        return found

    source.due = answered_late  # type: ignore[method-assign]
    polling = asyncio.create_task(hand.poller.run())
    await hand.until(1)
    hand.poller.stop()
    hand.let_go.set()
    await polling
