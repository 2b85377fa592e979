"""Stable hashes: the same for equal values in every process, under every hash seed.

`hash_objects` hashes JSON with sorted keys, which gives the documented values. What JSON cannot express is first turned
into a stable form, made of lists and texts: sets are sorted, functions stand for their code, and any other object for
what it would be pickled as. Pickles themselves would not do: they depend on the order of sets and on which of two
equal texts is the same object.
"""

from __future__ import annotations

import copyreg
import dataclasses
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, cast

from prefect._json_objects import class_path, object_to_json
from prefect._visiting import find
from prefect.exceptions import HashError

HashAlgorithm = Callable[..., Any]

_MD5: HashAlgorithm = partial(hashlib.md5, usedforsecurity=False)
_SORTABLE = (int, float, str, bytes, bool)
_SETS = (set, frozenset)


def stable_hash(*args: str | bytes, hash_algo: HashAlgorithm = _MD5) -> str:
    """Return the hash of texts and bytes, one after the other, as hexadecimal digits."""
    digest = hash_algo()
    for arg in args:
        digest.update(arg.encode() if isinstance(arg, str) else arg)
    return digest.hexdigest()


def file_hash(path: str | Path, hash_algo: HashAlgorithm = _MD5) -> str:
    """Return the hash of what a file holds."""
    return stable_hash(Path(path).read_bytes(), hash_algo=hash_algo)


def hash_objects(
    *args: Any, hash_algo: HashAlgorithm = _MD5, raise_on_failure: bool = False, **kwargs: Any
) -> str | None:
    """Return a hash of any values, the same in every process; None if there is none.

    Args:
        *args: The values.
        hash_algo: A constructor of `hashlib`.
        raise_on_failure: Raise an error that says what has no hash, instead of returning None.
        **kwargs: More values, by name; their order does not matter.

    Raises:
        HashError: A value has no hash and `raise_on_failure` is set.

    Example:
        >>> hash_objects({"b": 1, "a": 2}) == hash_objects({"a": 2, "b": 1})
        True
    """
    try:
        text = _as_json((args, kwargs))
    except (Unstable, RecursionError) as error:
        if raise_on_failure:
            raise HashError(f"Unable to create hash - {error}") from error
        return None
    return stable_hash(text, hash_algo=hash_algo)


class Unstable(Exception):
    """A value has nothing that would be the same in another process."""


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=_object)
    except (
        TypeError,
        ValueError,
        RecursionError,
    ):  # not for JSON: a key that is no text, a cycle, a class unknown
        return json.dumps(["stable form", _StableForm().of(value)])


def _object(obj: Any) -> Any:
    if isinstance(obj, _SETS):
        members = cast("set[Any]", obj)
        return {"__class__": class_path(type(members)), "data": _sorted(members, _as_json)}
    if next(find(obj, _SETS), None) is not None:
        raise TypeError("It holds a set, which would be written in a different order by each process.")
    return object_to_json(obj)


def _sorted(members: Iterable[Any], form: Callable[[Any], Any]) -> list[Any]:
    """Sort by value what is of one plain type, and by its form what is not."""
    kinds: set[type[Any]] = {type(member) for member in members}
    if len(kinds) == 1 and kinds.issubset(_SORTABLE):
        return [m.decode() if isinstance(m, bytes) else m for m in sorted(members)]
    return [json.loads(text) for text in sorted(cast("str", form(member)) for member in members)]


