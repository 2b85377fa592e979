"""Returning states and futures: how the outcome of a run is decided from what its function returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from prefect import flow, task
from prefect.exceptions import CancelledRun, CrashedRun, FailedRun
from prefect.states import Cancelled, Completed, Crashed, Failed, Paused, Pending, Running


@task
def good(value: Any = 1) -> Any:
    return value


@task
def bad() -> None:
    raise ValueError("bad")


AGGREGATES: list[tuple[str, Callable[[], Any], str]] = [
    ("a future", lambda: good.submit(), "COMPLETED/Completed: All states completed."),
    ("a failed future", lambda: bad.submit(), "FAILED/Failed: 1/1 states failed."),
    ("a state", lambda: good(return_state=True), "COMPLETED/Completed: All states completed."),
    ("a failed task's state", lambda: bad(return_state=True), "FAILED/Failed: 1/1 states failed."),
    (
        "a list of futures",
        lambda: [good.submit(), good.submit()],
        "COMPLETED/Completed: All states completed.",
    ),
    (
        "a tuple of futures",
        lambda: (good.submit(), good.submit()),
        "COMPLETED/Completed: All states completed.",
    ),
    ("a mapped list", lambda: good.map([1, 2]), "COMPLETED/Completed: All states completed."),
    ("one of two futures failed", lambda: [good.submit(), bad.submit()], "FAILED/Failed: 1/2 states failed."),
    ("one of two states failed", lambda: (Completed(), Failed()), "FAILED/Failed: 1/2 states failed."),
    ("a dictionary of futures", lambda: {"a": good.submit(), "b": bad.submit()}, "COMPLETED/Completed"),
    ("a mixed list", lambda: [good(return_state=True), 3], "COMPLETED/Completed"),
    ("an empty list", list, "COMPLETED/Completed"),
    ("one of two running", lambda: [Completed(), Running()], "FAILED/Failed: 1/2 states are not final."),
    (
        "one of two cancelled",
        lambda: [Completed(), Cancelled()],
        "CANCELLED/Cancelled: 1/2 states cancelled.",
    ),
    ("one of three paused", lambda: [Completed(), Crashed(), Paused()], "PAUSED/Paused: 1/3 states paused."),
    ("one of three failed", lambda: [Pending(), Running(), Failed()], "FAILED/Failed: 1/3 states failed."),
]


@pytest.mark.parametrize(
    ("returned", "outcome"), [case[1:] for case in AGGREGATES], ids=[case[0] for case in AGGREGATES]
)
def test_a_flow_ends_as_the_states_it_returns(returned: Callable[[], Any], outcome: str, shown: Any) -> None:
    """A flow that returns futures or states is as good as they are; other containers are plain values."""
    assert shown(flow(returned, name="give")(return_state=True)) == outcome


def test_a_returned_future_becomes_its_state(shown: Any) -> None:
    """The caller of a flow that returns futures gets their states, in the container they came in."""
    state = flow(lambda: good.submit(5), name="one")()
    assert shown(state) == "COMPLETED/Completed"
    assert state.result() == 5
    several = flow(lambda: (good.submit(5), bad.submit()), name="several")()
    assert isinstance(several, tuple)
    assert [item.type.value for item in several] == ["COMPLETED", "FAILED"]
    mixed = flow(lambda: {"a": good.submit(5), "b": [1]}, name="mixed")()
    assert shown(mixed["a"]) == "COMPLETED/Completed"
    assert mixed["b"] == [1]


def test_the_result_of_an_aggregate_raises_its_first_failure() -> None:
    """Calling a flow that returns a failed future raises; the state of several raises the first failure."""
    with pytest.raises(ValueError, match="bad"):
        flow(lambda: bad.submit(), name="one")()
    state = flow(lambda: [good.submit(), bad.submit()], name="several")(return_state=True)
    with pytest.raises(ValueError, match="bad"):
        state.result()
    assert [item.type.value for item in state.result(raise_on_failure=False)] == ["COMPLETED", "FAILED"]


def test_failed_tasks_whose_futures_are_not_returned_do_not_fail_the_flow(shown: Any) -> None:
    """A flow that returns something else, or nothing, completes although a submitted task failed."""

    def submits() -> int:
        bad.submit()
        return 1

    def observes() -> None:
        bad(return_state=True)

    assert shown(flow(submits)(return_state=True)) == "COMPLETED/Completed"
    assert shown(flow(observes)(return_state=True)) == "COMPLETED/Completed"


RETURNED_BY_A_FLOW: list[tuple[Any, str, Any]] = [
    (lambda: Completed(message="hi", name="Nice"), "COMPLETED/Nice: hi", None),
    (lambda: Completed(data=42), "COMPLETED/Completed", 42),
    (lambda: Failed(message="custom"), "FAILED/Failed: custom", FailedRun("custom")),
    (
        lambda: Failed(message="custom", data=ValueError("inner")),
        "FAILED/Failed: custom",
        ValueError("inner"),
    ),
    (lambda: Failed(message="custom", data="text"), "FAILED/Failed: custom", FailedRun("text")),
    (lambda: Failed(), "FAILED/Failed", FailedRun("Run failed.")),
    (lambda: Cancelled(message="c"), "CANCELLED/Cancelled: c", CancelledRun("c")),
    (lambda: Crashed(message="c"), "CRASHED/Crashed: c", CrashedRun("c")),
]


@pytest.mark.parametrize(
    ("returned", "outcome", "given"), RETURNED_BY_A_FLOW, ids=[case[1] for case in RETURNED_BY_A_FLOW]
)
def test_a_flow_takes_the_state_it_returns(returned: Any, outcome: str, given: Any, shown: Any) -> None:
    """A returned state becomes the state of the flow run, and its call gives or raises that state's result."""
    give = flow(returned, name="give")
    assert shown(give(return_state=True)) == outcome
    if isinstance(given, Exception):
        with pytest.raises(type(given)) as raised:
            give()
        assert str(raised.value) == str(given)
    else:
        assert give() == given


