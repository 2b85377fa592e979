"""Giving functions a client, and what a client talks to."""

from __future__ import annotations

from typing import Any

import pytest

from prefect.client.base import ServerType, app_lifespan_context, determine_server_type
from prefect.client.collections import get_collections_metadata_client
from prefect.client.constants import SERVER_API_VERSION
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.utilities import client_injector, get_or_create_client, inject_client
from prefect.settings import PREFECT_API_URL, temporary_settings


@inject_client
async def injected(number: int, client: PrefectClient | None = None) -> tuple[int, PrefectClient]:
    """Return what it was given."""
    assert client is not None
    await client.read_variables()
    return number, client


@client_injector
async def opened(client: PrefectClient, number: int) -> int:
    """Use a client of its own."""
    return number + len(await client.read_variables())


async def test_a_function_is_given_a_client() -> None:
    """A function that needs a client gets a new one, or the one that its caller has."""
    number, own = await injected(1)
    assert number == 1
    with pytest.raises(RuntimeError, match="closed"):
        await own.__aenter__()
    async with get_client() as mine:
        assert (await injected(2, client=mine))[1] is mine
        assert await mine.read_variables() == []
    assert await opened(3) == 3


def test_a_client_is_made_where_there_is_none() -> None:
    """Whoever asks learns whether the client was there before."""
    client, was_there = get_or_create_client()
    assert not was_there
    assert get_or_create_client(client) == (client, True)


def test_what_kind_of_server_it_is() -> None:
    """The settings tell what answers."""
    assert determine_server_type() is ServerType.EPHEMERAL
    with temporary_settings({PREFECT_API_URL: "http://server/api"}):
        assert determine_server_type() is ServerType.SERVER
    with temporary_settings({PREFECT_API_URL: "https://api.prefect.cloud/api/accounts/a/workspaces/b"}):
        assert determine_server_type() is ServerType.CLOUD


async def test_a_server_in_this_process_is_started_and_stopped() -> None:
    """An app lives from the beginning of the block to its end."""
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(2):
            message = (await receive())["type"]
            seen.append(message)
            await send({"type": f"{message}.complete"})

    async with app_lifespan_context(app):
        assert seen == ["lifespan.startup"]
    assert seen == ["lifespan.startup", "lifespan.shutdown"]


async def test_the_types_of_workers_are_known_without_a_server() -> None:
    """What is no operation is answered by the server's app, in this process."""
    async with get_collections_metadata_client() as client:
        assert "prefect" in await client.read_worker_metadata()
        assert (await client.request("GET", "/health")).json() is True
    with get_client(sync_client=True) as blocking:
        assert blocking.request("GET", "/admin/version").json() == blocking.client_version()
    assert SERVER_API_VERSION == "0.8.4"
