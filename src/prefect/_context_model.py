"""The base class of contexts that users and integration packages define themselves.

The contexts of runs are light objects, since one is made for every run, and this room loads pydantic. They are entered,
found, copied and serialized in the same way, and so count as subclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, PrivateAttr

_WHAT_A_CONTEXT_HAS = ("get", "model_copy", "serialize")


class _ContextType(type(BaseModel)):
    """Lets whatever has the methods of a context count as one."""

    def __subclasscheck__(cls, subclass: type[Any], /) -> bool:
        if cls.__dict__.get("_counts_by_methods") and all(
            hasattr(subclass, name) for name in _WHAT_A_CONTEXT_HAS
        ):
            return True
        return super().__subclasscheck__(subclass)

    def __instancecheck__(cls, instance: object, /) -> bool:
        return issubclass(type(instance), cls)


class ContextModel(BaseModel, metaclass=_ContextType):
    """A context that is entered with `with` and found with `get()`; its fields are checked by pydantic.

    A subclass names the context variable that it is kept in as `__var__`.

    Example:
        >>> class Shift(ContextModel):
        ...     __var__: ClassVar[ContextVar[Shift]] = ContextVar("shift")
        ...     worker: str
        >>> with Shift(worker="Ann"):
        ...     Shift.get().worker
        'Ann'
    """

    __var__: ClassVar[ContextVar[Any]]
    _counts_by_methods: ClassVar[bool] = True

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    _token: Token[Any] | None = PrivateAttr(None)

    def __enter__(self) -> Self:
        if self._token is not None:
            raise RuntimeError(
                f"This {type(self).__name__} is entered already. Enter a copy of it: `with context.model_copy():`."
            )
        self._token = self.__var__.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is None:
            raise RuntimeError(f"This {type(self).__name__} is left without having been entered.")
        self.__var__.reset(self._token)
        self._token = None

    @classmethod
    def get(cls) -> Self | None:
        """Return the present context of this kind, or None."""
        return cls.__var__.get(None)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, which can be entered even while this one is.

        Args:
            update: New values of fields; they are not checked.
            deep: Copy the values too.
        """
        token, self._token = self._token, None
        try:
            return super().model_copy(update=update, deep=deep)
        finally:
            self._token = token

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """Return the fields that were set, as plain values.

        Args:
            include_secrets: Let secret values be shown by those that show them only when asked.
        """
        return self.model_dump(exclude_unset=True, context={"include_secrets": include_secrets})
