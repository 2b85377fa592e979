"""Operations of the store as routes: arguments read, transaction run, result written as JSON."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

import prefect.store
from prefect._clock import now
from prefect._fences import HEADER, Fence, fences_in
from prefect.schemas.events import EventPage
from prefect.server.api.arguments import Arguments
from prefect.server.api.event_pages import with_whole_address
from prefect.server.api.messages import JSON, TEXT, Answer, Asked, empty
from prefect.server.api.refusals import Refused
from prefect.server.api.surroundings import Surroundings
from prefect.store.answered_requests import answered_once
from prefect.store.fences import fenced
from prefect.store.operations import Route, all_operations, placement_of
from prefect.store.statements import Gathered, Row, Statement, Transaction

R = TypeVar("R")

_ABOUT_DATABASES = ("managed_", "migrations", "postgres_", "sqlite_")
"""How the rooms of the store begin that have no operations, and load what most servers do not need."""


KEY_HEADER = "idempotency-key"
"""The header with the key under which a request is done once, however often it arrives."""

FENCE_HEADER = HEADER.lower()
"""The header with the fences with which a process writes; see `prefect._fences`."""


class OperationRoute:
    """One operation behind its path. What it needs of its types is made when it is first asked for.

    Args:
        operation: The operation.
        route: Its route.
    """

    def __init__(self, operation: Callable[..., Transaction[Any]], route: Route) -> None:
        self.operation = operation
        self.route = route
        self.method = route.method
        self.path = route.path

    @functools.cached_property
    def _arguments(self) -> Arguments:
        return Arguments(self.operation, placement_of(self.operation))

    @functools.cached_property
    def _content_type(self) -> bytes:
        """A text is told as it is: it may be JSON that somebody has stored."""
        return TEXT if placement_of(self.operation).answer is str else JSON

    @functools.cached_property
    def _dump(self) -> Callable[[Any], bytes]:
        if self._content_type is TEXT:
            return str.encode
        return TypeAdapter[Any](placement_of(self.operation).answer).dump_json

    async def answer(self, asked: Asked, values: Mapping[str, str], here: Surroundings) -> Answer:
        """Do what a request asks for.

        Raises:
            Exception: Whatever the operation raises; see `refusals.answer_of`.
        """
        route = self.route
        begun = now() if route.dated is not None else None
        arguments = self._arguments.read(asked, values, here.most_records)
        make = functools.partial(self.operation, **arguments)
        encode = functools.partial(self._encode, asked, begun)
        key = None if route.reads else asked.header(KEY_HEADER)
        if route.reads:
            told = route.json
            run = _encoded if told is None else functools.partial(_told, told, route.status)
            status, body = await here.read(functools.partial(run, make, encode))
        elif key is not None:
            question = f"{asked.method} {asked.path} {key}"
            once = functools.partial(answered_once, question, make, encode)
            status, body = await here.write(fenced(_fences(asked), once, operation=answered_once))
        else:
            status, body = encode(await here.write(fenced(_fences(asked), make, operation=self.operation)))
        return empty() if status == 204 else Answer(status, body, self._content_type)

    def _encode(self, asked: Asked, begun: datetime | None, result: Any) -> tuple[int, bytes]:
        """Return the status and the body that answer a result."""
        status = self.route.status
        if status == 204:
            return status, b""
        if begun is not None and self.route.dated is not None:
            since = self.route.dated(result)
            if since is not None and since < begun:
                status = 200
        if isinstance(result, EventPage):
            result = with_whole_address(result, asked)
        return status, self._dump(result)


def _fences(asked: Asked) -> tuple[Fence, ...]:
    header = asked.header(FENCE_HEADER)
    try:
        return fences_in(header)
    except ValueError as error:
        raise Refused(400, f"{HEADER} is not <flow run id>/<number>: {header!r}.") from error


def _encoded(make: Callable[[], Transaction[Any]], encode: Callable[[Any], R]) -> Transaction[R]:
    """Run a transaction and encode its result in the same thread, so that other requests need not wait for that."""
    return encode((yield from make()))


def _told(
    json: Callable[[Sequence[Row]], bytes],
    status: int,
    make: Callable[[], Transaction[Any]],
    encode: Callable[[Any], tuple[int, bytes]],
) -> Transaction[tuple[int, bytes]]:
    """Run a transaction of one statement as far as its rows, and answer with their JSON; without rows run it whole."""
    transaction = make()
    step = next(transaction)
    assert isinstance(step, Statement)  # such an operation reads rows
    rows = yield Gathered(step.sql, step.parameters)
    if rows:
        transaction.close()
        return status, json(rows)
    try:
        transaction.send(rows)
    except StopIteration as end:
        return encode(end.value)
    raise AssertionError("An operation whose rows are told as JSON has one statement.")


@functools.cache
def operation_routes() -> tuple[OperationRoute, ...]:
    """Return all operations of the store as routes; loads its rooms."""
    for module in pkgutil.iter_modules(prefect.store.__path__):
        if not module.name.startswith(_ABOUT_DATABASES):
            importlib.import_module(f"prefect.store.{module.name}")
    return tuple(OperationRoute(operation, route) for operation, route in all_operations().items())
