"""How far transactions must be kept apart, where PostgreSQL can be told."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import ParamSpec, TypeVar

from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")

_guarded: set[CodeType] = set()


def guarded_by_rows(function: Callable[P, Transaction[R]]) -> Callable[P, Transaction[R]]:
    """Mark a function whose transactions are guarded by the rows that they write.

    Two of them that could contradict each other write the same row (the run whose state they change, the limit whose
    slot they take), or rows with the same unique key. PostgreSQL notices that by itself. For other transactions it also
    has to watch what was read, page by page: those that have to do with neighbours, such as runs that were made one
    after the other, are then undone and run again though nothing is wrong. So the mark is for what happens very often.
    """
    _guarded.add(function.__code__)
    return function


def is_guarded_by_rows(code: CodeType) -> bool:
    """Whether the function with this code bears the mark."""
    return code in _guarded
