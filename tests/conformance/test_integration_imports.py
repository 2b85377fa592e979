"""What the published integration packages import from this one: it is there, or it is listed here with the reason."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

NAMES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "integrations-imports.json").read_text(encoding="utf-8")
)
"""The names by which 18 packages reach into this one, with the packages."""

PLUGINS = """
    prefect._experimental.plugins.register_hook
    prefect.plugins.register_hook
"""
"""Needs plugins: packages that are called when a program starts."""

SERVER_OF_THE_ORIGINAL = """
    prefect.server.concurrency.lease_storage.ConcurrencyLeaseHolder
    prefect.server.concurrency.lease_storage.ConcurrencyLeaseStorage
    prefect.server.concurrency.lease_storage.ConcurrencyLimitLeaseMetadata
    prefect.server.events.ordering.CausalOrdering
    prefect.server.events.ordering.EventArrivedEarly
    prefect.server.events.ordering.MAX_DEPTH_OF_PRECEDING_EVENT
    prefect.server.events.ordering.MaxDepthExceeded
    prefect.server.events.ordering.PRECEDING_EVENT_LOOKBACK
    prefect.server.events.ordering.SEEN_EXPIRATION
    prefect.server.events.ordering.SEEN_EXPIRATION.total_seconds
    prefect.server.events.ordering.event_handler
    prefect.server.events.ordering.memory.EventBeingProcessed
    prefect.server.events.schemas.events.Event
    prefect.server.events.schemas.events.ReceivedEvent
    prefect.server.events.schemas.events.ReceivedEvent.model_validate_json
    prefect.server.schemas.core.Flow
    prefect.server.schemas.responses.DeploymentResponse
    prefect.server.utilities.leasing.ResourceLease
    prefect.server.utilities.messaging.Cache
    prefect.server.utilities.messaging.Consumer
    prefect.server.utilities.messaging.Message
    prefect.server.utilities.messaging.MessageHandler
    prefect.server.utilities.messaging.Publisher
    prefect.server.utilities.messaging.StopConsumer
    prefect.server.worker_communication.cleanup_queue.CleanupQueueDeadLetter
    prefect.server.worker_communication.cleanup_queue.CleanupQueueLeaseExpiryResult
    prefect.server.worker_communication.cleanup_queue.CleanupQueueMessage
    prefect.server.worker_communication.cleanup_queue.CleanupQueueOperation
    prefect.server.worker_communication.cleanup_queue.CleanupQueueOperationResult
    prefect.server.worker_communication.cleanup_queue.CleanupQueueReservation
    prefect.server.worker_communication.cleanup_queue.CleanupQueueWakeup
    prefect.server.worker_communication.cleanup_queue.WorkerCleanupQueue
    prefect.server.worker_communication.cleanup_queue.record_cleanup_queue_dead_letter
    prefect.server.worker_communication.cleanup_queue.record_cleanup_queue_lease_expiry_result
    prefect.server.worker_communication.cleanup_queue.record_cleanup_queue_operation
"""
"""Inside of the original's server, which messages go through; here they are rows of the database."""

GONE = """
    prefect.client.schemas.objects.APIFlow
    prefect.client.schemas.objects.DeploymentResponse
"""
"""The original does not have them either; packages try them and take others."""

MISSING = frozenset((PLUGINS + SERVER_OF_THE_ORIGINAL + GONE).split())


def is_there(name: str) -> bool:
    """Return whether a dotted name can be reached: a module, something in it, or an attribute of that."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name_that_packages_import_is_there(name: str) -> None:
    """A name that an integration package imports can be imported, unless its feature is not built yet."""
    if name in MISSING:
        assert not is_there(name), f"{name} is there now: take it out of the list"
    else:
        assert is_there(name), f"{name} is missing; {', '.join(NAMES[name]['packages'])} need it"


def test_all_that_is_listed_is_imported_somewhere() -> None:
    """Nothing is listed as missing that no package imports."""
    assert set(NAMES) >= MISSING
    assert len(NAMES) == 222
