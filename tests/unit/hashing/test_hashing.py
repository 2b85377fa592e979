from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect.exceptions import HashError
from prefect.utilities.hashing import file_hash, hash_objects, stable_hash

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "vectors.json").read_text(encoding="utf-8"))

MANY = """
import dataclasses, datetime, decimal, enum, functools, json, pathlib, re, uuid
import pydantic
from prefect.utilities.hashing import hash_objects

class Colour(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Point:
    names: set
    x: int = 1

class Model(pydantic.BaseModel):
    tags: set[str] = set()
    other: dict[str, int] = {}

class Plain:
    def __init__(self, **values):
        self.__dict__.update(values)
    def method(self):
        return {"a", "b"}

def function(a, b={"x", "y"}):
    return a in {"alpha", "beta", "gamma"}

def maker():
    words = {"one", "two", "three"}
    return lambda: words

words = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta"}
cycle = []
cycle.append(cycle)
cases = {
    "set": words, "frozenset": frozenset(words), "nested sets": {frozenset({"a", "b"}), frozenset({"c", "d"})},
    "mixed set": {1, "a", (2, "b"), None}, "set in dict": {"k": words},
    "dict by tuples": {(1, "a"): words, (2, "b"): 1},
    "dataclass": Point(words), "model": Model(tags=words), "plain": Plain(a=words, b=[Plain(c=words)]),
    "function": function, "lambda": lambda x: x in {"p", "q", "r"}, "closure": maker(), "method": Plain(a=1).method,
    "partial": functools.partial(function, b=words), "enum": Colour.RED, "class": Plain, "bytes": b"\\xff\\x00",
    "path": pathlib.PurePosixPath("/a/b"), "decimal": decimal.Decimal("1.5"), "uuid": uuid.UUID(int=7),
    "time": datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC), "pattern": re.compile("a+"), "cycle": cycle,
    "module": json, "complex": {1j: words}, "object": object(),
}
try:
    import numpy
    cases["array"] = numpy.arange(6).reshape(2, 3)
except ImportError:
    pass
print(json.dumps({name: hash_objects(value, raise_on_failure=True) for name, value in cases.items()}))
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("(1,)", (1,)),
        ("({'a': 1, 'b': [1, 2]},)", ({"a": 1, "b": [1, 2]},)),
        ("('x', None)", ("x", None)),
        ("([1.5, True],)", ([1.5, True],)),
    ],
)
def test_plain_values_have_the_documented_hashes(name: str, value: tuple[object, ...]) -> None:
    """Keys that were computed elsewhere for plain values are found again."""
    assert hash_objects(*value) == VECTORS["hash_objects"][name]


def test_the_algorithm_can_be_chosen() -> None:
    """Another algorithm gives the documented hash too, for values and for texts."""
    assert hash_objects(1, hash_algo=hashlib.sha256) == VECTORS["hash_objects"]["(1,), sha256"]
    assert stable_hash("x", hash_algo=hashlib.sha256) == hashlib.sha256(b"x").hexdigest()


def test_named_values_are_hashed_by_name() -> None:
    """Values may be given by name, in any order."""
    assert hash_objects(a=1) == VECTORS["hash_objects_kwargs"]["a=1"]
    assert hash_objects(a=1, b=2) == hash_objects(b=2, a=1) != hash_objects(a=2, b=1)


def test_texts_and_bytes_have_the_documented_hashes() -> None:
    """Texts and bytes hash to the documented values, one after the other."""
    assert stable_hash("x") == stable_hash(b"x") == VECTORS["stable_hash"]["('x',)"]
    assert stable_hash("x", "y") == VECTORS["stable_hash"]["('x', 'y')"]


def test_a_file_is_hashed_by_its_content(tmp_path: Path) -> None:
    """Files with the same content have the same hash, whatever they are called."""
    (tmp_path / "a").write_bytes(b"x")
    assert file_hash(str(tmp_path / "a")) == stable_hash(b"x")


def test_every_process_computes_the_same_hashes(tmp_path: Path) -> None:
    """The hash of a value does not depend on the process or its hash seed, for functions of a script neither."""
    script = tmp_path / "script.py"
    script.write_text(MANY, encoding="utf-8")
    answers = []
    for seed in ("0", "1", "random"):
        done = subprocess.run(
            [sys.executable, str(script)],
            check=True,
            capture_output=True,
            text=True,
            timeout=100,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        answers.append(json.loads(done.stdout))
    assert answers[0] == answers[1] == answers[2]
    assert len(set(answers[0].values())) == len(answers[0])


def test_the_order_of_a_dictionary_does_not_matter() -> None:
    """Equal dictionaries have equal hashes, nested ones and those with odd keys too."""
    assert hash_objects({"a": {1: 2, 3: 4}, "b": 1}) == hash_objects({"b": 1, "a": {3: 4, 1: 2}})
    assert hash_objects({(1, 2): 3, (4, 5): 6}) == hash_objects({(4, 5): 6, (1, 2): 3})


def test_equal_values_need_not_be_the_same_object() -> None:
    """Two equal parts hash as one part that is used twice does."""
    part = (1, b"\xff")
    assert hash_objects([part, part]) == hash_objects([(1, b"\xff"), (1, bytes([255]))])


def test_a_changed_function_has_another_hash() -> None:
    """A function with other code, constants or defaults is another input."""

    def made(body: str) -> object:
        found: dict[str, object] = {}
        exec(body, found)  # noqa: S102 - two versions of one function
        return found["f"]

    hashes = {hash_objects(made(f"def f(x, y={y}): return x + {z}")) for y in (1, 2) for z in (3, 4)}
    assert len(hashes) == 4
    assert None not in hashes


@pytest.mark.parametrize("thing", [threading.Lock(), sys.stdout.buffer, (x for x in [1])])
def test_what_has_no_lasting_form_has_no_hash(thing: object) -> None:
    """A lock, an open file or a generator gives None, or an error that names its type."""
    assert hash_objects(thing) is None
    with pytest.raises(HashError, match=rf"Unable to create hash.*{type(thing).__name__}"):
        hash_objects([{"deep": thing}], raise_on_failure=True)


def test_a_value_that_is_nested_too_deeply_is_refused() -> None:
    """A very deep value is an error of the hash and not of the interpreter."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(HashError):
        hash_objects(deep, raise_on_failure=True)


@given(st.sets(st.one_of(st.integers(), st.text(), st.binary(), st.none(), st.tuples(st.integers()))))
def test_sets_are_hashed_by_what_they_hold(members: set[object]) -> None:
    """However a set was filled, its hash is the same."""
    assert hash_objects(members) == hash_objects({*reversed([*members])})
