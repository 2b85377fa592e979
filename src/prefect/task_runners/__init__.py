"""Task runners: where submitted tasks run.

A submitted task starts when the runs it depends on have ended; until then it takes no thread and no process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding
from prefect.task_runners.base import TaskRunner
from prefect.task_runners.threads import ConcurrentTaskRunner, ThreadPoolTaskRunner

if TYPE_CHECKING:
    from prefect.task_runners.background import PrefectTaskRunner
    from prefect.task_runners.dask import DaskTaskRunner
    from prefect.task_runners.processes import ProcessPoolTaskRunner
    from prefect.task_runners.ray import RayTaskRunner

__all__ = [
    "ConcurrentTaskRunner",
    "DaskTaskRunner",
    "PrefectTaskRunner",
    "ProcessPoolTaskRunner",
    "RayTaskRunner",
    "TaskRunner",
    "ThreadPoolTaskRunner",
]

# Those that need more than threads are loaded by who uses them.
__getattr__ = forwarding(
    __name__,
    {
        "DaskTaskRunner": "prefect.task_runners.dask",
        "PrefectTaskRunner": "prefect.task_runners.background",
        "ProcessPoolTaskRunner": "prefect.task_runners.processes",
        "RayTaskRunner": "prefect.task_runners.ray",
    },
)
