"""Classes by a key: subclasses of a base are found by the name that they give themselves.

Example:
    >>> @register_base_type
    ... class Shape:
    ...     @classmethod
    ...     def __dispatch_key__(cls):
    ...         return cls.__name__.lower()
    >>> class Circle(Shape): ...
    >>> lookup_type(Shape, "circle")
    <class 'Circle'>
"""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from prefect.exceptions import UnknownBlockType

T = TypeVar("T", bound=type[Any])

_registries: dict[type[Any], dict[str, type[Any]]] = {}


def get_dispatch_key(cls_or_instance: Any, allow_missing: bool = False) -> str | None:
    """Return the key of a class, which its `__dispatch_key__` is or returns.

    Raises:
        ValueError: It has none, unless `allow_missing`.
        TypeError: The key is no text.
    """
    cls: type[Any] = cls_or_instance if isinstance(cls_or_instance, type) else type(cls_or_instance)
    key = getattr(cls, "__dispatch_key__", None)
    key = key() if callable(key) else key
    if key is None:
        if allow_missing:
            return None
        raise ValueError(
            f"Type {cls.__name__!r} does not define a value for '__dispatch_key__' which is required for "
            "registry lookup."
        )
    if not isinstance(key, str):
        raise TypeError(
            f"Type {cls.__name__!r} has a '__dispatch_key__' of type {type(key).__name__} but a type of 'str' "
            "is required."
        )
    return key


def get_registry_for_type(cls: type[Any]) -> dict[str, type[Any]] | None:
    """Return the classes by key that a class belongs to; None if it has no registered base."""
    return next((_registries[base] for base in cls.__mro__ if base in _registries), None)


def register_base_type(cls: T) -> T:
    """Let the subclasses of a class register themselves when they are defined. A decorator."""
    _registries[cls] = {}
    key = get_dispatch_key(cls, allow_missing=True)
    if key is not None:
        _registries[cls][key] = cls
    own = vars(cls).get("__init_subclass__")

    def init_subclass(subclass: type[Any], **kwargs: Any) -> None:
        if own is None:
            super(cls, subclass).__init_subclass__(**kwargs)
        else:
            own.__func__(subclass, **kwargs)
        register_type(subclass)

    cls.__init_subclass__ = classmethod(init_subclass)  # pyright: ignore[reportAttributeAccessIssue] - set as Python sets it
    return cls


def register_type(cls: T) -> T:
    """Register a class under its key, in place of another one that had it. A decorator.

    Raises:
        ValueError: None of its bases is registered.
    """
    registry = get_registry_for_type(cls)
    if registry is None:
        known = ", ".join(repr(base.__name__) for base in _registries)
        raise ValueError(
            f"No registry found for type {cls.__name__!r}. Did you mean to inherit from one of the following known "
            f"types: {known}."
        )
    key = get_dispatch_key(cls)
    assert key is not None
    before = registry.get(key)
    if before is not None and (before.__module__, before.__qualname__) != (cls.__module__, cls.__qualname__):
        warnings.warn(
            f"Type {cls.__name__!r} has key {key!r} that matches existing registered type {before.__name__!r}. "
            "The existing type will be overridden.",
            UserWarning,
            stacklevel=3,
        )
    registry[key] = cls
    return cls


def lookup_type(cls: type[Any], dispatch_key: str) -> type[Any]:
    """Return the class of a key among the subclasses of a base.

    Raises:
        KeyError: There is none.
    """
    found = (get_registry_for_type(cls) or {}).get(dispatch_key) or _known_by_class(cls, dispatch_key)
    if found is None:
        raise KeyError(
            f"No class found for dispatch key {dispatch_key!r} in registry for type {cls.__name__!r}."
        )
    return found


def _known_by_class(cls: type[Any], key: str) -> type[Any] | None:
    """Return the class that the base finds by itself: blocks know their kinds without having been imported."""
    find = getattr(cls, "get_block_class_from_key", None)
    if find is None:
        return None
    try:
        return find(key)
    except UnknownBlockType:
        return None
