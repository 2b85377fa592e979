"""What answers a client: a server at a URL, one in this process, or, without any, orchestration itself."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import httpx2
from pydantic import TypeAdapter
from pydantic_core import to_json

from prefect._dual.effects import Steps, call, settle
from prefect._transport.channel import Channel, answer_of
from prefect._transport.connection import EMBEDDED_URL, Connection
from prefect._transport.questions import Question, question_of
from prefect._transport.status_errors import status_error
from prefect.backend import get_backend
from prefect.store.operations import placement_of, route_of
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class Server(Protocol):
    """What answers a client. All methods raise PrefectHTTPStatusError where a server answers that it did not do it."""

    @property
    def url(self) -> httpx2.URL:
        """The root of its API."""
        ...

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """Have an operation performed, and return what it returns."""
        ...

    def respond(
        self, operation: Callable[P, Transaction[Any]], *args: P.args, **kwargs: P.kwargs
    ) -> Steps[httpx2.Response]:
        """Have an operation performed, and return the answer as it travels."""
        ...

    def send(self, question: Question) -> Steps[httpx2.Response]:
        """Send any request, and return the answer."""
        ...

    def close(self) -> Steps[None]:
        """Let go of all connections; the next use makes new ones."""
        ...


class ReachedServer:
    """A server that is reached by a connection.

    Args:
        connection: How.
        awaiting: Whether its steps are awaited. Each event loop then has a channel of its own, since connections
            belong to the loop that opened them.
    """

    def __init__(self, connection: Connection, *, awaiting: bool) -> None:
        self._connection = connection
        self._awaiting = awaiting
        self._blocking_channel: Channel | None = None
        self._channels: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Channel] = (
            weakref.WeakKeyDictionary()
        )
        self.url = connection.url

    @property
    def _channel(self) -> Channel:
        if not self._awaiting:
            if self._blocking_channel is None:
                self._blocking_channel = self._connection.open()
            return self._blocking_channel
        loop = asyncio.get_running_loop()
        if loop not in self._channels:
            self._channels[loop] = self._connection.open_async()
        return self._channels[loop]

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """See `Server.ask`."""
        return answer_of(operation, (yield from self.respond(operation, *args, **kwargs)))

    def respond(
        self, operation: Callable[P, Transaction[Any]], *args: P.args, **kwargs: P.kwargs
    ) -> Steps[httpx2.Response]:
        """See `Server.respond`."""
        return (yield from self._channel.send(question_of(operation, *args, **kwargs)))

    def send(self, question: Question) -> Steps[httpx2.Response]:
        """See `Server.send`."""
        return (yield from self._channel.send(question))

    def close(self) -> Steps[None]:
        """See `Server.close`. Channels of other event loops go with their loops."""
        if not self._awaiting:
            channel, self._blocking_channel = self._blocking_channel, None
        else:
            channel = self._channels.pop(asyncio.get_running_loop(), None)
        if channel is not None:
            yield from channel.close()


class EmbeddedServer:
    """Orchestration in this process. What is no operation is answered by the server's app, in this process too.

    Args:
        in_process: Makes the server that answers what is no operation.
    """

    url = httpx2.URL(EMBEDDED_URL)

    def __init__(self, in_process: Callable[[], Server]) -> None:
        self._in_process = in_process
        self._app: Server | None = None

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """See `Server.ask`."""
        backend = yield from call(get_backend)
        try:
            return (yield from settle(backend.perform(operation, *args, **kwargs)))
        except Exception as error:
            refused = status_error(error, self._request(operation, *args, **kwargs))
            if refused is None:
                raise
            raise refused from error

    def respond(
        self, operation: Callable[P, Transaction[Any]], *args: P.args, **kwargs: P.kwargs
    ) -> Steps[httpx2.Response]:
        """See `Server.respond`."""
        answer = yield from self.ask(operation, *args, **kwargs)
        request = self._request(operation, *args, **kwargs)
        status = route_of(operation).status
        if status == 204:
            return httpx2.Response(status, request=request)
        kind = placement_of(operation).answer
        content = TypeAdapter(kind).dump_json(answer) if kind is not None else to_json(answer)
        headers = {"Content-Type": "application/json"}
        return httpx2.Response(status, headers=headers, content=content, request=request)

    def _request(self, operation: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> httpx2.Request:
        question = question_of(cast("Callable[P, Transaction[Any]]", operation), *args, **kwargs)
        url = self.url.join(question.path.lstrip("/"))
        return httpx2.Request(
            question.method, url, params=dict(question.query) or None, content=question.content
        )

    def send(self, question: Question) -> Steps[httpx2.Response]:
        """See `Server.send`."""
        if self._app is None:
            self._app = self._in_process()
        return (yield from self._app.send(question))

    def close(self) -> Steps[None]:
        """See `Server.close`."""
        if self._app is not None:
            yield from self._app.close()
