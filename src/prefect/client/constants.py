"""What this client speaks."""

from __future__ import annotations

from prefect._transport.connection import API_VERSION as SERVER_API_VERSION

__all__ = ["SERVER_API_VERSION"]
