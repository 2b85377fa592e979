"""Following log lines as a server records them. Lines that are missed are had with `PrefectClient.read_logs`."""

from __future__ import annotations

from prometheus_client import Counter

from prefect.client.following import SEEN_SECONDS, SEEN_SIZE, Follower, HostedFollower, http_to_ws, is_hosted
from prefect.schemas.log_filters import LogFilter
from prefect.schemas.logs import Log

SEEN_LOGS_SIZE = SEEN_SIZE
SEEN_LOGS_TTL = SEEN_SECONDS

LOGS_OBSERVED = Counter("prefect_logs_observed", "How many log lines subscribers were given.", ["client"])
LOG_WEBSOCKET_CONNECTIONS = Counter(
    "prefect_log_websocket_connections",
    "How often subscribers of log lines connected, for the first time (initial) or again (reconnect).",
    ["client", "direction", "connection"],
)


def logs_out_socket_from_api_url(url: str) -> str:
    """Return where a server gives log lines, by the address of its API."""
    return http_to_ws(url) + "/logs/out"


class PrefectLogsSubscriber(Follower[Log]):
    """Gives log lines as a server records them. For its arguments and errors see `Follower`.

    Example:
        >>> async with PrefectLogsSubscriber(filter=LogFilter()) as lines:
        ...     async for line in lines:
        ...         print(line.message)
    """

    _path, _key, _model, _filters = "/logs/out", "log", Log, LogFilter
    _observed, _connections = LOGS_OBSERVED, LOG_WEBSOCKET_CONNECTIONS


class PrefectCloudLogsSubscriber(HostedFollower[Log], PrefectLogsSubscriber):
    """Gives log lines as the hosted service records them; see `HostedFollower`."""


def get_logs_subscriber(
    filter: LogFilter | None = None, reconnection_attempts: int = 10, reconnect_on_clean_close: bool = False
) -> PrefectLogsSubscriber:
    """Return a subscriber of the server that the settings name; see `PrefectLogsSubscriber`.

    Raises:
        ConfigurationError: No server is set.
    """
    kind = PrefectCloudLogsSubscriber if is_hosted() else PrefectLogsSubscriber
    return kind(
        filter=filter,
        reconnection_attempts=reconnection_attempts,
        reconnect_on_clean_close=reconnect_on_clean_close,
    )
