"""Pausing a flow run: what its states, its waiting and its errors are, as seen on the published package."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from prefect import (
    apause_flow_run,
    aresume_flow_run,
    flow,
    pause_flow_run,
    resume_flow_run,
    suspend_flow_run,
    task,
)
from prefect._clock import now
from prefect.backend import get_backend
from prefect.exceptions import (
    Abort,
    FlowPauseTimeout,
    FlowRunWaitTimeout,
    NotPausedError,
    ObjectNotFound,
    Pause,
)
from prefect.flow_engine import run_flow
from prefect.flow_runs import wait_for_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run as present_run
from prefect.schemas.flow_runs import FlowRun
from prefect.states import Cancelled, Pending

ENOUGH = 30


class Aside:
    """A flow that runs in another thread; it tells its id, and is looked at from here."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self.outcome: Any = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(run,), daemon=True)
        self._thread.start()
        self.id: UUID = began.get(timeout=ENOUGH)

    def _run(self, run: Callable[[], Any]) -> None:
        try:
            self.outcome = run()
        except BaseException as error:  # noqa: BLE001 - it is looked at in the test
            self.error = error

    def until_paused(self) -> Any:
        """Wait until the run is paused and return its state."""
        deadline = time.monotonic() + ENOUGH
        while time.monotonic() < deadline:
            run = get_backend().read_flow_run(self.id)
            if run is not None and run.state is not None and run.state.is_paused():
                return run.state
            time.sleep(0.005)
        raise AssertionError("The run did not pause.")

    def end(self) -> Any:
        """Wait for the end of the flow and return what came of it."""
        self._thread.join(ENOUGH)
        assert not self._thread.is_alive()
        return self.outcome


began: queue.SimpleQueue[UUID] = queue.SimpleQueue()


def tell() -> UUID:
    """Say which run this is."""
    identity = UUID(str(present_run.id))
    began.put(identity)
    return identity


class Approval(RunInput):
    """What a person answers."""

    approved: bool
    comment: str = "none"


def test_a_paused_run_waits_until_it_is_resumed(recorded: Any) -> None:
    """The state tells when the pause ends and its key; the code goes on where it was, the result is None."""

    @flow
    def pausing() -> Any:
        tell()
        return pause_flow_run(timeout=60, poll_interval=60), present_run.run_count

    aside = Aside(pausing)
    details = aside.until_paused().state_details
    assert timedelta(seconds=50) < details.pause_timeout - now() < timedelta(seconds=61)
    assert (details.pause_key, details.pause_reschedule, details.run_input_keyset) == ("1", False, None)
    resume_flow_run(aside.id)
    with pytest.raises(NotPausedError, match="isn't paused"):
        resume_flow_run(aside.id)
    assert aside.end()[0] is None
    assert recorded.flow_run_states() == [
        *("PENDING/Pending", "RUNNING/Running", "PAUSED/Paused"),
        *("RUNNING/Running", "COMPLETED/Completed"),
    ]
    with pytest.raises(NotPausedError):
        resume_flow_run(aside.id)


@pytest.mark.parametrize("seconds", [0, 0.1])
def test_a_run_that_nobody_resumes_has_failed(recorded: Any, seconds: float) -> None:
    """After its time a pause raises FlowPauseTimeout, and the run is Failed, once, even if it may be retried."""

    @flow(retries=2)
    def pausing() -> None:
        pause_flow_run(timeout=seconds, poll_interval=1)

    with pytest.raises(FlowPauseTimeout, match="never resumed"):
        pausing()
    assert recorded.flow_run_states()[2:] == ["PAUSED/Paused", "FAILED/Failed"]


def test_catching_the_timeout_does_not_save_the_run(recorded: Any) -> None:
    """A run whose pause is over has failed, whatever its code does then."""

    @flow
    def pausing() -> str:
        try:
            pause_flow_run(timeout=0)
        except FlowPauseTimeout:
            return "caught"
        return "resumed"

    assert pausing(return_state=True).is_failed()
    assert recorded.flow_run_states()[-1] == "FAILED/Failed"


