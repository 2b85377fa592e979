from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pydantic
import pytest

from prefect.serializers import (
    CompressedSerializer,
    JSONSerializer,
    PickleSerializer,
    Serializer,
    UnknownSerializer,
)

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "vectors.json").read_text(encoding="utf-8"))

VALUES: dict[str, Any] = {
    "dict": {"a": 1},
    "bytes": b"ab",
    "datetime": dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
    "uuid": UUID(int=5),
    "timedelta": dt.timedelta(seconds=3),
    "set": {1},
    "tuple": (1, 2),
    "none": None,
    "exception": ValueError("x"),
}


@dataclasses.dataclass
class Point:
    x: int
    y: int = 2


class Model(pydantic.BaseModel):
    a: int = 1


@pytest.mark.parametrize("name", VALUES)
def test_json_is_the_documented_json(name: str) -> None:
    """What JSON lacks is written in the documented form, which other programs can read."""
    assert JSONSerializer().dumps(VALUES[name]).decode() == VECTORS["json_serializer"][name]


@pytest.mark.parametrize("name", sorted(set(VALUES) - {"tuple", "exception"}))
def test_json_is_read_back(name: str) -> None:
    """A result that was written as JSON comes back as what it was."""
    assert JSONSerializer().loads(JSONSerializer().dumps(VALUES[name])) == VALUES[name]


@pytest.mark.parametrize("kind", ["json", "pickle", "compressed/json", "compressed/pickle"])
def test_objects_come_back(kind: str) -> None:
    """Dataclasses, models and nested values survive every serializer."""
    value = {"points": [Point(1), Point(3, 4)], "model": Model(a=5), "none": None}
    serializer = Serializer(type=kind)
    assert serializer.loads(serializer.dumps(value)) == value


@pytest.mark.parametrize("kind", VECTORS["serializer_types"])
def test_a_serializer_is_chosen_by_its_type(kind: str) -> None:
    """`Serializer(type=...)` makes the class with the documented fields."""
    documented = dict(VECTORS["serializer_types"][kind])
    if kind.startswith("compressed/"):
        inside = CompressedSerializer(serializer=kind.removeprefix("compressed/"))
        assert inside.model_dump() == documented
        documented["type"] = kind
    assert Serializer(type=kind).model_dump() == documented


@pytest.mark.parametrize("kind", VECTORS["serializer_types"])
def test_a_description_makes_the_same_serializer(kind: str) -> None:
    """What is stored with a result is enough to read it."""
    serializer = Serializer(type=kind)
    assert Serializer(**serializer.spec()) == serializer


def test_a_description_keeps_what_is_inside() -> None:
    """A compressed serializer remembers the options of the one that it compresses."""
    serializer = CompressedSerializer(serializer=PickleSerializer(picklelib="pickle"), compressionlib="zlib")
    assert Serializer(**serializer.spec()).serializer.picklelib == "pickle"


def test_functions_of_scripts_can_be_pickled() -> None:
    """A lambda survives the pickle serializer."""
    serializer = PickleSerializer()
    assert serializer.loads(serializer.dumps(lambda x: x + 1))(2) == 3


def test_an_unknown_type_names_those_there_are() -> None:
    """A misspelt type is answered with the known ones."""
    with pytest.raises(ValueError, match=r"no serializer of type 'jsn'.*'json', 'pickle'"):
        Serializer(type="jsn")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PickleSerializer(picklelib="nope"), "Failed to import requested pickle library: 'nope'"),
        (
            lambda: CompressedSerializer(serializer="json", compressionlib="nope"),
            "compression library: 'nope'",
        ),
        (
            lambda: CompressedSerializer(serializer="json", compressionlib="json"),
            "does not have a 'compress' method",
        ),
        (lambda: JSONSerializer(dumps_kwargs={"default": 1}), "Use `object_encoder` instead"),
        (lambda: JSONSerializer(loads_kwargs={"object_hook": 1}), "Use `object_decoder` instead"),
        (lambda: PickleSerializer(pickelib="x"), "Extra inputs"),
    ],
)
def test_a_wrong_option_is_refused_at_once(make: Any, message: str) -> None:
    """A serializer that could not work is not made."""
    with pytest.raises(ValueError, match=message):
        make()


def test_another_json_library_reads_what_it_wrote() -> None:
    """Orjson can be used, with objects too."""
    serializer = JSONSerializer(jsonlib="orjson")
    assert serializer.loads(serializer.dumps({"a": [{1, 2}]})) == {"a": [{1, 2}]}


def test_a_serializer_of_ones_own_is_found_by_its_type() -> None:
    """A subclass with a default for `type` can be asked for by that type."""

    class Shouting(Serializer[str]):
        type: str = "shouting"

        def dumps(self, obj: str) -> bytes:
            return obj.upper().encode()

        def loads(self, blob: bytes) -> str:
            return blob.decode()

    try:
        assert Serializer(type="shouting").dumps("hey") == b"HEY"
    finally:
        Serializer._types.pop("shouting")


def test_a_serializer_that_is_not_known_here_says_so() -> None:
    """Reading with a serializer whose class was not imported names its type."""
    unknown = UnknownSerializer(type="elsewhere", level=3)
    for use in (lambda: unknown.loads(b""), lambda: unknown.dumps(1)):
        with pytest.raises(NotImplementedError, match="'elsewhere' is not known"):
            use()


def test_a_class_inside_a_class_comes_back() -> None:
    """Nested classes are found when JSON is read."""
    assert JSONSerializer().loads(JSONSerializer().dumps(Outer.Inner(a=3))) == Outer.Inner(a=3)


class Outer:
    class Inner(pydantic.BaseModel):  # noqa: D106 - data
        a: int
