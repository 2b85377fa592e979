"""Mapping: from parameters that hold iterables to the parameters of each run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import IOBase
from typing import Any

from prefect.exceptions import MappingLengthMismatch, MappingMissingIterable
from prefect.utilities.annotations import BaseAnnotation, allow_failure, quote, unmapped


def mapped_parameters(
    task_name: str, parameters: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the parameters of each run of a mapped task.

    Args:
        task_name: The task, for errors.
        parameters: What `map` was called with: iterables are mapped over; `unmapped` and other values go to all runs.
        defaults: Default values of the task's parameters, which are never mapped over.

    Raises:
        MappingMissingIterable: There is nothing to map over.
        MappingLengthMismatch: The iterables have different lengths.
    """
    iterables: dict[str, list[Any]] = {}
    same_for_all: dict[str, Any] = {}
    for name, value in parameters.items():
        marked, wrap = _without_mark(value)
        if isinstance(marked, unmapped):
            same_for_all[name] = marked.unwrap()
        elif is_iterable(marked):
            iterables[name] = [wrap(item) for item in marked] if wrap else list(marked)
        else:
            same_for_all[name] = value
    _check(task_name, iterables, parameters)
    defaulted = {name: value for name, value in defaults.items() if name not in parameters}
    count = len(next(iter(iterables.values())))
    return [
        {**defaulted, **same_for_all, **{name: items[i] for name, items in iterables.items()}}
        for i in range(count)
    ]


def _without_mark(value: Any) -> tuple[Any, Callable[[Any], Any] | None]:
    """Return what can be mapped over, and the mark that each of its elements receives."""
    if isinstance(value, (allow_failure, quote)):
        return value.unwrap(), type(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a mark on anything
    return value, None


def _check(task_name: str, iterables: Mapping[str, list[Any]], parameters: Mapping[str, Any]) -> None:
    if not iterables:
        raise MappingMissingIterable(
            f"No iterable parameters were received. Parameters for map of task {task_name!r}: {dict(parameters)!r}. "
            "Give at least one list to map over."
        )
    lengths = {name: len(items) for name, items in iterables.items()}
    if len(set(lengths.values())) > 1:
        raise MappingLengthMismatch(
            f"Received iterable parameters with different lengths for map of task {task_name!r}. Got lengths: "
            f"{lengths}. "
            "Give lists of one length, or wrap what all runs shall get in unmapped(...)."
        )


def is_iterable(value: Any) -> bool:
    """Whether `map` iterates over a value: text, bytes and open files are single values."""
    if isinstance(value, (str, bytes, IOBase, BaseAnnotation)):
        return False
    return isinstance(value, Iterable)
