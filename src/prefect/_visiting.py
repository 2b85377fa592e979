"""Searching and rebuilding nested values: lists, tuples, sets, dictionaries, dataclasses and pydantic models.

What is looked for (futures, states) is told by its class, so that this room knows none of them. A container in which
nothing is replaced is passed on as the very object that was given. Each container is looked at once, so values that
hold themselves do no harm; what lies deeper than `DEEPEST` is left alone.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from prefect._annotations import BaseAnnotation, allow_failure, opaque, quote

PLAIN_TYPES = frozenset({int, float, complex, str, bytes, bool, type(None)})
"""Types that hold nothing."""

DEEPEST = 100
"""How many containers may lie inside one another."""

Wanted: TypeAlias = type | tuple[type, ...]
Replace: TypeAlias = Callable[[Any, bool], Any]
"""Gets what was found, and whether `allow_failure` is around it; returns what stands in its place."""


def find(value: Any, wanted: Wanted) -> Iterator[tuple[Any, bool]]:
    """Yield each object of the wanted classes inside a value, and whether `allow_failure` is around it."""
    if type(value) not in PLAIN_TYPES:
        yield from _found(value, wanted, False, 0, set())


def _found(
    value: Any,
    wanted: Wanted,
    allowed: bool,
    depth: int,
    seen: set[int],
) -> Iterator[tuple[Any, bool]]:
    if isinstance(value, wanted):
        yield value, allowed
        return
    if isinstance(value, BaseAnnotation):
        if isinstance(value, (quote, opaque)):
            return
        allowed = allowed or isinstance(value, allow_failure)
        inside: Iterable[Any] = (value.unwrap(),)  # pyright: ignore[reportUnknownVariableType] - a mark on anything
    else:
        inside = parts(value)
        if not inside or depth >= DEEPEST or id(value) in seen:
            return
        seen.add(id(value))
    for part in inside:  # pyright: ignore[reportUnknownVariableType] - a part of anything
        if type(part) not in PLAIN_TYPES:  # pyright: ignore[reportUnknownArgumentType] - a part of anything
            yield from _found(part, wanted, allowed, depth + 1, seen)


def parts(value: Any) -> Iterable[Any]:
    """Return what a container holds, unless that is all plain; nothing for a value that is no container."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return () if PLAIN_TYPES.issuperset(map(type, value)) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - a collection of anything
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    fields = fields_of(value)
    return fields.values() if fields else ()


def replace(value: Any, wanted: Wanted, by: Replace, *, unwrap: bool = True) -> Any:
    """Return the value with each object of the wanted classes replaced.

    Args:
        value: Any value.
        wanted: The classes to replace.
        by: Returns what stands in the place of an object.
        unwrap: Take annotations off; otherwise they stay around what they mark.
    """
    if type(value) in PLAIN_TYPES:
        return value
    return _Replacing(wanted, by, unwrap=unwrap).of(value, allowed=False, depth=0)


class _Replacing:
    """One replacement; knows the containers it has been through."""

    def __init__(self, wanted: Wanted, by: Replace, *, unwrap: bool) -> None:
        self.wanted, self.by, self.unwrap = wanted, by, unwrap
        self.done: dict[tuple[int, bool], Any] = {}

    def of(self, value: Any, *, allowed: bool, depth: int) -> Any:
        if type(value) in PLAIN_TYPES:
            return value
        if isinstance(value, self.wanted):
            return self.by(value, allowed)
        if isinstance(value, BaseAnnotation):
            return self._of_annotation(value, allowed=allowed, depth=depth)  # pyright: ignore[reportUnknownArgumentType] - a mark on anything
        if depth >= DEEPEST or not parts(value):
            return value
        key = (id(value), allowed)
        if key not in self.done:
            self.done[key] = value  # what a container that holds itself finds inside
            self.done[key] = _rebuilt(value, lambda part: self.of(part, allowed=allowed, depth=depth + 1))
        return self.done[key]

    def _of_annotation(self, value: BaseAnnotation[Any], *, allowed: bool, depth: int) -> Any:
        inside = value.unwrap()
        if isinstance(value, (quote, opaque)):
            return inside if self.unwrap else value
        allowed = allowed or isinstance(value, allow_failure)
        inside = self.of(inside, allowed=allowed, depth=depth + 1)
        return inside if self.unwrap else value.rewrap(inside)


def _rebuilt(value: Any, inner: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return rebuilt_dict(value, inner)  # pyright: ignore[reportUnknownArgumentType] - a dictionary of anything
    if isinstance(value, (list, tuple, set, frozenset)):
        return _rebuilt_collection(value, inner)
    return rebuilt_object(value, inner)


def rebuilt_dict(value: dict[Any, Any], inner: Callable[[Any], Any]) -> Any:
    """Return a dictionary of the same kind with `inner` of its keys and values; itself if that changes nothing."""
    pairs = [(inner(key), inner(item)) for key, item in value.items()]
    if all(new[0] is key and new[1] is item for new, (key, item) in zip(pairs, value.items(), strict=True)):
        return value
    if type(value) is dict:
        return dict(pairs)
    # Defaultdicts, counters, ordered dicts and the like keep what else they carry.
    rebuilt = copy.copy(value)
    rebuilt.clear()
    for key, item in pairs:
        rebuilt[key] = item
    return rebuilt


def _rebuilt_collection(value: Any, inner: Callable[[Any], Any]) -> Any:
    given = list(value)
    changed = [inner(item) for item in given]
    if all(new is old for new, old in zip(changed, given, strict=True)):
        return value
    if hasattr(value, "_fields"):
        return type(value)(*changed)
    # A list of futures has a class of its own; what replaces them is an ordinary list.
    plain: type[Any] = next(base for base in (list, tuple, set, frozenset) if isinstance(value, base))
    return plain(changed)


def rebuilt_object(value: Any, inner: Callable[[Any], Any]) -> Any:
    """Return a dataclass instance or model with `inner` of its fields; itself if that changes nothing."""
    fields = fields_of(value) or {}
    changed = {name: inner(item) for name, item in fields.items()}
    if all(changed[name] is item for name, item in fields.items()):
        return value
    if hasattr(value, "model_copy"):
        return value.model_copy(update=changed)
    duplicate = copy.copy(value)
    for name, item in changed.items():
        object.__setattr__(duplicate, name, item)  # frozen dataclasses too
    return duplicate


def fields_of(value: object) -> Mapping[str, Any] | None:
    """Return the fields of a dataclass instance or a pydantic model by name; None for anything else."""
    kind = type(value)
    if hasattr(kind, "__pydantic_fields__"):
        return getattr(value, "__dict__", None)
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(kind)}
    return None
