"""Following log lines as a server records them, under the path that scripts import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding

if TYPE_CHECKING:
    from prefect.client.log_subscribers import (
        LOG_WEBSOCKET_CONNECTIONS,
        LOGS_OBSERVED,
        SEEN_LOGS_SIZE,
        SEEN_LOGS_TTL,
        PrefectCloudLogsSubscriber,
        PrefectLogsSubscriber,
        get_logs_subscriber,
        http_to_ws,
        logs_out_socket_from_api_url,
    )

__all__ = [
    "LOGS_OBSERVED",
    "LOG_WEBSOCKET_CONNECTIONS",
    "SEEN_LOGS_SIZE",
    "SEEN_LOGS_TTL",
    "PrefectCloudLogsSubscriber",
    "PrefectLogsSubscriber",
    "get_logs_subscriber",
    "http_to_ws",
    "logs_out_socket_from_api_url",
]

__getattr__ = forwarding(__name__, dict.fromkeys(__all__, "prefect.client.log_subscribers"))
