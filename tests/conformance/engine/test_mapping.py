"""`map`: which arguments are iterated, which are constants, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from prefect import allow_failure, flow, task, unmapped
from prefect.exceptions import (
    MappingLengthMismatch,
    MappingMissingIterable,
    ParameterBindError,
    UpstreamTaskError,
)
from prefect.runtime import task_run


@task
def pair(a: Any, b: Any = 0) -> tuple[Any, Any]:
    return (a, b)


@task
def give(value: Any = 1) -> Any:
    return value


@task
def bad() -> None:
    raise ValueError("bad")


@task
def named(**values: Any) -> dict[str, Any]:
    return values


@task
def listed(*values: Any) -> tuple[Any, ...]:
    return values


CASES: list[tuple[str, Callable[[], Any], Any]] = [
    ("a list", lambda: pair.map([1, 2]), [(1, 0), (2, 0)]),
    ("a tuple", lambda: pair.map((1, 2)), [(1, 0), (2, 0)]),
    ("a range", lambda: pair.map(range(2)), [(0, 0), (1, 0)]),
    ("a generator", lambda: pair.map(x for x in range(2)), [(0, 0), (1, 0)]),
    ("two lists", lambda: pair.map([1, 2], [3, 4]), [(1, 3), (2, 4)]),
    ("an empty list", lambda: pair.map([]), []),
    ("a number beside", lambda: pair.map([1, 2], b=5), [(1, 5), (2, 5)]),
    ("a text beside", lambda: pair.map([1, 2], b="ab"), [(1, "ab"), (2, "ab")]),
    ("bytes beside", lambda: pair.map([1, 2], b=b"ab"), [(1, b"ab"), (2, b"ab")]),
    ("unmapped", lambda: pair.map([1, 2], b=unmapped([5, 6, 7])), [(1, [5, 6, 7]), (2, [5, 6, 7])]),
    ("an unmapped future", lambda: pair.map([1], b=unmapped(give.submit(7))), [(1, 7)]),
    ("a future of a list", lambda: pair.map(give.submit([1, 2])), [(1, 0), (2, 0)]),
    ("a list of futures", lambda: pair.map([give.submit(1), give.submit(2)]), [(1, 0), (2, 0)]),
    ("a list of mapped futures", lambda: pair.map(give.map([1, 2])), [(1, 0), (2, 0)]),
    ("a list of states", lambda: pair.map([give(1, return_state=True)]), [(1, 0)]),
    ("allow_failure of a list", lambda: pair.map(allow_failure([1, 2])), [(1, 0), (2, 0)]),
    ("keywords", lambda: named.map(a=[1, 2], b=3), [{"a": 1, "b": 3}, {"a": 2, "b": 3}]),
    (
        "positions",
        lambda: listed.map([1, 2], [3, 4]),
        [(1, 2), (3, 4)],
    ),  # `values` is the one iterable parameter
]


@pytest.mark.parametrize(("mapped", "results"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_map_calls_the_task_per_element(mapped: Callable[[], Any], results: Any) -> None:
    """Iterables are mapped over together; everything else is passed to each call."""
    assert flow(lambda: mapped().result(), name="parent")() == results


def test_an_unordered_iterable_is_mapped() -> None:
    """A set is mapped over as well."""
    assert sorted(flow(lambda: pair.map({1, 2}).result(), name="parent")()) == [(1, 0), (2, 0)]


REFUSED: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("lengths", lambda: pair.map([1, 2], [1]), MappingLengthMismatch, r"\{'a': 2, 'b': 1\}"),
    ("no iterable", lambda: pair.map(1, 2), MappingMissingIterable, "iterable"),
    ("all unmapped", lambda: pair.map(unmapped([1]), unmapped([2])), MappingMissingIterable, "iterable"),
    ("an unknown argument", lambda: pair.map([1], zz=[1]), ParameterBindError, "zz"),
    ("a missing argument", lambda: pair.map(b=[1]), ParameterBindError, "'a'"),
    ("a failed future of a list", lambda: pair.map(bad.submit()), UpstreamTaskError, "COMPLETED"),
]


@pytest.mark.parametrize(
    ("mapped", "error", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_mapped_is_refused(mapped: Callable[[], Any], error: Any, message: str) -> None:
    """Wrong arguments of `map` raise at once, before any of the runs is made."""

    def parent() -> None:
        with pytest.raises(error, match=message):
            mapped()

    flow(parent)()


def test_a_failed_element_stops_only_its_own_run(shown: Any) -> None:
    """In a list with a failed future, its run is NotReady and the others complete."""

    def parent() -> list[str]:
        return [state.name for state in pair.map([bad.submit(), 2], return_state=True)]

    assert flow(parent)() == ["NotReady", "Completed"]


def test_a_failed_element_may_be_allowed() -> None:
    """`allow_failure` around an element hands its exception to the call."""

    def parent() -> Any:
        return pair.map([allow_failure(bad.submit()), 2]).result()

    (error, zero), two = flow(parent)()
    assert (str(error), zero, two) == ("bad", 0, (2, 0))


def test_mapped_runs_wait_for_others() -> None:
    """`wait_for` of `map` holds for every run."""

    def parent() -> list[str]:
        return [state.name for state in pair.map([1, 2], wait_for=[bad.submit()], return_state=True)]

    assert flow(parent)() == ["NotReady", "NotReady"]


def test_mapped_runs_have_names_of_their_own() -> None:
    """A name template sees the parameters of each mapped run."""

    @task(task_run_name="number-{x}")
    def name_of(x: int) -> str:
        return task_run.name

    assert flow(lambda: name_of.map([1, 2]).result(), name="parent")() == ["number-1", "number-2"]
