"""Leaving tasks to task workers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from prefect._engine.scheduling import schedule
from prefect.futures import PrefectDistributedFuture, PrefectFuture
from prefect.schemas.run_inputs import RunInput
from prefect.task_runners.base import TaskRunner

if TYPE_CHECKING:
    from prefect.tasks import Task


class PrefectTaskRunner(TaskRunner["PrefectDistributedFuture[Any]"]):
    """Leaves tasks to task workers: see `prefect.task_worker.serve`. Their runs may outlive the flow run."""

    def duplicate(self) -> Self:
        """Return a new runner."""
        return type(self)()

    def inside_a_task(self) -> Self:
        """Return a runner of the same kind: the database is the same everywhere."""
        return self.duplicate()

    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectDistributedFuture[Any]:
        """Store a run of a task for a task worker and return its future; see `TaskRunner.submit`.

        Raises:
            RuntimeError: The runner is not started.
            SerializationError: An argument cannot be pickled.
        """
        self._check_started()
        return schedule(task, parameters, wait_for=wait_for, dependencies=dependencies)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()
