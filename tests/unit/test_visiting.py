from __future__ import annotations

import dataclasses
from collections import Counter, OrderedDict, UserDict, defaultdict, namedtuple
from typing import Any, NamedTuple

import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefect._visiting import find, replace
from prefect.utilities.annotations import allow_failure, opaque, quote, unmapped


class Ticket:
    """What is looked for."""

    def __init__(self, number: int) -> None:
        self.number = number


class Point(NamedTuple):
    x: Any
    y: Any


Loose = namedtuple("Loose", "a b")  # noqa: PYI024 - such code exists


@dataclasses.dataclass
class Box:
    inside: Any
    label: str = "box"


@dataclasses.dataclass(frozen=True)
class Frozen:
    inside: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    inside: Any


@dataclasses.dataclass
class Counted:
    inside: Any
    made: int = dataclasses.field(default=0, init=False)
    start: dataclasses.InitVar[int] = 5

    def __post_init__(self, start: int) -> None:
        self.made = start


class Model(pydantic.BaseModel):
    inside: Any
    label: str = "model"


@pydantic.dataclasses.dataclass
class Validated:
    inside: Any


class Titles(list[Any]):
    """A list with a class of its own."""


T1, T2 = Ticket(1), Ticket(2)

CONTAINERS: dict[str, tuple[Any, Any]] = {
    "itself": (lambda v: v, lambda v: v),
    "list": (lambda v: [0, v], lambda r: r[1]),
    "tuple": (lambda v: (0, v), lambda r: r[1]),
    "set": (lambda v: {"a", v}, lambda r: next(iter(r - {"a"}))),
    "frozen set": (lambda v: frozenset({v}), lambda r: next(iter(r))),
    "dict value": (lambda v: {"k": v}, lambda r: r["k"]),
    "dict key": (lambda v: {v: "v"}, lambda r: next(iter(r))),
    "ordered dict": (lambda v: OrderedDict(a=v, b=1), lambda r: r["a"]),
    "default dict": (lambda v: defaultdict(list, a=v), lambda r: r["a"]),
    "named tuple": (lambda v: Point(v, 1), lambda r: r.x),
    "loose named tuple": (lambda v: Loose(1, v), lambda r: r.b),
    "dataclass": (Box, lambda r: r.inside),
    "frozen dataclass": (Frozen, lambda r: r.inside),
    "dataclass with slots": (Slotted, lambda r: r.inside),
    "dataclass with its own init": (Counted, lambda r: r.inside),
    "pydantic model": (lambda v: Model(inside=v), lambda r: r.inside),
    "pydantic dataclass": (Validated, lambda r: r.inside),
    "list of a class": (lambda v: Titles([v]), lambda r: r[0]),
    "nested": (lambda v: [{"a": (Box([v]),)}], lambda r: r[0]["a"][0].inside[0]),
}


def swap(found: Ticket, allowed: bool) -> str:
    """Return what stands in a ticket's place."""
    return f"{found.number}{' allowed' if allowed else ''}"


@pytest.mark.parametrize("kind", CONTAINERS)
def test_what_is_wanted_is_found_and_replaced(kind: str) -> None:
    """Futures are found in every kind of container, which keeps its kind when they are replaced."""
    make, read = CONTAINERS[kind]
    value = make(T1)
    assert list(find(value, Ticket)) == [(T1, False)]
    replaced = replace(value, Ticket, swap)
    assert read(replaced) == "1"
    assert read(value) is T1  # what was given is left as it is
    if kind not in ("itself", "list of a class"):
        assert type(replaced) is type(value)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_what_holds_nothing_wanted_is_the_same_object(kind: str) -> None:
    """A container without futures reaches the task as the very object that was passed, not as a copy."""
    value = CONTAINERS[kind][0]("plain")
    assert replace(value, Ticket, swap) is value
    assert list(find(value, Ticket)) == []


def test_what_else_a_container_carries_is_kept() -> None:
    """The factory of a defaultdict, the order of a dict and the other fields of an object stay."""
    made = replace(defaultdict(list, a=T1), Ticket, swap)
    assert made["new"] == []
    assert list(replace(OrderedDict(b=1, a=T1), Ticket, swap)) == ["b", "a"]
    assert replace(Box(T1, "mine"), Ticket, swap).label == "mine"
    assert replace(Counted(T1), Ticket, swap).made == 5
    assert replace(Model(inside=T1, label="m"), Ticket, swap).label == "m"


def test_only_what_changes_is_copied() -> None:
    """Beside a replaced future the other parts of a container are the same objects."""
    untouched = [1, [2]]
    replaced = replace({"a": T1, "b": untouched}, Ticket, swap)
    assert replaced["b"] is untouched


def test_a_counter_keeps_its_counts() -> None:
    """A dictionary of a special class is rebuilt pair by pair."""
    assert replace(Counter({T1: 3, "a": 2}), Ticket, swap) == Counter({"1": 3, "a": 2})


@pytest.mark.parametrize(
    "value",
    ["text", b"bytes", 5, 1.5, None, object(), range(3), UserDict(a=T1), iter([T1]), Ticket, lambda: T1],
)
def test_what_is_no_container_is_left_alone(value: Any) -> None:
    """Generators are not used up, and objects of foreign classes are not searched."""
    if value is Ticket:
        assert replace(value, Ticket, swap) is Ticket
    assert list(find(value, Ticket)) == []
    assert replace(value, Ticket, swap) is value


def test_annotations_say_how_what_they_hold_is_treated() -> None:
    """`allow_failure` is told to who replaces; `quote` and `opaque` keep what they hold as it is."""
    assert replace(allow_failure(T1), Ticket, swap) == "1 allowed"
    assert replace([allow_failure([T1]), T2], Ticket, swap) == [["1 allowed"], "2"]
    assert replace(unmapped([T1]), Ticket, swap) == ["1"]
    for keep in (quote, opaque):
        assert replace(keep(T1), Ticket, swap) is T1
        assert list(find(keep([T1]), Ticket)) == []
    assert list(find([allow_failure((T1,)), T2], Ticket)) == [(T1, True), (T2, False)]


def test_annotations_can_stay_on() -> None:
    """For recording and for mapping, what is replaced stays marked."""
    kept = replace([allow_failure(T1), quote(T2)], Ticket, swap, unwrap=False)
    assert kept == [allow_failure("1 allowed"), quote(T2)]


def circular() -> Any:
    """Return a list that holds itself, through a dictionary."""
    inside: list[Any] = []
    inside.append({"again": inside})
    return inside


def test_a_container_that_holds_itself_ends() -> None:
    """Searching a circular structure comes to an end, and leaves it as it is."""
    value = circular()
    assert list(find(value, Ticket)) == []
    assert replace(value, Ticket, swap) is value


def test_deep_nesting_ends() -> None:
    """Nesting that is deeper than Python calls functions is searched, or passed on, without an error."""
    value: list[Any] = []
    for _ in range(5000):
        value = [value]
    assert list(find(value, Ticket)) == []
    assert replace(value, Ticket, swap) is value


NESTED = st.recursive(
    st.integers() | st.text() | st.just(T1) | st.just(T2),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner) | inner.map(Box)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(NESTED)
def test_all_are_found_and_none_is_left(value: Any) -> None:
    """Whatever the nesting: as many are replaced as are found, and afterwards there are none."""
    found = list(find(value, Ticket))
    given_away: list[Any] = []
    replaced = replace(value, Ticket, lambda ticket, _: given_away.append(ticket) or "gone")
    assert given_away == [ticket for ticket, _ in found]
    assert list(find(replaced, Ticket)) == []
    if not found:
        assert replaced is value
