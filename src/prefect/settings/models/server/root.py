"""Settings at `server`: the server and its services."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prefect.settings.kinds import LogLevel
from prefect.settings.section import Section, section, setting

if TYPE_CHECKING:
    from prefect.settings.models.server.api import ServerAPISettings
    from prefect.settings.models.server.concurrency import ServerConcurrencySettings
    from prefect.settings.models.server.database import ServerDatabaseSettings
    from prefect.settings.models.server.deployments import ServerDeploymentsSettings
    from prefect.settings.models.server.docket import ServerDocketSettings
    from prefect.settings.models.server.ephemeral import ServerEphemeralSettings
    from prefect.settings.models.server.events import ServerEventsSettings
    from prefect.settings.models.server.flow_run_graph import ServerFlowRunGraphSettings
    from prefect.settings.models.server.logs import ServerLogsSettings
    from prefect.settings.models.server.services import ServerServicesSettings
    from prefect.settings.models.server.tasks import ServerTasksSettings
    from prefect.settings.models.server.ui import ServerUISettings
    from prefect.settings.models.server.worker_channel import ServerWorkerChannelSettings


class ServerSettings(Section, path="server"):
    """The server and its services."""

    logging_level: LogLevel = setting(
        "The lowest level that the server logs.",
        default="WARNING",
        also="PREFECT_LOGGING_SERVER_LEVEL",
    )
    analytics_enabled: bool = setting(
        "Whether the server may report that it is used; nothing is ever reported here.",
        default=True,
        planned=True,
    )
    metrics_enabled: bool = setting(
        "Whether the server offers its metrics.",
        default=False,
        also="PREFECT_API_ENABLE_METRICS",
    )
    log_retryable_errors: bool = setting(
        "Whether errors that the client will try again are logged.",
        default=False,
        also="PREFECT_API_LOG_RETRYABLE_ERRORS",
        planned=True,
    )
    register_blocks_on_start: bool = setting(
        "Whether the server registers the built-in block types when it starts.",
        default=True,
        also="PREFECT_API_BLOCKS_REGISTER_ON_START",
    )
    memoize_block_auto_registration: bool = setting(
        "Whether block types that did not change are not registered again.",
        default=True,
        also="PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION",
    )
    memo_store_path: Path = setting(
        "The file that remembers which block types are registered.",
        default=None,
        computed=lambda settings: settings.home / "memo_store.toml",
        also="PREFECT_MEMO_STORE_PATH",
        planned=True,
    )
    deployment_schedule_max_scheduled_runs: int = setting(
        "How many runs of a deployment are scheduled ahead at most.",
        default=50,
        also="PREFECT_DEPLOYMENT_SCHEDULE_MAX_SCHEDULED_RUNS",
        unit="runs",
        planned=True,
    )
    api: ServerAPISettings = section("server.api")
    concurrency: ServerConcurrencySettings = section("server.concurrency")
    database: ServerDatabaseSettings = section("server.database")
    deployments: ServerDeploymentsSettings = section("server.deployments")
    docket: ServerDocketSettings = section("server.docket")
    ephemeral: ServerEphemeralSettings = section("server.ephemeral")
    events: ServerEventsSettings = section("server.events")
    flow_run_graph: ServerFlowRunGraphSettings = section("server.flow_run_graph")
    logs: ServerLogsSettings = section("server.logs")
    services: ServerServicesSettings = section("server.services")
    tasks: ServerTasksSettings = section("server.tasks")
    ui: ServerUISettings = section("server.ui")
    worker_channel: ServerWorkerChannelSettings = section("server.worker_channel")
