"""Settings at `server.services`: what the server does in the background."""

from __future__ import annotations

from datetime import timedelta

from prefect._imports import forwarding
from prefect.settings.section import Section, section, setting


class ServerServicesSettings(Section, path="server.services"):
    """What the server does in the background."""

    cancellation_cleanup: ServerServicesCancellationCleanupSettings = section("server.services")
    db_vacuum: ServerServicesDBVacuumSettings = section("server.services")
    event_persister: ServerServicesEventPersisterSettings = section("server.services")
    event_logger: ServerServicesEventLoggerSettings = section("server.services")
    foreman: ServerServicesForemanSettings = section("server.services")
    late_runs: ServerServicesLateRunsSettings = section("server.services")
    scheduler: ServerServicesSchedulerSettings = section("server.services")
    pause_expirations: ServerServicesPauseExpirationsSettings = section("server.services")
    repossessor: ServerServicesRepossessorSettings = section("server.services")
    cleanup_reconciler: ServerServicesCleanupReconcilerSettings = section("server.services")
    task_run_recorder: ServerServicesTaskRunRecorderSettings = section("server.services")
    triggers: ServerServicesTriggersSettings = section("server.services")


class ServerServicesCancellationCleanupSettings(Section, path="server.services.cancellation_cleanup"):
    """Ends runs that hang in cancelling."""

    enabled: bool = setting(
        "Whether runs that hang in cancelling are ended.",
        default=True,
        also="PREFECT_API_SERVICES_CANCELLATION_CLEANUP_ENABLED",
    )
    loop_seconds: float = setting(
        "How often the service looks.",
        default=20.0,
        also="PREFECT_API_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS",
        unit="seconds",
    )
    cancelling_timeout_seconds: float = setting(
        "How long a run may be cancelling.",
        default=300.0,
        unit="seconds",
        more_than=0,
    )


class ServerServicesDBVacuumSettings(Section, path="server.services.db_vacuum"):
    """Deletes old records."""

    enabled: set[str] | bool | None = setting(
        "Which old records are deleted: `events`, `flow_runs`, all, or none.",
        default={"events"},
    )
    loop_seconds: float = setting(
        "How often old records are looked for.",
        default=3600.0,
        unit="seconds",
        more_than=0,
    )
    orphan_cleanup_loop_seconds: float = setting(
        "How often records that belong to nothing are looked for.",
        default=86400.0,
        unit="seconds",
        more_than=0,
        planned=True,
    )
    retention_period: timedelta = setting(
        "How old a flow run must be to be deleted.",
        default=timedelta(days=90),
        unit="seconds",
        more_than=timedelta(hours=1),
    )
    batch_size: int = setting(
        "How many records are deleted at a time.",
        default=200,
        unit="records",
        more_than=0,
    )
    event_retention_overrides: dict[str, timedelta] = setting(
        "How long events of some names are kept instead.",
        default={"prefect.flow-run.heartbeat": timedelta(days=7)},
        unit="seconds",
    )

    @property
    def enabled_vacuum_types(self) -> set[str]:
        """Which old records are deleted: those of `enabled`, and what flow runs leave behind with `flow_runs`.

        False means the default, `events`: it turned off the deletion of flow runs before there was that of events.
        """
        if self.enabled is None:
            return set()
        if isinstance(self.enabled, bool):
            return {"events", "flow_runs", "orphans"} if self.enabled else {"events"}
        return {*self.enabled, "orphans"} if "flow_runs" in self.enabled else set(self.enabled)