def test_each_pause_has_a_key_of_its_own_unless_one_is_given() -> None:
    """Pauses are numbered; a pause whose key was passed already is passed over."""

    @flow
    def pausing() -> str:
        tell()
        pause_flow_run(timeout=60)
        pause_flow_run(timeout=60, key="mine")
        pause_flow_run(timeout=60, key="mine")
        pause_flow_run(timeout=60)
        return "done"

    aside = Aside(pausing)
    for key in ("1", "mine", "4"):
        while aside.until_paused().state_details.pause_key != key:
            time.sleep(0.005)
        resume_flow_run(aside.id)
    assert aside.end() == "done"


def test_the_input_is_checked_and_given_to_the_flow() -> None:
    """A run that waits for input stays paused until it gets one that fits, and has it with its defaults."""

    @flow
    def pausing() -> Approval:
        tell()
        return pause_flow_run(wait_for_input=Approval, timeout=60)

    aside = Aside(pausing)
    keyset = aside.until_paused().state_details.run_input_keyset
    assert keyset == {
        "description": "paused-1-description",
        "response": "paused-1-response",
        "schema": "paused-1-schema",
    }
    for wrong, told in (
        (None, "'approved' is a required property"),
        ({"approved": "yes"}, "'yes' is not of type 'boolean'"),
        ({"approved": True, "z": 1}, "'z' was unexpected"),
    ):
        with pytest.raises(RuntimeError, match=told):
            resume_flow_run(aside.id, run_input=wrong)
    resume_flow_run(aside.id, run_input={"approved": True})
    approval = aside.end()
    assert approval.model_dump() == {"approved": True, "comment": "none"}
    assert approval.metadata.key == "paused-1-response"


class Order(BaseModel):
    """A model that knows nothing of inputs."""

    number: int


def test_plain_types_models_and_filled_forms_can_be_waited_for() -> None:
    """A plain type gives its value, a pydantic model itself, a form that is filled in beforehand its defaults."""

    @flow
    def pausing() -> tuple[Any, ...]:
        tell()
        return (
            pause_flow_run(wait_for_input=int, timeout=60),
            pause_flow_run(wait_for_input=Order, timeout=60),
            pause_flow_run(wait_for_input=Approval.with_initial_data("Sure?", approved=True), timeout=60),
        )

    aside = Aside(pausing)
    for key, given in (("1", {"value": 3}), ("2", {"number": 4}), ("3", {"comment": "yes"})):
        while aside.until_paused().state_details.pause_key != key:
            time.sleep(0.005)
        resume_flow_run(aside.id, run_input=given)
    number, order, approval = aside.end()
    assert (number, order.number, isinstance(order, Order)) == (3, 4, True)
    assert (approval.approved, approval.comment) == (True, "yes")


async def test_an_async_flow_pauses_without_holding_up_its_loop() -> None:
    """In async code the same names are awaited; the loop goes on, and may be the one that resumes."""
    identity: asyncio.Future[UUID] = asyncio.get_running_loop().create_future()

    @flow
    async def pausing() -> int:
        identity.set_result(UUID(str(present_run.id)))
        first = await pause_flow_run(wait_for_input=int, timeout=60)  # pyright: ignore[reportGeneralTypeIssues] - awaitable in async code
        return first + await apause_flow_run(wait_for_input=int, timeout=60)

    running = asyncio.create_task(pausing())
    run_id = await identity
    given = 0
    while not running.done():
        with_input = {"value": given + 1}
        try:
            await aresume_flow_run(run_id, run_input=with_input)
            given += 1
        except NotPausedError:
            await asyncio.sleep(0.005)
    assert (await running, given) == (3, 2)


def test_a_task_pauses_its_flow_but_cannot_suspend_it() -> None:
    """`pause_flow_run` in a task pauses the flow run; `suspend_flow_run` there is an error."""

    @task
    def pausing_task() -> str:
        pause_flow_run(timeout=60)
        return "resumed"

    @task
    def suspending_task() -> None:
        suspend_flow_run()

    @flow
    def pausing() -> str:
        tell()
        with pytest.raises(RuntimeError, match="Cannot suspend task runs"):
            suspending_task()
        return pausing_task()

    aside = Aside(pausing)
    aside.until_paused()
    resume_flow_run(aside.id)
    assert aside.end() == "resumed"


