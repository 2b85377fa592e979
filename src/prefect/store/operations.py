"""Operations: what can be asked of orchestration, each written once for this process and for a server.

An operation is a function that returns a transaction, marked with the route by which a server offers it:

    @operation("GET", "/variables/name/{name}", reads=True)
    def read_variable_by_name(name: str) -> Transaction[Variable]:
        rows = yield Statement("SELECT * FROM variable WHERE name = ?", (name,))
        ...

The embedded backend runs the transaction. A server makes its routes of the same functions, and a client of a server
its requests: a parameter that stands in the path goes there, a body (a pydantic model) is the request's body, and what
is left is the query of a GET or the fields of the JSON body of any other request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Route:
    """How a server offers an operation. `status` is that of success; `reads` says that nothing is changed."""

    method: str
    path: str
    status: int = 200
    reads: bool = False


_routes: dict[Callable[..., Transaction[Any]], Route] = {}


def operation(
    method: str, path: str, *, status: int = 200, reads: bool = False
) -> Callable[[Callable[P, Transaction[R]]], Callable[P, Transaction[R]]]:
    """Mark a function that returns a transaction as an operation.

    Args:
        method: The HTTP method of its route, in capitals.
        path: The path of its route, below the root of the API, with parameters in braces.
        status: The status with which a server answers when it succeeds.
        reads: It only reads; it need not wait for the writer.
    """
    route = Route(method, path, status, reads)

    def mark(function: Callable[P, Transaction[R]]) -> Callable[P, Transaction[R]]:
        _routes[function] = route
        return function

    return mark


def route_of(function: Callable[..., Transaction[Any]]) -> Route:
    """Return the route of an operation.

    Raises:
        KeyError: The function is no operation.
    """
    return _routes[function]


def all_operations() -> dict[Callable[..., Transaction[Any]], Route]:
    """Return the operations of all modules that have been imported, with their routes."""
    return dict(_routes)
