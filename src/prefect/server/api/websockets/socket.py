"""A websocket as a route sees it: texts come and go until one side ends it."""

from __future__ import annotations

from typing import Any

import orjson

from prefect.exceptions import PrefectException
from prefect.server.api.messages import Receive, Scope, Send

PROTOCOL_ERROR = 1002
INVALID_DATA = 1007
POLICY_VIOLATION = 1008
SERVER_ERROR = 1011
TRY_AGAIN_LATER = 1013

_MOST_BYTES_OF_A_REASON = 123


class SocketClosed(PrefectException):
    """The client has ended the connection, or is gone."""


class ProtocolError(PrefectException):
    """The client has sent what cannot be understood here; the connection is closed with `code` and the message."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(reason)


class Socket:
    """One websocket.

    Args:
        scope: What ASGI tells of the connection.
        receive: Where its messages come from.
        send: Where they go.

    Attributes:
        subprotocols: Those that the client offers.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.subprotocols: list[str] = list(scope.get("subprotocols", ()))
        self._is_open = False
        self._is_gone = False

    async def accept(self, subprotocol: str | None = None) -> None:
        """Take the connection."""
        await self._receive()  # that there is one
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})
        self._is_open = True

    async def refuse(self) -> None:
        """Do not take the connection: the client gets HTTP 403."""
        await self._receive()
        await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})
        self._is_gone = True

    async def text(self) -> str:
        """Return the next text.

        Raises:
            SocketClosed: There is none any more.
        """
        message = await self._receive()
        if message["type"] != "websocket.receive":
            self._is_gone = True
            raise SocketClosed("The client has ended the connection.")
        text = message.get("text")
        return text if text is not None else bytes(message["bytes"]).decode("utf-8", "replace")

    async def json(self) -> Any:
        """Return the value of the next text.

        Raises:
            SocketClosed: There is none any more.
            ProtocolError: It is no JSON.
        """
        try:
            return orjson.loads(await self.text())
        except orjson.JSONDecodeError as error:
            raise ProtocolError(PROTOCOL_ERROR, f"Expected JSON: {error}") from error

    async def until_closed(self) -> None:
        """Return when the client ends the connection; what it sends until then is not looked at."""
        while True:
            try:
                await self.text()
            except SocketClosed:
                return

    async def send(self, text: str) -> None:
        """Send a text.

        Raises:
            SocketClosed: The client is gone.
        """
        if self._is_gone:
            raise SocketClosed("The client has ended the connection.")
        try:
            await self._send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError) as error:
            # How web servers say that nobody is there any more.
            self._is_gone = True
            raise SocketClosed(f"The client is gone: {error}") from error

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection, if it is not over."""
        if not self._is_open or self._is_gone:
            return
        self._is_gone = True
        fitting = reason.encode()[:_MOST_BYTES_OF_A_REASON].decode("utf-8", "ignore")
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": fitting})
        except (OSError, RuntimeError):
            return  # it was over
