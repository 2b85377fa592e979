"""Variables: named values that are kept beside the code and can be changed without changing it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.variables import VariableCreate, VariableUpdate
from prefect.store.variables import (
    create_variable,
    delete_variable_by_name,
    read_variable_by_name,
    update_variable_by_name,
)
from prefect.types.names import MAX_VARIABLE_NAME_LENGTH
from prefect.types.variable_values import StrictVariableValue

__all__ = ["Variable"]

T = TypeVar("T")


def _get(name: str, default: Any) -> Steps[Any]:
    try:
        variable = yield from settle(get_backend().perform(read_variable_by_name, name))
    except ObjectNotFound:
        return default
    return variable.value


def _set(name: str, value: Any, tags: list[str] | None, *, overwrite: bool) -> Steps[Variable[Any]]:
    wanted = VariableCreate(name=name, value=value, tags=tags)
    while True:
        try:
            stored = yield from settle(get_backend().perform(create_variable, wanted))
        except ObjectAlreadyExists:
            if not overwrite:
                raise ValueError(
                    f"Variable {name!r} already exists. Use `overwrite=True` to update it."
                ) from None
        else:
            return Variable(name=stored.name, value=stored.value, tags=stored.tags)
        change = VariableUpdate(value=wanted.value, tags=wanted.tags or [])
        try:
            yield from settle(get_backend().perform(update_variable_by_name, name, change))
        except ObjectNotFound:
            continue  # somebody deleted it since: create it
        return Variable(name=name, value=wanted.value, tags=wanted.tags or [])


def _unset(name: str) -> Steps[bool]:
    try:
        yield from settle(get_backend().perform(delete_variable_by_name, name))
    except ObjectNotFound:
        return False
    return True


async def _aget(cls: type[Any], name: str, default: Any = None) -> Any:
    return await arun(_get(name, default))


async def _aset(
    cls: type[Any], name: str, value: Any, tags: list[str] | None = None, overwrite: bool = False
) -> Any:
    return await arun(_set(name, value, tags, overwrite=overwrite))


async def _aunset(cls: type[Any], name: str) -> bool:
    return await arun(_unset(name))


class Variable(BaseModel, Generic[T]):
    """A named value. Names hold lowercase letters, digits, dashes and underscores, at most 255 of them.

    A value is what JSON has: text, a number, a truth value, a list, a dictionary or None; at most 5000 bytes of JSON.

    `get`, `set` and `unset` return a value in sync code and an awaitable in async code; `aget`, `aset` and `aunset`
    are for async code only.

    Example:
        >>> Variable.set("region", "eu-west-1")
        Variable(name='region', value='eu-west-1', tags=[])
        >>> Variable.get("region")
        'eu-west-1'
    """

    name: str = Field(max_length=MAX_VARIABLE_NAME_LENGTH)
    value: StrictVariableValue
    tags: list[str] | None = None

    @classmethod
    async def aget(cls, name: str, default: StrictVariableValue = None) -> StrictVariableValue:
        """Return the value of a variable. See `get`."""
        return await arun(_get(name, default))

    @classmethod
    @async_dispatch(_aget)
    def get(cls, name: str, default: StrictVariableValue = None) -> Any:
        """Return the value of a variable.

        Args:
            name: Its name.
            default: What to return when there is no such variable.
        """
        return run(_get(name, default))

    @classmethod
    async def aset(
        cls, name: str, value: StrictVariableValue, tags: list[str] | None = None, overwrite: bool = False
    ) -> Variable[Any]:
        """Store a variable. See `set`."""
        return await arun(_set(name, value, tags, overwrite=overwrite))

    @classmethod
    @async_dispatch(_aset)
    def set(
        cls, name: str, value: StrictVariableValue, tags: list[str] | None = None, overwrite: bool = False
    ) -> Any:
        """Store a variable, and return it as it is stored.

        Args:
            name: Its name.
            value: Its value.
            tags: Labels for people and for filters. With `overwrite` they replace those that it has.
            overwrite: Replace a variable of this name, if there is one.

        Raises:
            ValueError: The name or the value cannot be used, or the variable exists and is not to be overwritten.
        """
        return run(_set(name, value, tags, overwrite=overwrite))

    @classmethod
    async def aunset(cls, name: str) -> bool:
        """Delete a variable. See `unset`."""
        return await arun(_unset(name))

    @classmethod
    @async_dispatch(_aunset)
    def unset(cls, name: str) -> Any:
        """Delete a variable, and return whether there was one.

        Args:
            name: Its name.
        """
        return run(_unset(name))
