"""Methods of the client: each is written once, as a generator of effects, and is there for both clients.

    class Variables(Asking):
        @method(409)
        def create_variable(self, variable: VariableCreate) -> Steps[Variable]:
            return (yield from self.ask(create_variable, variable))

On `SyncPrefectClient` it returns a `Variable`, on `PrefectClient` a coroutine of one.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload
from uuid import UUID

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.status_errors import typed_error
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    import httpx2

    from prefect.client.orchestration._servers import Server
    from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class Asking:
    """What has methods that ask a server."""

    _server: Server

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """Have an operation performed, and return what it returns.

        Raises:
            PrefectHTTPStatusError: It was refused, or failed.
        """
        return self._server.ask(operation, *args, **kwargs)

    def respond(
        self, operation: Callable[P, Transaction[Any]], *args: P.args, **kwargs: P.kwargs
    ) -> Steps[httpx2.Response]:
        """Have an operation performed, and return the server's answer as it travels.

        Raises:
            PrefectHTTPStatusError: It was refused, or failed.
        """
        return self._server.respond(operation, *args, **kwargs)


class Blocking(Asking):
    """A client whose methods return what they are asked for."""


class Awaiting(Asking):
    """A client whose methods return coroutines."""


class Method(Generic[P, R]):
    """A method of both clients; see `method`."""

    def __init__(self, steps: Callable[Concatenate[Any, P], Steps[R]], statuses: tuple[int, ...]) -> None:
        self._steps = steps
        self._statuses = statuses
        self.__doc__ = steps.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Callable[..., Any]: ...
    @overload
    def __get__(self, client: Blocking, owner: type | None = None) -> Callable[P, R]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type | None = None) -> Callable[P, Coroutine[Any, Any, R]]: ...
    def __get__(self, client: Any, owner: type | None = None) -> Any:
        kind = owner or type(client)
        function = self._awaiting if issubclass(kind, Awaiting) else self._blocking
        return function if client is None else MethodType(function, client)

    def steps(self, client: Asking, *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """Return what the method does, for another method to do."""
        try:
            return (yield from self._steps(client, *args, **kwargs))
        except PrefectHTTPStatusError as error:
            typed = typed_error(error) if error.response.status_code in self._statuses else error
            if typed is error:
                raise
            raise typed from error

    @functools.cached_property
    def _blocking(self) -> Callable[Concatenate[Asking, P], R]:
        def blocking(self_: Asking, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return run(self.steps(self_, *args, **kwargs))

        return self._like(blocking)

    @functools.cached_property
    def _awaiting(self) -> Callable[Concatenate[Asking, P], Coroutine[Any, Any, R]]:
        async def awaiting(self_: Asking, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return await arun(self.steps(self_, *args, **kwargs))

        return self._like(awaiting)

    def _like(self, function: Callable[..., Any]) -> Any:
        """Let a function show the name, the signature and the documentation of the method."""
        shown: Any = functools.update_wrapper(function, self._steps)
        del shown.__wrapped__
        told = self._steps.__annotations__["return"]
        shown.__annotations__ = {**self._steps.__annotations__, "return": told[len("Steps[") : -1]}
        signature = inspect.signature(self._steps)
        shown.__signature__ = signature.replace(return_annotation=shown.__annotations__["return"])
        return shown


def method(
    *statuses: int,
) -> Callable[[Callable[Concatenate[Any, P], Steps[R]]], Method[P, R]]:
    """Make a method of both clients of a generator of effects.

    Args:
        *statuses: The statuses of failure that raise an exception of their own, for example ObjectNotFound for 404.
            All others raise PrefectHTTPStatusError.
    """
    return lambda steps: Method(steps, statuses)


def given(**arguments: Any) -> dict[str, Any]:
    """Return the arguments that are not None: of the others, the server knows what is so by default."""
    return {name: value for name, value in arguments.items() if value is not None}


def as_id(told: UUID | str) -> UUID:
    """Return an id that may have been told as text.

    Raises:
        ObjectNotFound: It is none, so that nothing has it.
    """
    if isinstance(told, UUID):
        return told
    try:
        return UUID(told)
    except ValueError as error:
        raise ObjectNotFound(error, f"{told!r} is not an id.") from error
