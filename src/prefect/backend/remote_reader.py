"""Reading what runs have recorded from a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect._dual.drivers import run
from prefect._dual.effects import Steps
from prefect._http_errors import PrefectHTTPStatusError, told_by
from prefect._transport.channel import Channel
from prefect._transport.connection import Connection
from prefect.backend.lesser_servers import INSTEAD, LACKING
from prefect.backend.operations_reader import OperationsReader
from prefect.exceptions import ObjectNotFound, ObjectUnsupported
from prefect.store.operations import route_of
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class RemoteReader(OperationsReader):
    """Implements `prefect.backend.protocol.Reader` on the API of a server.

    Args:
        connection: How the server is reached.
        channel: The channel to it, for more or less patience than the settings say.
    """

    def __init__(self, connection: Connection, channel: Channel | None = None) -> None:
        self.connection = connection
        self._channel = channel or connection.open()
        self._lacks: set[Any] = set()

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """See `OperationsReader.ask`."""
        return run(self.asked(operation, *args, **kwargs))

    def asked(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """Have the server perform an operation; one that it does not know is done by those that it does.

        Raises:
            ObjectUnsupported: It does not know the operation, and nothing can be done in its place.
        """
        known: Any = operation
        if known not in INSTEAD and known not in LACKING:
            return (yield from self._channel.ask(operation, *args, **kwargs))
        if known not in self._lacks:
            try:
                return (yield from self._channel.ask(operation, *args, **kwargs))
            except (ObjectNotFound, PrefectHTTPStatusError) as error:
                if not _is_unknown(error):
                    raise
                self._lacks.add(known)
        if known in LACKING:
            route = route_of(operation)
            raise ObjectUnsupported(
                LookupError(route.path),
                f"The server at {self._channel.url} does not know {route.method} {route.path}: it is of another "
                "make or an older version. Do it with a server of this library, or without one.",
            )
        return (yield from INSTEAD[known](self._channel.ask, *args, **kwargs))

    def close(self) -> None:
        """See `Reader.close`."""
        run(self._channel.close())


def _is_unknown(error: ObjectNotFound | PrefectHTTPStatusError) -> bool:
    """Whether a server has answered that it has no such route, rather than no such object."""
    answer = error.http_exc if isinstance(error, ObjectNotFound) else error
    if not isinstance(answer, PrefectHTTPStatusError):
        return False
    return answer.response.status_code == 405 or told_by(answer.response) == {"detail": "Not Found"}