class _StableForm:
    """Turns one value into lists and texts."""

    def __init__(self) -> None:
        self.path: dict[int, int] = {}
        self.done: dict[int, Any] = {}
        self.kept: list[Any] = []  # ids are only unique while what they name is alive

    def of(self, value: Any) -> Any:
        if value is None or type(value) in {bool, int, str}:
            return value
        if isinstance(value, (float, complex)):
            return ["number", repr(value)]
        if isinstance(value, (bytes, bytearray, memoryview)):
            return ["bytes", bytes(cast("bytes", value)).hex()]
        identity = id(value)
        if identity in self.path:  # it holds itself
            return ["again", self.path[identity]]
        if identity not in self.done:
            self.kept.append(value)
            self.path[identity] = len(self.path)
            self.done[identity] = self.of_object(value)
            del self.path[identity]
        return self.done[identity]

    def of_object(self, value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value
        kind = cast("type[Any]", type(value))
        if kind is dict:
            return ["dict", self.sorted_pairs(cast("dict[Any, Any]", value))]
        if kind in (list, tuple):
            return [kind.__name__, [self.of(item) for item in value]]
        if kind in _SETS:
            return [kind.__name__, sorted(json.dumps(_StableForm().of(item)) for item in value)]
        if isinstance(value, (type, ModuleType, BuiltinFunctionType)):
            return self.of_named(value)
        if isinstance(value, FunctionType):
            return self.of_function(value)
        if isinstance(value, CodeType):
            return self.of_code(value)
        if hasattr(value, "dtype") and hasattr(value, "tobytes") and hasattr(value, "shape"):
            return self.of_array(value)
        fields = _fields(value)
        if fields is not None:
            return ["fields", class_path(kind), self.sorted_pairs(fields)]
        return self.of_reduced(value)

    def sorted_pairs(self, value: dict[Any, Any]) -> list[Any]:
        pairs = [(json.dumps(_StableForm().of(key)), item) for key, item in value.items()]
        return [[key, self.of(item)] for key, item in sorted(pairs, key=lambda pair: pair[0])]

    def of_named(self, value: Any) -> Any:
        owner = getattr(value, "__self__", None)
        name = getattr(value, "__qualname__", None) or value.__name__
        if owner is not None and not isinstance(owner, ModuleType):
            return ["method", name, self.of(owner)]
        return ["name", getattr(value, "__module__", None), name]

    def of_function(self, value: FunctionType) -> Any:
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        if value.__module__ == "copyreg":
            return ["name", value.__module__, value.__qualname__]
        given = [value.__defaults__, value.__kwdefaults__, cells]
        return ["function", value.__qualname__, self.of_code(value.__code__), *map(self.of, given)]

    def of_code(self, code: CodeType) -> Any:
        constants = [self.of(constant) for constant in code.co_consts]
        names = [*code.co_names, "|", *code.co_varnames, "|", *code.co_freevars]
        return ["code", code.co_code.hex(), names, constants]

    def of_array(self, value: Any) -> Any:
        kind = str(getattr(value.dtype, "str", value.dtype))
        if getattr(value.dtype, "hasobject", False):
            return ["array", kind, list(value.shape), self.of(value.tolist())]
        return ["array", kind, list(value.shape), hashlib.sha256(value.tobytes()).hexdigest()]

    def of_reduced(self, value: Any) -> Any:
        """What the value would be pickled as: how to make it, and its state."""
        kind = cast("type[Any]", type(value))
        try:
            by_table: Any = copyreg.dispatch_table.get(kind)
            reduced: Any = by_table(value) if by_table else value.__reduce_ex__(4)
        except RecursionError:
            raise
        except Exception as error:
            raise Unstable(
                f"objects could not be serialized: a value of type {type(value).__qualname__!r} has no lasting form "
                f"({error})."
            ) from error
        if isinstance(reduced, str):
            return ["name", type(value).__module__, reduced]
        make, args, state, items, pairs = cast("tuple[Any, ...]", (*reduced, None, None, None)[:5])
        listed = None if items is None else [self.of(item) for item in items]
        if pairs is not None:
            pairs = self.sorted_pairs(dict(pairs)) if type(value) is not OrderedDict else self.of(list(pairs))
        return ["object", self.of(make), [self.of(arg) for arg in args], self.of(state), listed, pairs]


def _fields(value: Any) -> dict[str, Any] | None:
    """Return the fields of a dataclass or a pydantic model; which of them were given explicitly does not matter."""
    kind = cast("type[Any]", type(value))
    if hasattr(kind, "__pydantic_fields__"):
        return {**value.__dict__, **(getattr(value, "__pydantic_extra__", None) or {})}
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(kind)}
    return None


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - reading it is the question
    except ValueError:
        return False
    return True
