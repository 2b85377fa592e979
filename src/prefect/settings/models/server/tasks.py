"""Settings at `server.tasks`: how the server treats task runs."""

from __future__ import annotations

from datetime import timedelta

from prefect.settings.section import Section, section, setting


class ServerTasksSettings(Section, path="server.tasks"):
    """How the server treats task runs."""

    tag_concurrency_slot_wait_seconds: float = setting(
        "How long a task run waits before it asks again for a slot of its tags.",
        default=10.0,
        also="PREFECT_TASK_RUN_TAG_CONCURRENCY_SLOT_WAIT_SECONDS",
        unit="seconds",
        at_least=0,
    )
    max_cache_key_length: int = setting(
        "How long a cache key may be.",
        default=2000,
        also="PREFECT_API_TASK_CACHE_KEY_MAX_LENGTH",
        unit="characters",
    )
    scheduling: ServerTasksSchedulingSettings = section("server.tasks")


class ServerTasksSchedulingSettings(Section, path="server.tasks.scheduling"):
    """The queues of background task runs."""

    max_scheduled_queue_size: int = setting(
        "How many background task runs may wait.",
        default=1000,
        also="PREFECT_TASK_SCHEDULING_MAX_SCHEDULED_QUEUE_SIZE",
        unit="task runs",
        planned=True,
    )
    max_retry_queue_size: int = setting(
        "How many background task runs may wait for another try.",
        default=100,
        also="PREFECT_TASK_SCHEDULING_MAX_RETRY_QUEUE_SIZE",
        unit="task runs",
        planned=True,
    )
    pending_task_timeout: timedelta = setting(
        "How long a background task run may be pending before it is queued again; 0 means for ever.",
        default=timedelta(0),
        also="PREFECT_TASK_SCHEDULING_PENDING_TASK_TIMEOUT",
        unit="seconds",
        planned=True,
    )
