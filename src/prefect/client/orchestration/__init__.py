"""The clients of the API: `get_client`, one method for each thing that can be asked, blocking or awaiting."""

from __future__ import annotations

from prefect._transport.connection import API_VERSION as SERVER_API_VERSION
from prefect.client.base import ASGIApp, ServerType
from prefect.client.orchestration._client import PrefectClient, SyncPrefectClient, get_client

__all__ = ["SERVER_API_VERSION", "ASGIApp", "PrefectClient", "ServerType", "SyncPrefectClient", "get_client"]
