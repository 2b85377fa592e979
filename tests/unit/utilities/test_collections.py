"""`prefect.utilities.collections`: nested dictionaries, small questions about values, going through them."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from prefect.utilities.annotations import quote, unmapped
from prefect.utilities.collections import (
    AutoEnum,
    StopVisiting,
    batched_iterable,
    deep_merge,
    deep_merge_dicts,
    dict_to_flatdict,
    distinct,
    ensure_iterable,
    extract_instances,
    flatdict_to_dict,
    get_from_dict,
    isiterable,
    listrepr,
    remove_nested_keys,
    set_in_dict,
    visit_collection,
)


@dataclass(frozen=True)
class Point:
    """A frozen dataclass."""

    x: int
    rest: list[int]


class Model(BaseModel):
    """A model."""

    value: Any


class Pair(NamedTuple):
    """A named tuple."""

    first: Any
    second: Any


def one_more(value: Any) -> Any:
    """Return a number plus one, anything else as it is."""
    return value + 1 if type(value) is int else value


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        (1, 2),
        ([1, {"a": (2, {3})}], [2, {"a": (3, {4})}]),
        ({1: 1}, {2: 2}),
        (Point(1, [5]), Point(2, [6])),
        (Model(value=[1]), Model(value=[2])),
        (Pair(1, "a"), Pair(2, "a")),
        ([unmapped([1]), quote(2)], [unmapped([2]), quote(3)]),
        ("text", "text"),
    ],
)
def test_a_function_changes_every_value_inside(given: Any, changed: Any) -> None:
    """A function is called for each value inside containers, dataclasses, models and marks."""
    assert visit_collection(given, one_more, return_data=True) == changed


def test_what_is_not_changed_is_passed_on_as_it_is() -> None:
    """A container in which nothing was replaced is the very object that was given."""
    given = {"a": ["x", Point(0, [])], "b": [1]}
    changed = visit_collection(given, lambda value: 2 if value == 1 else value, return_data=True)
    assert changed == {"a": ["x", Point(0, [])], "b": [2]}
    assert changed["a"] is given["a"]


def test_dictionaries_keep_their_kind() -> None:
    """A defaultdict stays one, with what makes its missing values."""
    given: defaultdict[str, Any] = defaultdict(list, a=1)
    changed = visit_collection(given, one_more, return_data=True)
    assert changed == {"a": 2}
    assert changed["new"] == []


def test_marks_can_be_taken_off() -> None:
    """With `remove_annotations` the marked values stand where their marks were."""
    given = [unmapped([1]), quote(2)]
    assert visit_collection(given, one_more, return_data=True, remove_annotations=True) == [[2], 3]


def test_only_so_deep() -> None:
    """`max_depth` says how many containers may lie inside one another."""
    seen: list[Any] = []
    assert visit_collection([1, [2, [3]]], seen.append, max_depth=1) is None
    assert seen == [[1, [2, [3]]], 1, [2, [3]]]


def test_each_level_has_its_own_context() -> None:
    """What a function writes into the context holds below, and not beside."""
    seen: list[tuple[Any, int]] = []

    def note(value: Any, context: dict[str, Any]) -> Any:
        seen.append((value, context["depth"]))
        context["depth"] += 1
        return value

    visit_collection([1, [2]], note, context={"depth": 0}, return_data=True)
    assert seen == [([1, [2]], 0), (1, 1), ([2], 1), (2, 2)]


def test_the_mark_around_a_value_is_in_the_context() -> None:
    """Inside a mark the context holds it as `annotation`."""
    seen: list[Any] = []
    visit_collection([quote(1)], lambda value, context: seen.append(context.get("annotation")), context={})
    assert seen == [None, None, quote(1)]


def test_a_value_can_be_left_alone() -> None:
    """A function that raises StopVisiting keeps a value and what lies below it as they are."""

    def stop(value: Any) -> Any:
        if isinstance(value, dict):
            raise StopVisiting
        return one_more(value)

    assert visit_collection([1, {"a": 1}], stop, return_data=True) == [2, {"a": 1}]


def test_values_that_hold_themselves_end() -> None:
    """A list that holds itself is gone through once."""
    given: list[Any] = [1]
    given.append(given)
    changed = visit_collection(given, one_more, return_data=True)
    assert changed[0] == 2


def test_flat_and_nested_again() -> None:
    """A nested dictionary becomes one of tuples of keys, and the same one again."""
    nested = {"a": {}, "b": {"c": {"d": 1}}, "e": 2}
    flat = dict_to_flatdict(nested)
    assert flat == {("a",): {}, ("b", "c", "d"): 1, ("e",): 2}
    assert flatdict_to_dict(flat) == nested


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("a.b[0].c", 3),
        (["a", "b"], [{"c": 3}]),
        ("a.b[5].c", "default"),
        ("a.x", "default"),
        ("a.b.c", "default"),
    ],
)
def test_a_nested_value_is_read(keys: Any, value: Any) -> None:
    """A nested value is found by its path; what is not there is the default."""
    assert get_from_dict({"a": {"b": [{"c": 3}]}}, keys, "default") == value


def test_a_nested_value_is_set() -> None:
    """Setting a nested value makes the dictionaries on the way, and refuses a way through another value."""
    given: dict[str, Any] = {}
    set_in_dict(given, "a.b.c", 1)
    set_in_dict(given, ["a", "d"], 2)
    set_in_dict(given, "x[y]", 3)
    assert given == {"a": {"b": {"c": 1}, "d": 2}, "x": {"y": 3}}
    with pytest.raises(TypeError, match="non-dict value"):
        set_in_dict(given, "a.d.e", 1)


def test_dictionaries_are_laid_over_one_another() -> None:
    """Dictionaries in both are merged, other values replaced, and the given ones stay as they are."""
    first = {"a": {"b": 1, "c": 2}}
    assert deep_merge(first, {"a": {"c": 3}, "d": 4}) == {"a": {"b": 1, "c": 3}, "d": 4}
    assert deep_merge_dicts(first, {"a": 5}, {"a": {"z": 1}}) == {"a": {"z": 1}}
    assert first == {"a": {"b": 1, "c": 2}}


def test_keys_are_removed_from_nested_dictionaries() -> None:
    """Keys are removed from a dictionary and from those that are its values; not from lists."""
    given = {"a": 1, "b": {"a": 1, "c": [{"a": 1}]}}
    assert remove_nested_keys(["a"], given) == {"b": {"c": [{"a": 1}]}}
    assert remove_nested_keys(["a"], [{"a": 1}]) == [{"a": 1}]


@pytest.mark.parametrize(
    ("value", "collection"),
    [(1, [1]), ("ab", "ab"), ([1], [1]), ({1: 2}, [{1: 2}]), (range(2), range(2)), (None, [None])],
)
def test_one_value_becomes_a_list(value: Any, collection: Any) -> None:
    """A collection stays what it is; a dictionary and any other value become a list of one."""
    assert ensure_iterable(value) == collection


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1, False),
        ("a", False),
        (b"a", False),
        (io.StringIO(), False),
        ([], True),
        ({}, True),
        (iter([]), True),
    ],
)
def test_what_holds_values(value: object, told: bool) -> None:
    """Texts, bytes and files do not count as holding values."""
    assert isiterable(value) is told


def test_objects_are_chosen_by_their_type() -> None:
    """Of one type a list is returned, of several a dictionary by type."""
    given = [1, "a", 2.0, "b"]
    assert extract_instances(given) == given
    assert extract_instances(given, str) == ["a", "b"]
    assert extract_instances(given, (int, str)) == {int: [1], str: ["a", "b"]}


def test_small_functions_about_lists() -> None:
    """Batches, distinct items and representations are made in the order of the items."""
    assert list(batched_iterable(range(5), 2)) == [(0, 1), (2, 3), (4,)]
    assert list(distinct([1, 2, 1, 3])) == [1, 2, 3]
    assert list(distinct([1, 2, 3], key=lambda number: number % 2)) == [1, 2]
    assert listrepr(["a", 1], ", ") == "'a', 1"


def test_members_are_called_as_they_are_named() -> None:
    """The value of each automatic member of an AutoEnum is its name."""

    class Colour(AutoEnum):
        RED = AutoEnum.auto()

    assert Colour.RED.value == "RED"
    assert Colour("RED") is Colour.RED
    assert repr(Colour.RED) == "Colour.RED"
