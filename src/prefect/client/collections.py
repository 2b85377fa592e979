"""What a server knows of packages: the types of workers that they bring."""

from __future__ import annotations

from typing import Any

from prefect.client.orchestration import PrefectClient, get_client

__all__ = ["get_collections_metadata_client"]


def get_collections_metadata_client(httpx_settings: dict[str, Any] | None = None) -> PrefectClient:
    """Return a client whose `read_worker_metadata` tells the types of workers.

    Args:
        httpx_settings: Arguments for the HTTP client, which go before the settings.
    """
    return get_client(httpx_settings=httpx_settings)