def test_a_subflow_pauses_alone() -> None:
    """A paused subflow leaves its parent running."""

    @flow
    def child() -> str:
        tell()
        pause_flow_run(timeout=60)
        return "child"

    @flow
    def parent() -> tuple[str, str]:
        return present_run.id or "", child()

    aside = Aside(parent)
    aside.until_paused()
    states = {run.id: run.state_name for run in get_backend().list_flow_runs()}
    assert states.pop(aside.id) == "Paused"
    assert list(states.values()) == ["Running"]
    resume_flow_run(aside.id)
    assert aside.end()[1] == "child"


def test_what_nothing_would_start_again_cannot_be_suspended() -> None:
    """A run without a deployment and a subflow fail with an error that says why."""

    @flow
    def suspending() -> None:
        suspend_flow_run()

    @flow
    def parent() -> None:
        suspending()

    with pytest.raises(RuntimeError, match=r"cannot be suspended: .*deployment"):
        suspending()
    with pytest.raises(RuntimeError, match=r"cannot be suspended: .*subflow"):
        parent()


def test_the_documented_older_form_suspends() -> None:
    """`pause_flow_run(reschedule=True)` suspends: the call of the flow ends with the signal Pause."""

    @flow
    def suspending() -> None:
        pause_flow_run(reschedule=True, timeout=60)

    run = FlowRun(
        flow_id=get_backend().register_flow("suspending").result().id, deployment_id=uuid4(), state=Pending()
    )
    stored = get_backend().create_flow_run(run).result()
    with pytest.raises(Pause) as caught:
        run_flow(suspending, flow_run=stored)
    assert caught.value.state is not None
    assert caught.value.state.name == "Suspended"
    assert caught.value.state.state_details.pause_reschedule


def test_a_run_that_is_cancelled_while_it_is_paused_stops_waiting(recorded: Any) -> None:
    """The process does not wait out the pause: the code ends at once, and the run stays Cancelled."""

    @flow
    def pausing() -> None:
        tell()
        pause_flow_run(timeout=3600)

    aside = Aside(pausing)
    aside.until_paused()
    get_backend().propose_flow_run_state(aside.id, Cancelled(), force=True).result()
    aside.end()
    assert isinstance(aside.error, Abort)
    assert "Cancelled" in str(aside.error)
    assert recorded.flow_run_states()[-1] == "CANCELLED/Cancelled"


def test_a_run_that_is_deleted_while_it_is_paused_ends_with_an_error() -> None:
    """The code is told that its run does not exist any more."""

    @flow
    def pausing() -> None:
        tell()
        pause_flow_run(timeout=3600)

    aside = Aside(pausing)
    aside.until_paused()
    get_backend().delete_flow_run(aside.id).result()
    aside.end()
    assert isinstance(aside.error, ObjectNotFound)


async def test_waiting_for_a_run_ends_with_the_run_or_with_an_error() -> None:
    """`wait_for_flow_run` gives the run that has ended; it raises when the time is over or there is no such run."""

    @flow
    def pausing() -> None:
        tell()
        pause_flow_run(timeout=60)

    aside = Aside(pausing)
    with pytest.raises(FlowRunWaitTimeout, match="exceeded watch timeout of 0"):
        await wait_for_flow_run(aside.id, timeout=0)
    await asyncio.to_thread(aside.until_paused)
    waiting = asyncio.create_task(wait_for_flow_run(aside.id, log_states=True, poll_interval=10))
    await aresume_flow_run(aside.id)
    ended = await waiting
    assert ended.state is not None
    assert ended.state.is_completed()
    await asyncio.to_thread(aside.end)
    with pytest.raises(ObjectNotFound):
        await wait_for_flow_run(uuid4())
