"""Futures of runs in other processes: what they tell is read from the record of the run."""

from __future__ import annotations

import asyncio
import pickle
import threading
from typing import Any
from uuid import UUID, uuid4

import pytest

from prefect import flow, task
from prefect.exceptions import ObjectNotFound
from prefect.futures import (
    PrefectConcurrentFuture,
    PrefectDistributedFuture,
    PrefectFlowRunFuture,
    PrefectFuture,
    PrefectWrappedFuture,
)
from prefect.runtime import flow_run
from prefect.schemas.run_inputs import FlowRunResult
from prefect.states import State


@flow(persist_result=True)
def double(number: int) -> int:
    """Return twice a number, or fail."""
    if number < 0:
        raise ValueError("too small")
    return number * 2


def future_of(number: int) -> PrefectFlowRunFuture[Any]:
    """Return the future of a flow run that has ended."""
    run_id = double(number, return_state=True).state_details.flow_run_id
    assert run_id is not None
    return PrefectFlowRunFuture(run_id)


def test_a_flow_run_that_ended_gives_its_result() -> None:
    """The future of a flow run knows its state and its result, in sync and in async code."""
    future = future_of(2)
    assert future.state.is_completed()
    assert future.result(timeout=30) == 4
    assert asyncio.run(future.aresult(timeout=30)) == 4
    assert future.run_input == FlowRunResult(id=future.flow_run_id)
    assert future == PrefectFlowRunFuture(future.flow_run_id) == pickle.loads(pickle.dumps(future))
    assert future != PrefectDistributedFuture(future.flow_run_id)


def test_a_flow_run_that_failed_raises_its_error() -> None:
    """The error of a flow run is raised, or returned when that is asked for."""
    future = future_of(-1)
    future.wait()
    with pytest.raises(ValueError, match="too small"):
        future.result()
    assert isinstance(future.result(raise_on_failure=False), ValueError)


def test_a_flow_run_that_goes_on_is_waited_for() -> None:
    """Waiting for a run that goes on ends at its limit, and the result says so."""

    @flow
    def outer() -> None:
        future = PrefectFlowRunFuture[Any](UUID(flow_run.id))
        future.wait(timeout=0.01)
        assert future.state.is_running()
        with pytest.raises(
            TimeoutError, match=f"Flow run {flow_run.id} did not complete within 0.01 seconds"
        ):
            future.result(timeout=0.01)

    outer()


def test_callbacks_of_one_future_share_one_thread() -> None:
    """Two callbacks of a run that goes on are both called, in their order, when it has ended."""
    seen: list[int] = []
    done = threading.Event()
    futures: list[PrefectFlowRunFuture[Any]] = []

    def last(_: PrefectFuture[Any]) -> None:
        seen.append(2)
        done.set()

    @flow
    def outer() -> None:
        future = PrefectFlowRunFuture[Any](UUID(flow_run.id))
        futures.append(future)
        future.add_done_callback(lambda _: seen.append(1))
        future.add_done_callback(last)
        assert len(future.done_callbacks) == 2
        assert future.waiter is not None

    outer()
    assert done.wait(30)
    assert seen == [1, 2]
    assert futures[0].done_callbacks == []
    futures[0].add_done_callback(lambda _: seen.append(3))
    assert seen == [1, 2, 3]


def test_a_run_that_nobody_knows_is_told() -> None:
    """The future of a run that is not recorded raises an error that names the run."""
    future = PrefectFlowRunFuture[Any](uuid4())
    with pytest.raises(ObjectNotFound, match=f"no flow run {future.flow_run_id}"):
        future.result()


def test_a_flow_run_is_waited_for_when_it_is_an_argument() -> None:
    """A task that is given the future of a flow run gets its result."""

    @task
    def add(number: Any) -> int:
        return number + 1

    @flow
    def outer() -> int:
        return add(future_of(3))

    assert outer() == 7


class Reference:
    """Stands for what another library returns and cannot be asked."""


class ReferredFuture(PrefectWrappedFuture[Any, Any]):
    """A future as integration packages make them."""

    def wait(self, timeout: float | None = None) -> None:
        """Learn the final state."""
        self._final_state = State(type="COMPLETED", name="Known")

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> Any:
        """Return nothing."""


def test_what_cannot_be_asked_is_read_from_the_record() -> None:
    """A future around something that cannot be asked tells what is recorded, until it has waited."""

    @task
    def work() -> None: ...

    @flow
    def outer() -> UUID:
        future: PrefectConcurrentFuture[Any] = work.submit()  # pyright: ignore[reportAssignmentType] - threads' futures
        future.wait()
        return future.task_run_id

    future = ReferredFuture(outer(), Reference())
    assert future.state.is_completed()
    assert future.state.name == "Completed"
    future.wait()
    assert future.state.name == "Known"
    assert ReferredFuture(uuid4(), Reference()).state.is_pending()
