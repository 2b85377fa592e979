"""State hooks: which run, in which order, with what, and what happens when they raise."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from prefect import flow, task
from prefect.context import FlowRunContext, TaskRunContext
from prefect.states import Cancelled, Crashed

FLOW_EVENTS = ["on_completion", "on_failure", "on_cancellation", "on_crashed", "on_running"]
TASK_EVENTS = ["on_completion", "on_failure", "on_running"]


@pytest.fixture
def called() -> list[str]:
    """What the hooks of the test have noted."""
    return []


def hooks(called: list[str], events: list[str]) -> dict[str, Any]:
    """One hook per event that notes the event and the name of the state."""

    def note(event: str, source: Any, run: Any, state: Any) -> None:
        called.append(f"{event} {state.name}")

    return {event: [functools.partial(note, event.removeprefix("on_"))] for event in events}


def fail() -> None:
    raise ValueError("fail")


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (lambda: 1, ["running Running", "completion Completed"]),
        (fail, ["running Running", "failure Failed"]),
        (lambda: Crashed(), ["running Running", "crashed Crashed"]),
        (lambda: Cancelled(), ["running Running"]),
    ],
    ids=["completed", "failed", "returned Crashed", "returned Cancelled"],
)
def test_the_hooks_of_a_flow_follow_its_states(fn: Any, expected: list[str], called: list[str]) -> None:
    """Each state of a flow run calls the hooks of that event."""
    flow(fn, name="hooked", **hooks(called, FLOW_EVENTS))(return_state=True)
    assert called == expected


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_crash_hooks_run_before_the_interrupt_goes_on(error: type[BaseException], called: list[str]) -> None:
    """A flow that is interrupted runs its crash hooks, and no failure hooks."""

    def crash() -> None:
        raise error

    with pytest.raises(error):
        flow(crash, **hooks(called, FLOW_EVENTS))()
    assert called == ["running Running", "crashed Crashed"]


@pytest.mark.parametrize(
    ("fn", "expected"),
    [
        (lambda: 1, ["running Running", "completion Completed"]),
        (fail, ["running Running", "failure Failed"]),
        (lambda: Crashed(), ["running Running"]),
        (lambda: Cancelled(), ["running Running"]),
    ],
    ids=["completed", "failed", "returned Crashed", "returned Cancelled"],
)
@pytest.mark.parametrize("submitted", [False, True])
def test_the_hooks_of_a_task_follow_its_states(
    fn: Any, expected: list[str], submitted: bool, called: list[str]
) -> None:
    """Each state of a task run calls the hooks of that event, called or submitted."""
    hooked = task(fn, name="hooked", **hooks(called, TASK_EVENTS))
    if submitted:
        flow(lambda: hooked.submit().wait(), name="parent")()
    else:
        hooked(return_state=True)
    assert called == expected


def test_an_interrupted_task_runs_no_end_hooks(called: list[str]) -> None:
    """A task that is interrupted has neither completed nor failed."""
    with pytest.raises(KeyboardInterrupt):
        task(interrupt, **hooks(called, TASK_EVENTS))()
    assert set(called) == {"running Running"}


@pytest.mark.parametrize(
    ("kind", "events", "again"), [(flow, FLOW_EVENTS, "Running"), (task, TASK_EVENTS, "Retrying")]
)
def test_only_the_last_attempt_ends_a_run(
    kind: Any, events: list[str], again: str, called: list[str]
) -> None:
    """Running hooks run for every attempt, failure hooks only when no attempt is left."""
    calls: list[int] = []

    def fails_at_first() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise ValueError

    kind(fails_at_first, retries=2, **hooks(called, events))()
    assert called == ["running Running", f"running {again}", f"running {again}", "completion Completed"]


def test_hooks_get_the_flow_its_run_and_the_state(recorded: Any) -> None:
    """A flow hook is called with the flow, its run in the new state, and that state, inside the run's context."""
    got: list[Any] = []

    def look(source: Any, run: Any, state: Any) -> None:
        got.append(
            (source is hooked, run.id, run.state.name, state.is_final(), FlowRunContext.get() is not None)
        )

    hooked = flow(fail, on_failure=[look])
    hooked(return_state=True)
    assert got == [(True, recorded.flow_run().id, "Failed", True, True)]


