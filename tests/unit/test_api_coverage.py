"""The public API: what of it is here, and that the page tells what is not."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tools import api_coverage
from tools.api_coverage import Coverage, Difference


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    """Return the comparison of every public name."""
    return api_coverage.compare()


def test_all_that_is_missing_or_different_is_listed(coverage: Coverage) -> None:
    """Whoever misses a name of the API finds the reason in the reference."""
    assert [f"{each.module}: {each.name}: {each.problem}" for each in coverage.unlisted] == []


def test_nothing_is_listed_that_is_here(coverage: Coverage) -> None:
    """The page does not say that something is missing which is there."""
    assert coverage.stale == []


def test_the_command_prints_a_table_and_the_share(capsys: pytest.CaptureFixture[str]) -> None:
    """The command tells for each module how many names are compatible, and the share of all."""
    assert api_coverage.main([]) == 0
    printed = capsys.readouterr().out
    assert "prefect.tasks" in printed
    assert "of the public names (goal: 95%)" in printed


def test_the_goal_is_reached(coverage: Coverage) -> None:
    """At least 95 % of the public names are compatible."""
    names = sum(count["names"] for count in coverage.counts.values())
    assert sum(count["compatible"] for count in coverage.counts.values()) >= api_coverage.GOAL * names


def wanted(*parameters: list[Any]) -> list[list[Any]]:
    return list(parameters)


@pytest.mark.parametrize(
    ("ours", "parameters", "problems"),
    [
        (lambda a, b=1: 0, wanted(["a", "pk", None], ["b", "pk", "1"]), []),
        (lambda a, b=1, c=2: 0, wanted(["a", "pk", None], ["b", "pk", "1"]), []),
        (lambda *args, **kwargs: 0, wanted(["a", "pk", None], ["b", "ko", "1"]), []),
        (lambda a, **kwargs: 0, wanted(["a", "pk", None], ["b", "ko", None]), []),
        (lambda a: 0, wanted(["a", "pk", None], ["b", "pk", "1"]), ["takes no 'b'"]),
        (lambda b, a: 0, wanted(["a", "pk", None], ["b", "pk", None]), ["takes 'a' at", "takes 'b' at"]),
        (lambda *, a: 0, wanted(["a", "pk", None]), ["takes 'a' by name only"]),
        (lambda a, /: 0, wanted(["a", "pk", None]), ["takes 'a' by place only"]),
        (lambda a, /: 0, wanted(["__a", "pk", None]), []),
        (lambda a: 0, wanted(["a", "pk", "None"]), ["needs 'a'"]),
        (lambda a=True: 0, wanted(["a", "pk", "1"]), ["has True for 'a', not 1"]),
        (lambda a, b: 0, wanted(["a", "pk", None]), ["needs 'b', which"]),
        (lambda a: 0, wanted(["a", "pk", None], ["rest", "**", None]), ["takes no **rest"]),
    ],
)
def test_a_signature_is_compatible_when_calls_of_the_other_work(
    ours: Any, parameters: list[list[Any]], problems: list[str]
) -> None:
    """Parameters have to be taken under the same name, in the same way, with the same default."""
    found = list(api_coverage.compare_parameters(ours, parameters, bound=False))
    assert len(found) == len(problems), found
    assert all(problem.startswith(start) for problem, start in zip(found, problems, strict=True)), found


def test_awaiting_is_part_of_a_signature() -> None:
    """An async function is no substitute for a plain one, nor the other way round."""

    async def awaited() -> None: ...

    assert inspect.iscoroutinefunction(awaited)
    assert list(api_coverage.compare_function(awaited, {"params": []})) == ["is awaited"]
    assert list(api_coverage.compare_function(lambda: 0, {"params": [], "async": True})) == ["is not awaited"]
    assert list(api_coverage.compare_function(lambda: 0, {"params": [], "dual": "async_dispatch"})) == [
        "has no form for async code (.aio)"
    ]


def test_an_entry_covers_a_member_a_name_or_a_module() -> None:
    """A page may tell of one member, of a whole class, or of all names of a module."""
    page = {"prefect.a": {"Name.member": "why"}, "prefect.b": {"Name": "why"}, "prefect.c.*": {"*": "why"}}
    covered = [
        api_coverage.covering(page, Difference(module, name, "missing")) is not None
        for module, name in [
            ("prefect.a", "Name.member"),
            ("prefect.a", "Name.other"),
            ("prefect.b", "Name.other"),
            ("prefect.c.inner", "anything"),
            ("prefect.d", "Name"),
        ]
    ]
    assert covered == [True, False, True, True, False]
