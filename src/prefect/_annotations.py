"""Marks on arguments: `unmapped`, `allow_failure`, `quote` and their kin tell the engine how to treat a value."""

from __future__ import annotations

import warnings
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")


class BaseAnnotation(tuple[T], Generic[T]):
    """A value with a mark on it. The mark is the class; the value is `.value`."""

    __slots__ = ()

    def __new__(cls, value: T) -> Self:
        """Put the mark on a value."""
        return super().__new__(cls, (value,))

    @property
    def value(self) -> T:
        """The marked value."""
        return super().__getitem__(0)

    def unwrap(self) -> T:
        """Return the marked value."""
        return super().__getitem__(0)

    def rewrap(self, value: T) -> Self:
        """Put the same mark on another value."""
        return type(self)(value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"


class unmapped(BaseAnnotation[T]):
    """Pass this value whole to every run of a mapped task instead of iterating over it.

    Example:
        >>> add.map([1, 2, 3], unmapped(10))
    """

    __slots__ = ()

    def __getitem__(self, _: object) -> T:  # pyright: ignore[reportIncompatibleMethodOverride] - every index is the value
        return self.unwrap()


class allow_failure(BaseAnnotation[T]):
    """Run the task even if this upstream failed; it receives the exception instead of a result."""

    __slots__ = ()


class quote(BaseAnnotation[T]):
    """Pass this value as it is: it is not searched for futures and states."""

    __slots__ = ()

    def unquote(self) -> T:
        """Return the quoted value."""
        return self.unwrap()


class Quote(quote[T]):
    """The older spelling of `quote`."""

    __slots__ = ()

    def __new__(cls, expr: T) -> Self:
        """Put the mark on a value."""
        warnings.warn("`Quote` is an older spelling; use `quote`.", DeprecationWarning, stacklevel=2)
        return super().__new__(cls, expr)


class opaque(BaseAnnotation[T]):
    """Pass this value on without looking for upstream runs inside it."""

    __slots__ = ()


class freeze(BaseAnnotation[T]):
    """Keep this parameter of a bound flow fixed at the given value."""

    __slots__ = ()

    def unfreeze(self) -> T:
        """Return the frozen value."""
        return self.unwrap()


class NotSet:
    """Stands for "no value was given" where `None` is a value."""


def unwrap_annotation(value: Any) -> Any:
    """Return the value inside an annotation, or the value itself when it has none."""
    return value.unwrap() if isinstance(value, BaseAnnotation) else value  # pyright: ignore[reportUnknownVariableType] - a mark on anything
