"""Which route a request takes: a tree by the segments of the path, so that the number of routes does not matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """A route and the values of the parameters in its path."""

    target: T
    values: dict[str, str]


class WrongMethod(NamedTuple):
    """There is such a path, for other methods."""

    allowed: tuple[str, ...]


@dataclass(slots=True)
class _Node(Generic[T]):
    literal: dict[str, _Node[T]] = field(default_factory=dict[str, "_Node[T]"])
    parameter: _Node[T] | None = None
    # By method: the names of the parameters on the way here, and what answers.
    ends: dict[str, tuple[tuple[str, ...], T]] = field(default_factory=dict[str, tuple[tuple[str, ...], T]])


class Routes(Generic[T]):
    """Routes by path and method. Words in a path go before parameters at the same place."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, method: str, path: str, target: T) -> None:
        """Add a route.

        Args:
            method: The HTTP method, in capitals.
            path: The path, with parameters in braces. A slash at the end counts.
            target: What answers.
        """
        node, names = self._root, list[str]()
        for segment in segments_of(path):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literal.setdefault(segment, _Node())
        node.ends[method] = (tuple(names), target)

    def find(self, method: str, segments: tuple[str, ...]) -> Found[T] | WrongMethod | None:
        """Return the route that a request takes; None if there is no such path."""
        allowed: list[str] = []
        found = _walk(self._root, method, segments, 0, (), allowed)
        if found is not None:
            return found
        return WrongMethod(tuple(dict.fromkeys(allowed))) if allowed else None


def segments_of(path: str) -> tuple[str, ...]:
    """Return the segments of a path; a slash at its end makes an empty last one."""
    return tuple(path.lstrip("/").split("/"))


def _walk(
    node: _Node[T],
    method: str,
    segments: tuple[str, ...],
    position: int,
    values: tuple[str, ...],
    allowed: list[str],
) -> Found[T] | None:
    if position == len(segments):
        end = node.ends.get(method)
        if end is None:
            allowed.extend(node.ends)
            return None
        return Found(end[1], dict(zip(end[0], values, strict=True)))
    segment = segments[position]
    following = node.literal.get(segment)
    if following is not None:
        found = _walk(following, method, segments, position + 1, values, allowed)
        if found is not None:
            return found
    if node.parameter is not None and segment:
        return _walk(node.parameter, method, segments, position + 1, (*values, segment), allowed)
    return None
