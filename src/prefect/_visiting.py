"""Searching and rebuilding nested values: lists, tuples, sets, dictionaries, dataclasses and pydantic models.

What is looked for (futures, states) is told by its class, so that this room knows none of them. A container in which
nothing is replaced is passed on as the very object that was given.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from prefect.utilities.annotations import BaseAnnotation, allow_failure, opaque, quote

PLAIN_TYPES = frozenset({int, float, complex, str, bytes, bool, type(None)})
"""Types that hold nothing."""

Wanted: TypeAlias = type | tuple[type, ...]
Replace: TypeAlias = Callable[[Any, bool], Any]
"""Gets what was found, and whether `allow_failure` is around it; returns what stands in its place."""


def find(value: Any, wanted: Wanted) -> Iterator[tuple[Any, bool]]:
    """Yield each object of the wanted classes inside a value, and whether `allow_failure` is around it."""
    if type(value) in PLAIN_TYPES:
        return
    if isinstance(value, wanted):
        yield value, False
    elif isinstance(value, BaseAnnotation):
        if not isinstance(value, (quote, opaque)):
            allowed = isinstance(value, allow_failure)
            for found, inner in find(value.unwrap(), wanted):
                yield found, allowed or inner
    else:
        for part in parts(value):
            yield from find(part, wanted)


def parts(value: Any) -> Iterable[Any]:
    """Return what a container holds, unless that is all plain; nothing for a value that is no container."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return () if PLAIN_TYPES.issuperset(map(type, value)) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    fields = _fields(value)
    return fields.values() if fields else ()


def replace(value: Any, wanted: Wanted, by: Replace, *, allowed: bool = False, unwrap: bool = True) -> Any:
    """Return the value with each object of the wanted classes replaced.

    Args:
        value: Any value.
        wanted: The classes to replace.
        by: Returns what stands in the place of an object.
        allowed: Whether `allow_failure` is around this value.
        unwrap: Take annotations off; otherwise they stay around what they mark.
    """
    if type(value) in PLAIN_TYPES:
        return value
    if isinstance(value, wanted):
        return by(value, allowed)
    if isinstance(value, BaseAnnotation):
        inside = value.unwrap()
        if isinstance(value, (quote, opaque)):
            return inside if unwrap else value
        allowed = allowed or isinstance(value, allow_failure)
        inside = replace(inside, wanted, by, allowed=allowed, unwrap=unwrap)
        return inside if unwrap else value.rewrap(inside)

    def inner(part: Any) -> Any:
        return replace(part, wanted, by, allowed=allowed, unwrap=unwrap)

    if isinstance(value, dict):
        return _rebuilt_dict(value, inner)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, (list, tuple, set, frozenset)):
        return _rebuilt_collection(value, inner)
    return _rebuilt_object(value, inner)


def _rebuilt_dict(value: dict[Any, Any], inner: Callable[[Any], Any]) -> Any:
    pairs = [(inner(key), inner(item)) for key, item in value.items()]
    if all(new is old for pair, given in zip(pairs, value.items(), strict=True) for new, old in zip(pair, given, strict=True)):
        return value
    if type(value) is dict:
        return dict(pairs)
    # Defaultdicts, ordered dicts and the like keep what else they carry.
    rebuilt = copy.copy(value)
    rebuilt.clear()
    rebuilt.update(pairs)
    return rebuilt


def _rebuilt_collection(value: Any, inner: Callable[[Any], Any]) -> Any:
    if PLAIN_TYPES.issuperset(map(type, value)):
        return value
    given = list(value)
    changed = [inner(item) for item in given]
    if all(new is old for new, old in zip(changed, given, strict=True)):
        return value
    if hasattr(value, "_fields"):
        return type(value)(*changed)
    # A list of futures has a class of its own; what replaces them is an ordinary list.
    return next(base for base in (list, tuple, set, frozenset) if isinstance(value, base))(changed)


def _rebuilt_object(value: Any, inner: Callable[[Any], Any]) -> Any:
    fields = _fields(value)
    if not fields:
        return value
    changed = {name: inner(item) for name, item in fields.items()}
    if all(changed[name] is item for name, item in fields.items()):
        return value
    if hasattr(value, "model_copy"):
        return value.model_copy(update=changed)
    duplicate = copy.copy(value)
    for name, item in changed.items():
        object.__setattr__(duplicate, name, item)  # frozen dataclasses too
    return duplicate


def _fields(value: Any) -> Mapping[str, Any] | None:
    """Return the fields of a dataclass instance or a pydantic model by name; None for anything else."""
    kind = type(value)
    if hasattr(kind, "__pydantic_fields__"):
        return getattr(value, "__dict__", None)
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name, None) for field in dataclasses.fields(kind)}
    return None
