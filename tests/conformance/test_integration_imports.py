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

DEPLOYMENTS = """
    prefect._experimental._launchers.get_launcher_for_side
    prefect._experimental._launchers.resolve_bundle_step_with_launcher
    prefect._experimental.bundles._zip_extractor.ZipExtractor
    prefect._experimental.bundles.convert_step_to_command
    prefect._experimental.bundles.create_bundle_for_flow_run
    prefect._experimental.bundles.execute.execute_bundle
    prefect._internal.buildx.buildx_build_image
    prefect._internal.buildx.buildx_push_image
    prefect._internal.launchers.get_launcher_for_side
    prefect._internal.launchers.resolve_bundle_step_with_launcher
    prefect.bundles.BundleLauncher
    prefect.bundles._zip_extractor.ZipExtractor
    prefect.bundles.convert_step_to_command
    prefect.bundles.create_bundle_for_flow_run
    prefect.bundles.execute.execute_bundle
    prefect.utilities.dockerutils.BuildError
    prefect.utilities.dockerutils.IMAGE_LABELS
    prefect.utilities.dockerutils.docker_client
    prefect.utilities.dockerutils.format_outlier_version_name
    prefect.utilities.dockerutils.get_prefect_image_name
    prefect.utilities.dockerutils.parse_image_tag
    prefect.utilities.dockerutils.split_repository_path
"""
"""Needs deployments: images are built, code is packed and sent."""

WORKERS = """
    prefect.client.schemas.worker_channel.CleanupKind
    prefect.client.schemas.worker_channel.CleanupOperationStatus
    prefect.events.clients.EventsClient
    prefect.events.clients.get_events_client
    prefect.flows.InfrastructureBoundFlow
    prefect.flows.bind_flow_to_infrastructure
    prefect.utilities.slugify.slugify
    prefect.workers.base.BaseJobConfiguration
    prefect.workers.base.BaseJobConfiguration._base_deployment_labels
    prefect.workers.base.BaseJobConfiguration._base_flow_labels
    prefect.workers.base.BaseVariables
    prefect.workers.base.BaseWorker
    prefect.workers.base.BaseWorkerResult
"""
"""Needs workers: infrastructure is started, watched and named."""

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

MISSING = frozenset((DEPLOYMENTS + WORKERS + PLUGINS + SERVER_OF_THE_ORIGINAL + GONE).split())


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
