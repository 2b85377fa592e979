"""Giving functions a client: the caller's, or a new one for the time of the call."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from prefect.client.orchestration import PrefectClient, get_client

P = ParamSpec("P")
R = TypeVar("R")


def get_or_create_client(client: PrefectClient | None = None) -> tuple[PrefectClient, bool]:
    """Return a client, and whether it was there before.

    Args:
        client: The caller's; without it, a new one is made, which the caller has to enter.
    """
    return (client, True) if client is not None else (get_client(), False)


def client_injector(
    func: Callable[Concatenate[PrefectClient, P], Coroutine[Any, Any, R]],
) -> Callable[P, Coroutine[Any, Any, R]]:
    """Give a coroutine function a client of its own as its first argument, open for the time of each call."""

    @functools.wraps(func)
    async def with_client(*args: P.args, **kwargs: P.kwargs) -> R:
        async with get_client() as client:
            return await func(client, *args, **kwargs)

    return with_client


def inject_client(fn: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Let a coroutine function with a parameter `client` have one, whether the caller gives one or not.

    A client that is made for the call is open while it lasts; one that the caller gives is left as it is.

    Example:
        >>> @inject_client
        ... async def count(client: PrefectClient | None = None) -> int:
        ...     return await client.count_flow_runs()
    """

    @functools.wraps(fn)
    async def with_injected_client(*args: P.args, **kwargs: P.kwargs) -> R:
        given = cast("PrefectClient | None", kwargs.get("client"))
        client, was_there = get_or_create_client(given)
        async with nullcontext(client) if was_there else client as opened:
            kwargs.update({"client": opened})
            return await fn(*args, **kwargs)

    return with_injected_client
