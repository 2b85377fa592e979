"""Rows 24-26, 39-41, 43-46, 49-50, 52, 54, 60: what the engine is made of, under the documented names."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

import prefect.engine
from prefect import flow, task
from prefect._internal.concurrency.api import create_call, from_async, from_sync
from prefect._internal.concurrency.threads import get_global_loop
from prefect.context import TaskRunContext
from prefect.exceptions import Abort, UpstreamTaskError
from prefect.states import Cancelled, Completed, Failed, Pending, Running, Scheduled, return_value_to_state
from prefect.tasks import task_input_hash
from prefect.utilities.annotations import Quote, quote
from prefect.utilities.engine import (
    collect_task_run_inputs,
    collect_task_run_inputs_sync,
    get_state_for_result,
    link_state_to_result,
    propose_state,
    propose_state_sync,
    resolve_inputs,
    resolve_inputs_sync,
)


@task
def give(value: Any = 1) -> Any:
    return value


@task
def bad() -> None:
    raise ValueError("bad")


def thread_name() -> str:
    return threading.current_thread().name


async def thread_name_later() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


# --- calls in other threads --------------------------------------------------------------------------------------


def test_row_024_wait_for_call_in_loop_thread() -> None:
    """Row 24: sync and async code makes calls in the loop thread and waits for the result."""
    call = create_call(thread_name_later)
    assert from_sync.wait_for_call_in_loop_thread(call) == get_global_loop().name
    assert (
        asyncio.run(from_async.wait_for_call_in_loop_thread(create_call(thread_name_later)))
        == get_global_loop().name
    )


def test_row_025_call_soon_in_loop_thread() -> None:
    """Row 25: a call can be handed to another thread, which makes it soon; its result can be waited for."""
    call = from_sync.call_soon_in_loop_thread(create_call(thread_name_later))
    assert call.result(10) == get_global_loop().name


async def test_row_026_call_soon_in_new_thread() -> None:
    """Row 26: a call can be made in a thread of its own."""
    here = threading.current_thread().name
    assert from_sync.call_soon_in_new_thread(create_call(thread_name)).result(10) != here
    assert await from_async.call_soon_in_new_thread(create_call(thread_name)).aresult() != here


def test_row_060_the_global_loop() -> None:
    """Row 60: there is one loop thread for the whole process."""
    assert get_global_loop() is get_global_loop()
    first, second = (from_sync.wait_for_call_in_loop_thread(create_call(thread_name_later)) for _ in range(2))
    assert first == second != threading.current_thread().name


# --- inputs and results ------------------------------------------------------------------------------------------


def test_row_039_collect_task_run_inputs() -> None:
    """Row 39: the runs that a value comes from are found: futures, states and results in it, not what is quoted."""

    @flow
    def parent() -> None:
        future = give.submit([1])
        future.wait()
        for value in (future, {"a": [future]}, future.state, [future.result()]):
            (found,) = collect_task_run_inputs_sync(value)
            assert (found.input_type, found.id) == ("task_run", future.task_run_id)
        assert collect_task_run_inputs_sync(quote(future)) == set()
        assert collect_task_run_inputs_sync(3) == set()

    @flow
    async def later() -> None:
        future = give.submit([1])
        assert {found.id for found in await collect_task_run_inputs([future])} == {future.task_run_id}

    parent()
    asyncio.run(later())
    assert prefect.engine.collect_task_run_inputs is collect_task_run_inputs


def test_row_040_get_state_for_result() -> None:
    """Row 40: the state, and the kind of run, that a result comes from is known in the flow run."""

    @flow
    def parent() -> None:
        value = give([5])
        state, run_type = get_state_for_result(value)
        assert (state.is_completed(), run_type) == (True, "task_run")
        assert get_state_for_result([5]) is None

    parent()
    assert get_state_for_result([5]) is None


def test_row_041_link_state_to_result() -> None:
    """Row 41: an object is linked to the run it comes from, and so are its elements; singletons are not."""

    @flow
    def parent() -> None:
        state = give(return_state=True)
        result = {"k": [7], "o": object()}
        link_state_to_result(state, result, "task_run")
        for part in (result, result["k"], result["o"]):
            linked, run_type = get_state_for_result(part)
            assert (linked.id, run_type) == (state.id, "task_run")
        for singleton in (3, None, True):
            link_state_to_result(state, singleton, "task_run")
            assert get_state_for_result(singleton) is None

    parent()
    assert link_state_to_result(Completed(), [1], "task_run") is None


def test_row_049_resolve_inputs() -> None:
    """Row 49: futures and states in parameters are replaced by their results, after waiting for them."""

    @flow
    def parent() -> None:
        future = give.submit([1, 2])
        resolved = resolve_inputs_sync({"a": future, "b": [future], "c": 4})
        assert resolved == {"a": [1, 2], "b": [[1, 2]], "c": 4}
        assert resolve_inputs_sync({"a": future.state}) == {"a": [1, 2]}

    @flow
    async def later() -> Any:
        return await resolve_inputs({"a": give.submit(3)})

    parent()
    assert asyncio.run(later()) == {"a": 3}
    assert prefect.engine.resolve_inputs is resolve_inputs


def test_row_066_task_input_hash() -> None:
    """Row 66: `task_input_hash` gives the same text for the same inputs of a task, and another for others."""

    @task
    def key(a: int, b: int) -> str | None:
        context: Any = TaskRunContext.get()
        return task_input_hash(context, {"a": a, "b": b})

    assert key(1, 2) == key(1, 2) != key(1, 3)


def test_row_050_upstream_task_error(recorded: Any) -> None:
    """Row 50: a run whose upstream did not complete raises UpstreamTaskError, which names that run."""

    @flow
    def parent() -> None:
        failed = bad.submit()
        with pytest.raises(UpstreamTaskError, match=str(failed.task_run_id)):
            resolve_inputs_sync({"a": failed})
        assert give(failed, return_state=True).name == "NotReady"

    parent()


async def test_row_052_return_value_to_state(shown: Any) -> None:
    """Row 52: a value becomes the state of the run that returned it, as its states say."""

    async def convert(value: Any) -> Any:
        return await return_value_to_state(value, None)

    assert await (await convert(1)).result() == 1
    given = Completed(message="m", data=2)
    assert shown(await convert(given)) == "COMPLETED/Completed: m"
    assert shown(await convert([Completed(), Failed()])) == "FAILED/Failed: 1/2 states failed."
    assert shown(await convert((Completed(),))) == "COMPLETED/Completed: All states completed."
    assert shown(await convert([Cancelled(), Completed()])) == "CANCELLED/Cancelled: 1/2 states cancelled."
    assert shown(await convert({"a": Failed()})) == "COMPLETED/Completed"
    assert prefect.engine.return_value_to_state is return_value_to_state


def test_row_054_quote() -> None:
    """Row 54: `quote` keeps the engine from looking into a value; `Quote` is its deprecated spelling."""

    @flow
    def parent() -> bool:
        future = give.submit(1)
        return give(quote([future]))[0] is future

    assert parent()
    assert quote([1]).unquote() == [1]
    with pytest.warns(DeprecationWarning, match="quote"):
        assert Quote(1).unquote() == 1


# --- proposing states --------------------------------------------------------------------------------------------


def test_row_043_and_045_a_proposed_state_is_accepted(stored_run: Any, recorded: Any) -> None:
    """Rows 43, 45: an accepted state is the state of the run, and is given back."""
    run = stored_run()
    assert propose_state_sync(Running(), flow_run_id=run.id).name == "Running"
    assert propose_state_sync(None, Completed(message="by hand"), run.id).message == "by hand"
    assert recorded.flow_run_states(run) == ["PENDING/Pending", "RUNNING/Running", "COMPLETED/Completed"]


async def test_row_043_propose_state_is_async(stored_run: Any) -> None:
    """Row 43: `propose_state` is awaited, takes a client or none, and is the same in `prefect.engine`."""
    run = stored_run()
    assert (await propose_state(Running(), flow_run_id=run.id)).is_running()
    assert (await propose_state(None, Completed(), flow_run_id=run.id)).is_completed()
    assert prefect.engine.propose_state is propose_state


def test_row_044_a_proposal_without_a_run_is_refused() -> None:
    """Row 44: a state that is proposed for no run is a ValueError."""
    with pytest.raises(ValueError, match="flow_run_id"):
        propose_state_sync(Running())
    with pytest.raises(ValueError, match="flow_run_id"):
        propose_state_sync(Running(), task_run_id=uuid4())


def test_row_045_a_rejected_state_is_replaced(stored_run: Any, recorded: Any) -> None:
    """Row 45: when the rules reject a state, the state that holds in its place is given."""
    run = stored_run(empirical_policy={"retries": 1, "retry_delay": 0})
    propose_state_sync(Running(), flow_run_id=run.id)
    assert propose_state_sync(Failed(), flow_run_id=run.id).name == "AwaitingRetry"
    assert recorded.flow_run_states(run)[-1] == "SCHEDULED/AwaitingRetry"


@pytest.mark.timeout(20)
def test_row_045_a_state_that_must_wait_is_proposed_again(stored_run: Any) -> None:
    """Row 45: when the rules ask to wait, the proposal is repeated after that time."""
    run = stored_run(state=Scheduled(scheduled_time=datetime.now(UTC) + timedelta(seconds=0.1)))
    assert propose_state_sync(Running(), flow_run_id=run.id).name == "Running"


def test_row_045_and_046_a_refused_proposal_aborts(stored_run: Any, recorded: Any) -> None:
    """Rows 45-46: when the rules refuse any change, `Abort` is raised, which no `except Exception` catches."""
    run = stored_run()
    with pytest.raises(Abort):
        propose_state_sync(Pending(), flow_run_id=run.id)
    assert not issubclass(Abort, Exception)
    assert recorded.flow_run_states(run) == ["PENDING/Pending"]
