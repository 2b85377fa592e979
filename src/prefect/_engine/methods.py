"""Flows and tasks inside classes: how they are bound to the object or class that they are reached through."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

F_co = TypeVar("F_co", bound=Callable[..., Any], covariant=True)


class Wraps(Protocol[F_co]):
    """Something made of a function, for type checkers: the first parameter of `fn` tells what may be bound."""

    @property
    def fn(self) -> F_co:
        """The function."""
        ...


def bound(wrapper: Any, instance: object, owner: Any) -> Any:
    """Return a flow or task that is bound as its function would be; the one given, if there is nothing to bind.

    Args:
        wrapper: The flow or task.
        instance: The object that it is reached through, if it is one.
        owner: The class that it is reached through.
    """
    if wrapper.isstaticmethod:
        return wrapper
    target = owner if wrapper.isclassmethod else instance
    if target is None:
        return wrapper
    reached = copy.copy(wrapper)
    reached.fn = wrapper.fn.__get__(target, type(target))
    return reached
