"""Small functions about dictionaries, lists and enumerations, under the path that integrations import."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Collection, Generator, Hashable, Iterable, Iterator, Mapping
from enum import Enum, auto
from typing import Any, TypeVar, cast

from prefect.utilities.visiting import StopVisiting, visit_collection

__all__ = [
    "AutoEnum",
    "StopVisiting",
    "batched_iterable",
    "deep_merge",
    "deep_merge_dicts",
    "dict_to_flatdict",
    "distinct",
    "ensure_iterable",
    "extract_instances",
    "flatdict_to_dict",
    "get_from_dict",
    "isiterable",
    "listrepr",
    "remove_nested_keys",
    "set_in_dict",
    "visit_collection",
]

T = TypeVar("T")
Nested = dict[Any, Any]


class AutoEnum(str, Enum):
    """An enumeration of texts whose `auto()` is the name of the member.

    Example:
        >>> class Colour(AutoEnum):
        ...     RED = AutoEnum.auto()
        >>> Colour.RED.value
        'RED'
    """

    @staticmethod
    def _generate_next_value_(name: str, *_: Any) -> str:  # pyright: ignore[reportIncompatibleMethodOverride] - only the name counts
        return name

    @staticmethod
    def auto() -> Any:
        """Return what becomes the name of the member."""
        return auto()

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.value}"


def dict_to_flatdict(dct: Mapping[Any, Any]) -> dict[tuple[Any, ...], Any]:
    """Return a dictionary of the innermost values, by the tuple of keys that leads to each. Empty ones are values."""
    flat: dict[tuple[Any, ...], Any] = {}
    for key, value in dct.items():
        if isinstance(value, dict) and value:
            inner = dict_to_flatdict(cast("Nested", value))
            flat |= {(key, *rest): item for rest, item in inner.items()}
        else:
            flat[(key,)] = value
    return flat


def flatdict_to_dict(dct: Mapping[tuple[Any, ...], Any]) -> Nested:
    """Return the nested dictionary that a flat one was made of; see `dict_to_flatdict`."""
    nested: Nested = {}
    for keys, value in dct.items():
        inner = nested
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[keys[-1]] = value
    return nested


def isiterable(obj: Any) -> bool:
    """Return whether something holds values to go through; texts, bytes and files do not count."""
    return isinstance(obj, Iterable) and not isinstance(obj, (str, bytes, io.IOBase))


def ensure_iterable(obj: T | Iterable[T]) -> Collection[T]:
    """Return a collection as it is; a dictionary, and anything else, as a list of one."""
    alone = isinstance(obj, dict) or not isinstance(obj, Collection)
    return cast("Collection[T]", [obj] if alone else obj)


def listrepr(objs: Iterable[Any], sep: str = " ") -> str:
    """Return the representations of objects in one text."""
    return sep.join(repr(obj) for obj in objs)


def extract_instances(
    objects: Iterable[Any], types: type[Any] | tuple[type[Any], ...] = object
) -> list[Any] | dict[type[Any], list[Any]]:
    """Return the objects of a type; of several types, a dictionary of those that there are."""
    given = list(objects)
    if not isinstance(types, tuple):
        return [obj for obj in given if isinstance(obj, types)]
    found: dict[type[Any], list[Any]] = {}
    for obj in given:
        for kind in types:
            if isinstance(obj, kind):
                found.setdefault(kind, []).append(obj)
    return found


def batched_iterable(iterable: Iterable[T], size: int) -> Generator[tuple[T, ...]]:
    """Yield tuples of `size` items; the last may be shorter."""
    iterator = iter(iterable)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch


def distinct(iterable: Iterable[T], key: Callable[[T], Hashable] | None = None) -> Iterator[T]:
    """Yield each item that is not like an earlier one, compared by `key` if there is one."""
    seen: set[Hashable] = set()
    for item in iterable:
        told = key(item) if key else cast("Hashable", item)
        if told not in seen:
            seen.add(told)
            yield item


def remove_nested_keys(keys_to_remove: list[Any], obj: Any) -> Any:
    """Return a dictionary, and those that are its values, without some keys; anything else as it is."""
    if not isinstance(obj, dict):
        return obj
    return {
        key: remove_nested_keys(keys_to_remove, value)
        for key, value in cast("Nested", obj).items()
        if key not in keys_to_remove
    }


def get_from_dict(dct: Mapping[str, Any], keys: str | list[str], default: Any = None) -> Any:
    """Return a nested value, or `default` if there is none.

    Args:
        dct: Nested dictionaries and lists.
        keys: The way to it: "a.b[0]", or a list of keys.
        default: What to return if there is no such value.

    Example:
        >>> get_from_dict({"a": {"b": [{"c": 3}]}}, "a.b[0].c")
        3
    """
    steps = re.sub(r"\[([^\]]*)\]", r".\1", keys).split(".") if isinstance(keys, str) else keys
    value: Any = dct
    for step in steps:
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]  # pyright: ignore[reportUnknownVariableType] - a value of anything
        except (KeyError, IndexError, TypeError, ValueError):
            return default
    return value  # pyright: ignore[reportUnknownVariableType] - a value of anything


def set_in_dict(dct: dict[str, Any], keys: str | list[str], value: Any) -> None:
    """Set a nested value, making the dictionaries that lead to it.

    Raises:
        TypeError: What leads to it is no dictionary.
    """
    path = keys.replace("[", ".").replace("]", "").split(".") if isinstance(keys, str) else keys
    inner: Any = dct
    for key in path[:-1]:
        inner = inner.setdefault(key, {})  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a value of anything
        if not isinstance(inner, dict):
            raise TypeError(f"Key path exists and contains a non-dict value: {path}")
    inner[path[-1]] = value


def deep_merge(dct: Mapping[str, Any], merge: Mapping[str, Any]) -> dict[str, Any]:
    """Return one dictionary laid over another; dictionaries in both are merged, other values replaced."""
    merged: dict[str, Any] = dict(dct)
    for key, value in merge.items():
        before = merged.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[key] = deep_merge(cast("Nested", before), cast("Nested", value)) if both else value
    return merged


def deep_merge_dicts(*dicts: Mapping[str, Any]) -> dict[str, Any]:
    """Return dictionaries laid one over another, the last on top; see `deep_merge`."""
    merged: dict[str, Any] = {}
    for each in dicts:
        merged = deep_merge(merged, each)
    return merged
