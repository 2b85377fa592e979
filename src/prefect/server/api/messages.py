"""A request as it came, and the answer to it: plain values, so that what answers needs no web framework."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON = b"application/json"
TEXT = b"text/plain; charset=utf-8"


@dataclass(slots=True)
class Asked:
    """A request.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path, below the base path of the API.
        segments: The parts of the path, decoded.
        query: What follows the question mark.
        headers: By name in small letters; of several of one name the last.
        client: The address that asks, where it is known.
        body: The body, once it was received.
        full_path: The path as it was written.
        route: The path of the route that it takes, with the names of its parameters, once it is found.
    """

    method: str
    path: str
    segments: tuple[str, ...]
    query: bytes
    headers: Mapping[bytes, bytes]
    client: str | None = None
    body: bytes = b""
    full_path: str = ""
    route: str = ""

    def header(self, name: str) -> str | None:
        """Return a header, given in small letters, as text."""
        value = self.headers.get(name.encode("latin-1"))
        return None if value is None else value.decode("latin-1")


@dataclass(slots=True)
class Answer:
    """What is answered: a body, or a stream of its parts."""

    status: int
    body: bytes = b""
    content_type: bytes | None = JSON
    headers: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    stream: AsyncIterator[bytes] | None = None


def told(status: int, content: Any) -> Answer:
    """Return an answer that holds a value as JSON."""
    return Answer(status, orjson.dumps(content))


def refused(status: int, detail: str) -> Answer:
    """Return an answer that says why a request is not done."""
    return Answer(status, orjson.dumps({"detail": detail}))


def empty(status: int = 204) -> Answer:
    """Return an answer without a body."""
    return Answer(status, content_type=None)