@pytest.mark.parametrize(
    ("returned", "outcome"),
    [
        (lambda: Completed(message="hi", name="Nice"), "COMPLETED/Nice: hi"),
        (lambda: Failed(message="custom"), "FAILED/Failed: custom"),
        (lambda: Cancelled(message="c"), "CANCELLED/Cancelled: c"),
        (lambda: Crashed(message="c"), "CRASHED/Crashed: c"),
    ],
    ids=["Completed", "Failed", "Cancelled", "Crashed"],
)
def test_a_task_takes_the_state_it_returns(returned: Any, outcome: str, shown: Any) -> None:
    """A state returned by a task becomes its run's state, and the call gives that state instead of raising."""
    give = task(returned, name="give")
    assert shown(give(return_state=True)) == outcome
    assert shown(give()) == outcome


def test_the_state_of_another_run_is_no_state_of_this_one(shown: Any) -> None:
    """A state that a run has already ended in is what the flow observed: it is summed up, and the caller gets it."""
    ended = flow(lambda: Completed(message="hi"), name="first")(return_state=True)
    observes = flow(lambda: ended, name="second")
    assert shown(observes(return_state=True)) == "COMPLETED/Completed: All states completed."
    assert shown(observes()) == "COMPLETED/Completed: hi"


def test_a_task_that_returns_several_states_ends_as_they_do(shown: Any) -> None:
    """A task that returns a list with a failed state is failed, and its call gives the list."""
    give = task(lambda: [Completed(), Failed()], name="give")
    assert shown(give(return_state=True)) == "FAILED/Failed: 1/2 states failed."
    assert [state.type.value for state in give()] == ["COMPLETED", "FAILED"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("returned", [Running, Pending])
def test_a_returned_state_that_is_not_final_does_not_hang(returned: Any) -> None:
    """A flow or task that returns an unfinished state ends all the same."""
    flow(returned, name="give")(return_state=True)
    task(returned, name="give")(return_state=True)
