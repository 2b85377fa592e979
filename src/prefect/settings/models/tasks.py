"""Settings at `tasks`: defaults of tasks."""

from __future__ import annotations

from prefect._imports import forwarding
from prefect.settings.kinds import RetryDelay
from prefect.settings.section import Section, section, setting


class TasksSettings(Section, path="tasks"):
    """Defaults of tasks."""

    refresh_cache: bool = setting(
        "Whether tasks run although their result is cached, unless they say.",
        default=False,
    )
    default_no_cache: bool = setting(
        "Whether tasks have no cache, unless they say.",
        default=False,
    )
    disable_caching: bool = setting(
        "Whether no task has a cache, whatever it says.",
        default=False,
    )
    default_retries: int = setting(
        "How often tasks run again after a failure, unless they say.",
        default=0,
        also="PREFECT_TASK_DEFAULT_RETRIES",
        unit="retries",
        at_least=0,
    )
    default_retry_delay_seconds: RetryDelay = setting(
        "How long tasks wait before they run again, unless they say.",
        default=0,
        also="PREFECT_TASK_DEFAULT_RETRY_DELAY_SECONDS",
        unit="seconds",
    )
    default_persist_result: bool | None = setting(
        "Whether results of tasks are stored, unless they say.",
        default=None,
    )
    runner: TasksRunnerSettings = section("tasks")
    scheduling: TasksSchedulingSettings = section("tasks")


class TasksRunnerSettings(Section, path="tasks.runner"):
    """Defaults of task runners."""

    thread_pool_max_workers: int | None = setting(
        "How many tasks run at once in threads, unless the task runner says.",
        default=None,
        also="PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS",
        unit="threads",
        more_than=0,
    )
    process_pool_max_workers: int | None = setting(
        "How many tasks run at once in processes, unless the task runner says.",
        default=None,
        unit="processes",
        more_than=0,
    )


class TasksSchedulingSettings(Section, path="tasks.scheduling"):
    """How background tasks are handed over."""

    default_storage_block: str | None = setting(
        "The block that stores the parameters of background tasks.",
        default=None,
        also="PREFECT_TASK_SCHEDULING_DEFAULT_STORAGE_BLOCK",
        planned=True,
    )
    delete_failed_submissions: bool = setting(
        "Whether a background task run that could not be handed over is deleted.",
        default=True,
        also="PREFECT_TASK_SCHEDULING_DELETE_FAILED_SUBMISSIONS",
        planned=True,
    )


# Types for models of pydantic, which our own settings do without.
__getattr__ = forwarding(__name__, dict.fromkeys(("TaskRetryDelaySeconds",), "prefect.types"))