class ServerServicesEventPersisterSettings(Section, path="server.services.event_persister"):
    """Stores events."""

    enabled: bool = setting(
        "Whether events are stored of flow runs that processes of this machine record by themselves.",
        default=True,
        also="PREFECT_API_SERVICES_EVENT_PERSISTER_ENABLED",
    )
    batch_size: int = setting(
        "How many events are stored together.",
        default=20,
        also="PREFECT_API_SERVICES_EVENT_PERSISTER_BATCH_SIZE",
        unit="events",
        more_than=0,
        planned=True,
    )
    read_batch_size: int = setting(
        "How many events are taken from the broker at a time.",
        default=1,
        also="PREFECT_API_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE",
        unit="events",
        more_than=0,
        planned=True,
    )
    flush_interval: float = setting(
        "How long events may wait to be stored together.",
        default=5.0,
        also="PREFECT_API_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL",
        unit="seconds",
        more_than=0,
        planned=True,
    )
    queue_max_size: int = setting(
        "How many events may wait to be stored.",
        default=50000,
        unit="events",
        more_than=0,
    )
    max_flush_retries: int = setting(
        "How often storing events is tried again.",
        default=5,
        unit="retries",
        more_than=0,
        planned=True,
    )


class ServerServicesEventLoggerSettings(Section, path="server.services.event_logger"):
    """Logs events."""

    enabled: bool = setting(
        "Whether events are logged by the server.",
        default=False,
        also="PREFECT_API_SERVICES_EVENT_LOGGER_ENABLED",
        planned=True,
    )


class ServerServicesForemanSettings(Section, path="server.services.foreman"):
    """Watches over workers, pools and queues."""

    enabled: bool = setting(
        "Whether workers, pools and queues that went silent are marked so.",
        default=True,
        also="PREFECT_API_SERVICES_FOREMAN_ENABLED",
    )
    loop_seconds: float = setting(
        "How often the service looks.",
        default=15.0,
        also="PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS",
        unit="seconds",
    )
    inactivity_heartbeat_multiple: int = setting(
        "How many missed heartbeats make a worker offline.",
        default=3,
        also="PREFECT_API_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE",
        unit="heartbeats",
    )
    fallback_heartbeat_interval_seconds: int = setting(
        "The heartbeat of workers that tell none.",
        default=30,
        also="PREFECT_API_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS",
        unit="seconds",
    )
    deployment_last_polled_timeout_seconds: int = setting(
        "How long after its last poll a deployment counts as not ready.",
        default=60,
        also="PREFECT_API_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS",
        unit="seconds",
    )
    work_queue_last_polled_timeout_seconds: int = setting(
        "How long after its last poll a work queue counts as not ready.",
        default=60,
        also="PREFECT_API_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS",
        unit="seconds",
    )


class ServerServicesLateRunsSettings(Section, path="server.services.late_runs"):
    """Marks runs that are late."""

    enabled: bool = setting(
        "Whether runs that did not start in time are marked late.",
        default=True,
        also="PREFECT_API_SERVICES_LATE_RUNS_ENABLED",
    )
    loop_seconds: float = setting(
        "How often the service looks.",
        default=5.0,
        also="PREFECT_API_SERVICES_LATE_RUNS_LOOP_SECONDS",
        unit="seconds",
    )
    after_seconds: timedelta = setting(
        "How long after its time a run counts as late.",
        default=timedelta(seconds=15),
        also="PREFECT_API_SERVICES_LATE_RUNS_AFTER_SECONDS",
        unit="seconds",
    )


class ServerServicesSchedulerSettings(Section, path="server.services.scheduler"):
    """Schedules runs of deployments."""

    enabled: bool = setting(
        "Whether runs of deployments are scheduled.",
        default=True,
        also="PREFECT_API_SERVICES_SCHEDULER_ENABLED",
    )
    loop_seconds: float = setting(
        "How often schedules are looked at.",
        default=60.0,
        also="PREFECT_API_SERVICES_SCHEDULER_LOOP_SECONDS",
        unit="seconds",
    )
    deployment_batch_size: int = setting(
        "How many deployments are looked at together.",
        default=100,
        also="PREFECT_API_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE",
        unit="deployments",
    )
    max_runs: int = setting(
        "How many runs of a deployment are scheduled ahead at most.",
        default=100,
        also="PREFECT_API_SERVICES_SCHEDULER_MAX_RUNS",
        unit="runs",
    )
    min_runs: int = setting(
        "How many runs of a deployment are scheduled ahead at least.",
        default=3,
        also="PREFECT_API_SERVICES_SCHEDULER_MIN_RUNS",
        unit="runs",
    )
    max_scheduled_time: timedelta = setting(
        "How far ahead runs are scheduled at most.",
        default=timedelta(days=100),
        also="PREFECT_API_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME",
        unit="seconds",
    )
    min_scheduled_time: timedelta = setting(
        "How far ahead runs are scheduled at least.",
        default=timedelta(hours=1),
        also="PREFECT_API_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME",
        unit="seconds",
    )
    insert_batch_size: int = setting(
        "How many runs are written together.",
        default=500,
        also="PREFECT_API_SERVICES_SCHEDULER_INSERT_BATCH_SIZE",
        unit="runs",
        planned=True,
    )
    recent_deployments_loop_seconds: float = setting(
        "How often schedules that just changed are looked at.",
        default=5.0,
        unit="seconds",
    )


