"""States and their results: written with a state, read when they are there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from prefect import states
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore
from prefect.schemas.states import State
from prefect.states import (
    exception_to_crashed_state,
    exception_to_failed_state,
    get_state_result,
    return_value_to_state,
)


def store_in(folder: Path) -> ResultStore:
    """Return a store that writes into a folder."""
    return ResultStore(result_storage=LocalFileSystem(basepath=str(folder)))


def as_stored(state: State[Any]) -> State[Any]:
    """Return a state as another process reads it."""
    return State.model_validate_json(state.model_dump_json())


async def test_a_value_is_written_with_its_state(tmp_path: Path) -> None:
    """A value that is written with its state can be read from the state in another process."""
    state = await return_value_to_state([1, 2], store_in(tmp_path), key="pair", write_result=True)
    assert state.is_completed()
    assert (tmp_path / "pair").exists()
    assert await get_state_result(as_stored(state)) == [1, 2]


async def test_a_value_has_a_place_before_it_is_written(tmp_path: Path) -> None:
    """A state whose result is not written yet knows where it goes; without a store it keeps the value here."""
    store = store_in(tmp_path)
    state = await return_value_to_state(3, store, key="number")
    assert not (tmp_path / "number").exists()
    assert await get_state_result(state) == 3
    await store.apersist_result_record(state.data)
    assert await get_state_result(as_stored(state)) == 3
    assert (await return_value_to_state(4)).data.metadata is None


async def test_an_exception_is_written_with_its_state(tmp_path: Path) -> None:
    """The exception of a failed state can be raised in another process."""
    state = await exception_to_failed_state(
        ValueError("no"), store_in(tmp_path), write_result=True, message="It failed:"
    )
    assert state.message == "It failed: ValueError: no"
    with pytest.raises(ValueError, match="no"):
        await get_state_result(as_stored(state))
    crashed = await exception_to_crashed_state(KeyboardInterrupt(), store_in(tmp_path))
    assert crashed.is_crashed()
    assert crashed.data.metadata is not None


async def test_a_result_that_comes_late_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result that its storage does not show yet is looked for again."""
    store = store_in(tmp_path)
    state = await return_value_to_state("late", store, key="late")
    looked = asyncio.Event()
    sleep = asyncio.sleep

    async def write_meanwhile(_: float) -> None:
        looked.set()
        await store.apersist_result_record(state.data)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", write_meanwhile)
    assert await get_state_result(as_stored(state)) == "late"
    assert looked.is_set()


async def test_a_result_that_never_comes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that is gone is told after some looks, or at once if that is asked for."""
    state = as_stored(await return_value_to_state(1, store_in(tmp_path), key="gone"))
    monkeypatch.setattr(states, "RESULT_READ_RETRY_DELAY", 0.0)
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", note)
    with pytest.raises(ValueError, match="gone"):
        await get_state_result(state)
    assert len(waits) == states.RESULT_READ_MAXIMUM_ATTEMPTS - 1
    with pytest.raises(ValueError, match="gone"):
        await get_state_result(state, retry_result_failure=False)
    assert len(waits) == states.RESULT_READ_MAXIMUM_ATTEMPTS - 1
