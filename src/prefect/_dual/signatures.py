"""Functions that take what another one takes: its parameters are written once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def called_like(other: Callable[P, Any]) -> Callable[[Callable[..., R]], Callable[P, R]]:
    """Let a function that takes anything show the parameters of another one, to people and to type checkers.

    Example:
        >>> @called_like(round)
        ... def rounded(*args, **kwargs): return round(*args, **kwargs)
        >>> inspect.signature(rounded)
        <Signature (number, ndigits=None)>
    """

    def decorate(function: Callable[..., R]) -> Callable[P, R]:
        function.__signature__ = inspect.signature(other)  # pyright: ignore[reportFunctionMemberAccess] - how Python is told
        return function

    return decorate
