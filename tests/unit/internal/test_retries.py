"""Calling again what failed."""

from __future__ import annotations

import asyncio
import logging

import pytest

from prefect._internal.retries import exponential_backoff_with_jitter, retry_async_fn

LOGGER = "prefect._internal.retries"


def test_delays_grow_up_to_a_limit() -> None:
    """Each delay is about twice the one before, up to the longest."""
    for attempt, middle in enumerate([1, 2, 4, 8, 10, 10]):
        assert middle * 0.69 < exponential_backoff_with_jitter(attempt, 1, 10) < middle * 1.31


async def test_a_function_is_called_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A function that fails is called again until it works or has failed often enough."""
    calls: list[int] = []
    delays: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        delays.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)

    @retry_async_fn(max_attempts=3, backoff_strategy=lambda attempt, base, _: base * attempt, base_delay=2)
    async def works_the_third_time() -> int:
        """Work, in the end."""
        calls.append(1)
        if len(calls) < 3:
            raise ConnectionError("gone")
        return len(calls)

    with caplog.at_level(logging.WARNING, logger=LOGGER):
        assert await works_the_third_time() == 3
    assert delays == [0, 2]
    assert works_the_third_time.__doc__ == "Work, in the end."
    assert "'works_the_third_time' failed: gone" in caplog.text


async def test_a_function_that_never_works_raises(caplog: pytest.LogCaptureFixture) -> None:
    """The last error is raised; one of another kind is raised at once."""
    calls: list[int] = []

    @retry_async_fn(max_attempts=2, base_delay=0, retry_on_exceptions=(ValueError,), operation_name="reading")
    async def fails(kind: type[Exception]) -> None:
        calls.append(1)
        raise kind("no")

    with caplog.at_level(logging.ERROR, logger=LOGGER), pytest.raises(ValueError, match="no"):
        await fails(ValueError)
    assert len(calls) == 2
    assert "'reading' failed after 2 attempts" in caplog.text
    with pytest.raises(KeyError):
        await fails(KeyError)
    assert len(calls) == 3
