"""Operations: what can be asked of orchestration, each written once for this process and for a server.

An operation is a function that returns a transaction, marked with the route by which a server offers it:

    @operation("GET", "/variables/name/{name}", reads=True)
    def read_variable_by_name(name: str) -> Transaction[Variable]:
        rows = yield Statement("SELECT * FROM variable WHERE name = ?", (name,))
        ...

The embedded backend runs the transaction. A server makes its routes of the same functions, and a client of a server
its requests. `placement_of` says how: a parameter that stands in the path goes there; one that is a record or a list of
records, and no filter, and alone, is the request's body; one that is marked `FromHeader` is a header; what is left is
the query of a GET or a DELETE, or the fields of the JSON body of any other request.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from prefect.store.statements import Row, Transaction

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Route:
    """How a server offers an operation; the attributes are the arguments of `operation`."""

    method: str
    path: str
    status: int = 200
    reads: bool = False
    body: str | None = None
    dated: Callable[[Any], datetime | None] | None = None
    json: Callable[[Sequence[Row]], bytes] | None = None


@dataclass(frozen=True)
class Placement:
    """Where the parameters of an operation travel in a request, and what types they and the answer have.

    Attributes:
        path: The names of those that stand in the path.
        query: The names of those in the query.
        fields: The names of those that are fields of the JSON body.
        body: The name of the one that is the body, if there is one.
        headers: The names of the headers of those that are headers, by the name of the parameter.
        types: The types of all of them, by name.
        answer: The type of what the operation returns.
    """

    path: tuple[str, ...]
    query: tuple[str, ...]
    fields: tuple[str, ...]
    body: str | None
    types: dict[str, Any]
    answer: Any
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class FromHeader:
    """Marks a parameter, `Annotated[str | None, FromHeader("user-agent")]`, that a server takes from a header.

    Clients send such headers by themselves; without one the parameter has its default.
    """

    name: str


_routes: dict[Callable[..., Transaction[Any]], Route] = {}


def operation(
    method: str,
    path: str,
    *,
    status: int = 200,
    reads: bool = False,
    body: str | None = None,
    dated: Callable[[Any], datetime | None] | None = None,
    json: Callable[[Sequence[Row]], bytes] | None = None,
) -> Callable[[Callable[P, Transaction[R]]], Callable[P, Transaction[R]]]:
    """Mark a function that returns a transaction as an operation.

    Args:
        method: The HTTP method of its route, in capitals.
        path: The path of its route, below the root of the API, with parameters in braces.
        status: The status with which a server answers when it succeeds.
        reads: It only reads; it need not wait for the writer.
        body: The parameter that is the whole body of the request, where its type does not tell.
        dated: Tells since when there is what the operation returns. If that is longer than the request, nothing new
            was made, and a server answers 200 instead of `status`.
        json: For an operation that reads, of one statement: makes the JSON of what it returns of the statement's rows,
            if there are any. A server then makes no records only to dump them.
    """
    route = Route(method, path, status, reads, body, dated, json)

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


@functools.cache
def placement_of(function: Callable[..., Transaction[Any]]) -> Placement:
    """Return where the parameters of an operation travel in a request.

    Raises:
        KeyError: The function is no operation.
    """
    route = _routes[function]
    types = get_type_hints(function, include_extras=True)
    answer = get_args(types.pop("return"))[-1]
    in_path = re.findall(r"{(\w+)}", route.path)
    headers = {name: header.name for name, type_ in types.items() for header in _headers_in(type_)}
    left = [
        name for name in inspect.signature(function).parameters if name not in in_path and name not in headers
    ]
    body = route.body
    if body is None and len(left) == 1 and _is_record(types[left[0]]):
        body = left[0]
    if body is not None:
        left.remove(body)
    in_query = route.method in {"GET", "DELETE"}
    return Placement(
        tuple(in_path),
        tuple(left) if in_query else (),
        () if in_query else tuple(left),
        body,
        types,
        answer,
        headers,
    )


def _headers_in(type_: Any) -> list[FromHeader]:
    return [each for each in getattr(type_, "__metadata__", ()) if isinstance(each, FromHeader)]


def _is_record(type_: Any) -> bool:
    """Whether this is a record or a list of records; filters are fields even where they are alone."""
    if get_origin(type_) in {list, Sequence}:
        type_ = get_args(type_)[0]
    return isinstance(type_, type) and issubclass(type_, BaseModel) and not type_.__name__.endswith("Filter")
