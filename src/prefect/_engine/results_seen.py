"""Which run a value came from: lets a result that is passed on as a plain value count as a dependency.

Values are recognised by identity, so each must be kept alive while it is known; otherwise its identity could pass to
another object. Where Python allows it a weak reference is used, so that large results can be freed.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.schemas.run_inputs import RunType
    from prefect.schemas.states import State

UNTRACKABLE_TYPES = {type(None), type(...), type(NotImplemented), bool}
"""Types whose few values are shared by all code, so that identity says nothing."""

KEPT_ALIVE = 10_000
"""How many values are kept alive for the sake of being recognised; the oldest are forgotten first."""

KEPT_WEIGHT = 64 * 2**20
"""How many bytes, as far as objects tell their size, are kept alive for that; the oldest are forgotten first."""

SEARCHED = 1000
"""How large a collection may be for its elements to be recognised too; larger ones would cost more than they tell."""

_SHARED_INTEGERS = range(-5, 257)
"""The integers of which CPython keeps one object for all."""


class ResultsSeen:
    """The results that runs of one flow run have produced."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[State[Any], RunType, Any, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def add(self, value: Any, state: State[Any], run_type: RunType) -> None:
        """Remember that `value`, and what it holds if it is a small collection, comes from the run of `state`."""
        self._add(value, state, run_type)
        if isinstance(value, (list, tuple, set, dict)) and 0 < len(value) <= SEARCHED:  # pyright: ignore[reportUnknownArgumentType] - results are the user's
            held: Iterable[Any] = value.values() if isinstance(value, dict) else value  # pyright: ignore[reportUnknownVariableType] - results are the user's
            for item in held:  # pyright: ignore[reportUnknownVariableType] - results are the user's
                self._add(item, state, run_type)  # pyright: ignore[reportUnknownArgumentType] - results are the user's

    def _add(self, value: object, state: State[Any], run_type: RunType) -> None:
        kind = type(value)
        if kind in UNTRACKABLE_TYPES or (kind is int and value in _SHARED_INTEGERS):
            return
        key = id(value)
        weight = 0
        try:
            anchor: Any = weakref.ref(value, lambda _: self._known.pop(key, None))
        except TypeError:
            anchor, weight = value, sys.getsizeof(value)
        with self._lock:
            before = self._known.get(key)
            self._weight += weight - (before[3] if before else 0)
            self._known[key] = (state, run_type, anchor, weight)
            while self._known and (len(self._known) > KEPT_ALIVE or self._weight > KEPT_WEIGHT):
                self._weight -= self._known.popitem(last=False)[1][3]

    def find(self, value: Any) -> tuple[State[Any], RunType] | None:
        """Return the state of the run whose result `value` is, and the kind of that run."""
        found = self._known.get(id(value))
        return found[:2] if found else None

    def __bool__(self) -> bool:
        return bool(self._known)