class ServerServicesPauseExpirationsSettings(Section, path="server.services.pause_expirations"):
    """Ends runs that are paused for too long."""

    enabled: bool = setting(
        "Whether runs that are paused for too long are ended.",
        default=True,
        also="PREFECT_API_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
    )
    loop_seconds: float = setting(
        "How often the service looks.",
        default=5.0,
        also="PREFECT_API_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS",
        unit="seconds",
    )


class ServerServicesRepossessorSettings(Section, path="server.services.repossessor"):
    """Gives back slots whose lease ran out."""

    enabled: bool = setting(
        "Whether slots whose lease ran out are given back.",
        default=True,
    )
    loop_seconds: float = setting(
        "How often the service looks.",
        default=15.0,
        unit="seconds",
    )


class ServerServicesCleanupReconcilerSettings(Section, path="server.services.cleanup_reconciler"):
    """Checks upon clean-ups of workers."""

    enabled: bool = setting(
        "Whether cleaning up after workers is checked upon.",
        default=True,
        planned=True,
    )
    loop_seconds: float = setting(
        "How often the service looks.",
        default=5.0,
        unit="seconds",
        more_than=0,
        planned=True,
    )
    batch_size: int = setting(
        "How many clean-ups are checked together.",
        default=100,
        unit="records",
        more_than=0,
        planned=True,
    )


class ServerServicesTaskRunRecorderSettings(Section, path="server.services.task_run_recorder"):
    """Stores task runs from their events."""

    enabled: bool = setting(
        "Whether task runs are stored from their events.",
        default=True,
        also="PREFECT_API_SERVICES_TASK_RUN_RECORDER_ENABLED",
    )
    read_batch_size: int = setting(
        "How many events are taken from the broker at a time.",
        default=1,
        unit="events",
        more_than=0,
        planned=True,
    )
    batch_size: int = setting(
        "How many task runs are stored together.",
        default=1,
        unit="task runs",
        more_than=0,
        planned=True,
    )
    flush_interval: float = setting(
        "How long task runs may wait to be stored together.",
        default=5.0,
        unit="seconds",
        more_than=0,
        planned=True,
    )


class ServerServicesTriggersSettings(Section, path="server.services.triggers"):
    """Triggers automations."""

    enabled: bool = setting(
        "Whether automations are triggered.",
        default=True,
        also="PREFECT_API_SERVICES_TRIGGERS_ENABLED",
        planned=True,
    )
    read_batch_size: int = setting(
        "How many events are taken from the broker at a time.",
        default=1,
        unit="events",
        more_than=0,
        planned=True,
    )
    pg_notify_reconnect_interval_seconds: int = setting(
        "How long to wait before listening to PostgreSQL again.",
        default=10,
        unit="seconds",
        planned=True,
    )
    pg_notify_heartbeat_interval_seconds: int = setting(
        "How often the connection that listens to PostgreSQL is checked.",
        default=5,
        unit="seconds",
        planned=True,
    )


# Types for models of pydantic, which our own settings do without.
__getattr__ = forwarding(__name__, dict.fromkeys(("SecondsTimeDelta",), "prefect.types"))
