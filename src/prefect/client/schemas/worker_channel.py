"""The words that workers and servers use on the channel between them, under their documented names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

WORK_POOL_WORKER_CHANNEL_ROUTE = "/work_pools/{work_pool_name}/workers/connect"
WORK_POOL_WORKER_CHANNEL_VERSION = "work_pool_worker_channel.v1"
WORKER_CHANNEL_SUBPROTOCOL = "prefect"

WORKER_HEARTBEAT_CAPABILITY = "worker_heartbeat.v1"
WORK_POOL_SNAPSHOT_CAPABILITY = "work_pool_snapshot.v1"
CLEANUP_DELIVERY_CAPABILITY = "cleanup_delivery.v1"
REQUIRED_WORKER_CHANNEL_CAPABILITIES = frozenset({WORKER_HEARTBEAT_CAPABILITY, WORK_POOL_SNAPSHOT_CAPABILITY})
OPTIONAL_WORKER_CHANNEL_CAPABILITIES = frozenset({CLEANUP_DELIVERY_CAPABILITY})
SUPPORTED_WORKER_CHANNEL_CAPABILITIES = (
    REQUIRED_WORKER_CHANNEL_CAPABILITIES | OPTIONAL_WORKER_CHANNEL_CAPABILITIES
)

CANCELLING_TIMEOUT_TEARDOWN = "cancelling_timeout_teardown.v1"
PENDING_CLAIM_TEARDOWN = "pending_claim_teardown.v1"
SUPPORTED_CLEANUP_KINDS = (CANCELLING_TIMEOUT_TEARDOWN, PENDING_CLAIM_TEARDOWN)

CleanupKind: TypeAlias = Literal["cancelling_timeout_teardown.v1", "pending_claim_teardown.v1"]
"""Why a worker is to take infrastructure down."""

CleanupOperationStatus: TypeAlias = Literal[
    "accepted",
    "not_current",
    "not_found",
    "expired",
    "invalid_token",
    "unauthorized",
    "dead_lettered",
    "error",
]
"""What became of what a worker said of a clean-up."""

WorkerChannelCapability: TypeAlias = Literal[
    "worker_heartbeat.v1", "work_pool_snapshot.v1", "cleanup_delivery.v1"
]
"""What a worker or a server can do on the channel."""

WorkerChannelVersion: TypeAlias = Literal["work_pool_worker_channel.v1"]
"""Which language is spoken on the channel."""


def select_worker_channel_version(supported_versions: Iterable[str]) -> WorkerChannelVersion:
    """Return the version that both sides know.

    Raises:
        ValueError: There is none.
    """
    versions = list(supported_versions)
    if WORK_POOL_WORKER_CHANNEL_VERSION not in versions:
        raise ValueError(
            f"The other side knows {', '.join(versions) or 'no version'} of the worker channel; this one knows "
            f"{WORK_POOL_WORKER_CHANNEL_VERSION}."
        )
    return "work_pool_worker_channel.v1"