def test_hooks_get_the_task_its_run_and_the_state(recorded: Any) -> None:
    """A task hook is called with the task, its run in the new state, and that state, inside the run's context."""
    got: list[Any] = []

    def look(source: Any, run: Any, state: Any) -> None:
        got.append(
            (source is hooked, run.id, run.state.name, state.result(), TaskRunContext.get() is not None)
        )

    hooked = task(lambda: 5, name="five", on_completion=[look])
    hooked()
    assert got == [(True, recorded.task_run().id, "Completed", 5, True)]


@pytest.mark.parametrize("kind", [flow, task])
def test_a_raising_hook_changes_nothing(kind: Any, called: list[str], recorded: Any) -> None:
    """An exception in a hook is logged; later hooks run and the state stays."""

    def broken(*_: Any) -> None:
        called.append("broken")
        raise RuntimeError("hook")

    def takes_nothing() -> None:
        called.append("never")

    def after(*_: Any) -> None:
        called.append("after")

    run = kind(lambda: 1, name="hooked", on_running=[broken], on_completion=[broken, takes_nothing, after])
    assert run(return_state=True).name == "Completed"
    assert called == ["broken", "broken", "after"]
    assert any("broken" in message for message in recorded.messages(minimum_level=40))


@pytest.mark.parametrize("kind", [flow, task])
@pytest.mark.parametrize("is_async", [False, True])
async def test_hooks_may_be_async(kind: Any, is_async: bool, called: list[str]) -> None:
    """Async hooks are awaited, on sync and async runs, in the order in which they were given."""

    async def first(source: Any, run: Any, state: Any) -> None:
        called.append("first")

    def second(*_: Any) -> None:
        called.append("second")

    async def later() -> int:
        return 1

    hooked = kind(later if is_async else lambda: 1, name="hooked", on_completion=[first, second])
    given = hooked()
    assert (await given if is_async else given) == 1
    assert called == ["first", "second"]


@pytest.mark.parametrize(("kind", "events"), [(flow, FLOW_EVENTS), (task, TASK_EVENTS)])
def test_hooks_can_be_added_as_decorators(kind: Any, events: list[str]) -> None:
    """`@my_flow.on_completion` adds a hook and gives the function back."""
    hooked = kind(lambda: 1, name="hooked")
    for event in events:

        def hook(*_: Any) -> None:
            """Do nothing."""

        assert getattr(hooked, event)(hook) is hook
        assert getattr(hooked, f"{event}_hooks") == [hook]


@pytest.mark.parametrize("kind", [flow, task])
@pytest.mark.parametrize(("given", "message"), [(print, "iterable|list"), (["x"], "callable")])
def test_wrong_hooks_are_refused(kind: Any, given: Any, message: str) -> None:
    """Hooks are given as a list of callables; anything else is a TypeError that names the option."""
    with pytest.raises(TypeError, match=f"(?s)({message}).*on_completion|on_completion.*({message})"):
        kind(lambda: 1, name="hooked", on_completion=given)


def test_wrong_parameters_call_failure_hooks(called: list[str]) -> None:
    """A flow run with parameters of the wrong type fails without having run, and calls its failure hooks."""

    def takes(number: int) -> None:
        """Do nothing."""

    flow(takes, **hooks(called, FLOW_EVENTS))("x", return_state=True)
    assert called == ["failure Failed"]


def test_a_task_that_is_not_ready_calls_no_hooks(called: list[str]) -> None:
    """A run that never began has no hooks to call."""
    hooked = task(lambda value: value, name="hooked", **hooks(called, TASK_EVENTS))
    flow(lambda: hooked.submit(task(fail).submit()).wait(), name="parent")()
    assert called == []


def test_a_timed_out_flow_calls_failure_hooks(called: list[str]) -> None:
    """A timeout is a failure to the hooks."""

    def own() -> None:
        raise TimeoutError

    flow(own, **hooks(called, FLOW_EVENTS))(return_state=True)
    assert called == ["running Running", "failure TimedOut"]
