from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from prefect.schemas.resources import RelatedResource, Resource, ResourceSpecification, matches

RUN = Resource(
    {
        "prefect.resource.id": "prefect.flow-run.00000000-0000-0000-0000-000000000001",
        "prefect.resource.name": "quiet-otter",
        "colour": "red",
    }
)


def test_a_resource_is_its_labels() -> None:
    """Labels are read and set as in a dictionary; two of them have names of their own."""
    assert RUN.id == RUN["prefect.resource.id"]
    assert (RUN.name, Resource({"prefect.resource.id": "x"}).name) == ("quiet-otter", None)
    assert (RUN.get("colour"), RUN.get("size"), RUN.get("size", "L"), "size" in RUN) == (
        "red",
        None,
        "L",
        False,
    )
    assert dict(RUN.items()).keys() == set(RUN.keys())
    assert RUN.has_all_labels({"colour": "red"})
    assert not RUN.has_all_labels({"colour": "blue"})
    assert RUN.as_label_value_array()[2] == {"label": "colour", "value": "red"}
    other = Resource({"prefect.resource.id": "x"})
    other["size"] = "S"
    assert other.model_dump() == {"prefect.resource.id": "x", "size": "S"}
    assert RelatedResource({"prefect.resource.id": "x", "prefect.resource.role": "tag"}).role == "tag"


@pytest.mark.parametrize(
    ("kind", "labels", "why"),
    [
        (Resource, {"a": "b"}, "must include the prefect.resource.id label"),
        (Resource, {"prefect.resource.id": ""}, "must be non-empty"),
        (Resource, {"prefect.resource.id": "x", "n": 5}, "valid string"),
        (RelatedResource, {"prefect.resource.id": "x"}, "must include the prefect.resource.role label"),
        (RelatedResource, {"prefect.resource.id": "x", "prefect.resource.role": ""}, "must be non-empty"),
    ],
)
def test_labels_that_are_missing(kind: Any, labels: Any, why: str) -> None:
    """What says what a resource is, and which part it has, must be there."""
    with pytest.raises(ValidationError, match=why):
        kind(labels)


def test_the_number_of_labels_is_limited_by_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """More labels than the setting allows are refused."""
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_MAXIMUM_LABELS_PER_RESOURCE", "2")
    with pytest.raises(ValidationError, match="maximum number of labels per resource is 2"):
        Resource({"prefect.resource.id": "x", "a": "1", "b": "2"})


def test_the_id_of_an_object() -> None:
    """A resource that is an object of ours gives that object's id; asked for another kind, it says what it is."""
    assert RUN.prefect_object_id("prefect.flow-run") == UUID(int=1)
    with pytest.raises(ValueError, match=r"does not start with prefect\.flow\."):
        RUN.prefect_object_id("prefect.flow")


@pytest.mark.parametrize(
    ("expected", "value", "answer"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a*", "abc", True),
        ("*", "x", True),
        ("!a", "b", True),
        ("!a", "a", False),
        ("!a*", "ab", False),
        ("!a*", "b", True),
        ("a*c", "abc", False),
        ("a", None, False),
        ("!a", None, False),
        ("*", None, False),
    ],
)
def test_values_that_will_do(expected: str, value: str | None, answer: bool) -> None:
    """A star stands for any end, an exclamation mark for all others; what has no value never will do."""
    assert matches(expected, value) is answer


@pytest.mark.parametrize(
    ("specification", "answer"),
    [
        ({}, True),
        ({"prefect.resource.id": "prefect.flow-run.*"}, True),
        ({"colour": ["red", "blue"]}, True),
        ({"colour": ["!red"]}, False),
        ({"colour": ["!red", "*"]}, True),
        ({"size": "*"}, False),
        ({"size": "!L"}, False),
        ({"colour": "red", "size": "L"}, False),
    ],
)
def test_a_specification_means_some_resources(specification: Any, answer: bool) -> None:
    """Each label must have one of the values that will do."""
    assert ResourceSpecification(specification).matches(RUN) is answer
    assert ResourceSpecification(specification).includes([RUN]) is answer


def test_a_specification_is_read_like_a_dictionary() -> None:
    """Values are lists, whether one was given or several."""
    specification = ResourceSpecification({"a": "b", "c": ["d", "e"]})
    copy = specification.deepcopy()
    assert list(specification.items()) == [("a", ["b"]), ("c", ["d", "e"])]
    assert (specification["a"], specification.get("z"), specification.get("z", "q")) == (["b"], [], ["q"])
    assert ("a" in specification, specification.pop("a"), specification.pop("z")) == (True, ["b"], [])
    assert (len(specification), len(copy)) == (1, 2)


@pytest.mark.parametrize(
    ("specification", "every", "every_run"),
    [
        ({}, True, True),
        ({"prefect.resource.id": "prefect.flow-run.*"}, False, True),
        ({"prefect.resource.id": "*"}, False, False),
        ({"prefect.resource.id": "prefect.flow-run.*", "colour": "red"}, False, False),
    ],
)
def test_a_specification_that_means_all(specification: Any, every: bool, every_run: bool) -> None:
    """It is known when nothing has to be looked at."""
    assert ResourceSpecification(specification).matches_every_resource() is every
    assert (
        ResourceSpecification(specification).matches_every_resource_of_kind("prefect.flow-run") is every_run
    )
