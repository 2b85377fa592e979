"""Clients that the code in a block shares, so that it opens no connections of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from prefect._context_model import ContextModel
from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client


class SyncClientContext(ContextModel):
    """A client for code that blocks, open while the context lasts.

    Example:
        >>> with SyncClientContext.get_or_create() as context:
        ...     context.client.hello()
    """

    __var__: ClassVar[ContextVar[Any]] = ContextVar("sync_client_context")

    client: SyncPrefectClient

    def __init__(self, httpx_settings: dict[str, Any] | None = None) -> None:
        super().__init__(client=get_client(httpx_settings, sync_client=True))  # pyright: ignore[reportCallIssue] - the field

    def __enter__(self) -> Self:
        self.client.__enter__()
        return super().__enter__()

    def __exit__(self, *exc_info: object) -> None:
        super().__exit__(*exc_info)
        self.client.__exit__(*exc_info)

    @classmethod
    @contextmanager
    def get_or_create(cls) -> Generator[Self]:
        """Give the context that is around this code, or else a new one for the time of the block."""
        around = cls.get()
        if around is not None:
            yield around
            return
        with cls() as context:
            yield context


class AsyncClientContext(ContextModel):
    """A client for code that awaits, open while the context lasts.

    Example:
        >>> async with AsyncClientContext.get_or_create() as context:
        ...     await context.client.hello()
    """

    __var__: ClassVar[ContextVar[Any]] = ContextVar("async_client_context")

    client: PrefectClient

    def __init__(self, httpx_settings: dict[str, Any] | None = None) -> None:
        super().__init__(client=get_client(httpx_settings))  # pyright: ignore[reportCallIssue] - the field

    async def __aenter__(self) -> Self:
        await self.client.__aenter__()
        return super().__enter__()

    async def __aexit__(self, *exc_info: object) -> None:
        super().__exit__(*exc_info)
        await self.client.__aexit__(*exc_info)

    @classmethod
    @asynccontextmanager
    async def get_or_create(cls) -> AsyncGenerator[Self]:
        """Give the context that is around this code, or else a new one for the time of the block."""
        around = cls.get()
        if around is not None and around.client.loop is not None:
            yield around
            return
        async with cls() as context:
            yield context
