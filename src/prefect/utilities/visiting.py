"""Going through nested values with a function of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from prefect._annotations import BaseAnnotation
from prefect._visiting import rebuilt_dict, rebuilt_object


class StopVisiting(BaseException):
    """Raised by a visiting function: leave this value and what lies below it as they are."""


def visit_collection(
    expr: Any,
    visit_fn: Callable[..., Any],
    *,
    return_data: bool = False,
    max_depth: int = -1,
    context: dict[str, Any] | None = None,
    remove_annotations: bool = False,
    _seen: dict[int, Any] | None = None,
) -> Any:
    """Call a function for a value and for everything inside it: lists, tuples, sets, dictionaries, dataclasses, models.

    Args:
        expr: The value.
        visit_fn: Gets each value, a container before what it holds; and the context, if there is one. It may raise
            `StopVisiting`.
        return_data: Return the value with everything replaced by what the function returned. A container in which
            nothing was replaced is the very object that was given.
        max_depth: How many containers may lie inside one another; -1 for any number.
        context: Given to the function as a second argument, a copy for each level; inside an annotation it holds that
            as "annotation".
        remove_annotations: Take annotations such as `unmapped` off.

    Returns:
        The new value, or None unless `return_data`.

    Example:
        >>> visit_collection([1, {"a": 2}], lambda x: x + 1 if isinstance(x, int) else x, return_data=True)
        [2, {'a': 3}]
    """
    visiting = _Visiting(visit_fn, return_data, remove_annotations)
    visiting.seen = {} if _seen is None else _seen
    changed = visiting.of(expr, max_depth, None if context is None else context.copy())
    return changed if return_data else None


class _Visiting:
    """One way through a value; knows the containers it has been through."""

    seen: dict[int, Any]

    def __init__(self, visit: Callable[..., Any], replaces: bool, bare: bool) -> None:
        self.visit, self.replaces, self.bare = visit, replaces, bare

    def of(self, given: Any, depth: int, context: dict[str, Any] | None) -> Any:
        if id(given) in self.seen:
            return self.seen[id(given)]
        try:
            found = self.visit(given) if context is None else self.visit(given, context)
        except StopVisiting:
            return given
        value = found if self.replaces else given
        if depth == 0:
            return value
        if isinstance(value, BaseAnnotation):
            return self._of_annotation(value, depth, context)  # pyright: ignore[reportUnknownArgumentType] - a mark on anything
        self.seen[id(given)] = value  # what a container that holds itself finds inside
        changed = _rebuilt(
            value, lambda part: self.of(part, depth - 1, None if context is None else context.copy())
        )
        del self.seen[id(given)]
        return changed if self.replaces else value

    def _of_annotation(self, value: BaseAnnotation[Any], depth: int, context: dict[str, Any] | None) -> Any:
        inside = value.unwrap()
        changed = self.of(inside, depth - 1, None if context is None else {**context, "annotation": value})
        if self.bare:
            return changed
        return value if changed is inside else value.rewrap(changed)


def _rebuilt(value: Any, inner: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return rebuilt_dict(cast("dict[Any, Any]", value), inner)
    if isinstance(value, (list, tuple, set, frozenset)):
        given = list(cast("Iterable[Any]", value))
        changed = [inner(item) for item in given]
        if all(new is old for new, old in zip(changed, given, strict=True)):
            return cast("Any", value)
        kind = cast("type[Any]", type(value))  # pyright: ignore[reportUnknownArgumentType] - a collection of anything
        return kind(*changed) if hasattr(kind, "_fields") else kind(changed)
    return value if isinstance(value, type) else rebuilt_object(value, inner)
