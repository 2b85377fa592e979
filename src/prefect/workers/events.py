"""What workers tell of themselves and their runs, as events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import prefect
from prefect.events import emit_event
from prefect.events.related import object_as_related_resource
from prefect.schemas.resources import RelatedResource

if TYPE_CHECKING:
    from prefect.schemas.events import Event
    from prefect.schemas.work_pools import WorkPool
    from prefect.workers.job_configuration import BaseJobConfiguration
    from prefect.workers.result import BaseWorkerResult


class WorkerEvents:
    """The events of a worker.

    Args:
        worker_type: Its type.
        name: Its name.
        slug: Its name as ids have it.
    """

    def __init__(self, worker_type: str, name: str, slug: str) -> None:
        self.work_pool: WorkPool | None = None
        self.resource = {
            "prefect.resource.id": f"prefect.worker.{worker_type}.{slug}",
            "prefect.resource.name": name,
            "prefect.version": prefect.__version__,
            "prefect.worker-type": worker_type,
        }

    def related(
        self, configuration: BaseJobConfiguration | None = None, *, include_self: bool = False
    ) -> list[RelatedResource]:
        """Return what an event is about besides: the run of a job with all that it belongs to, and the work pool.

        Args:
            configuration: The configuration of the job.
            include_self: Whether the worker is among it, in the role of a worker.
        """
        told = configuration._related_resources() if configuration is not None else []  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the name that integration packages call it by
        if self.work_pool is not None:
            told.append(object_as_related_resource("work-pool", "work-pool", self.work_pool))
        if include_self:
            told.append(RelatedResource({**self.resource, "prefect.resource.role": "worker"}))
        return told

    def tell(
        self,
        what: str,
        configuration: BaseJobConfiguration | None = None,
        *,
        follows: Event | None = None,
        result: BaseWorkerResult | None = None,
    ) -> Event | None:
        """Record an event of the worker.

        Args:
            what: What happened, such as "submitted-flow-run".
            configuration: The configuration of the job that it happened to.
            follows: The event before it.
            result: What became of the job.
        """
        related: list[RelatedResource] = self.related(configuration)
        if result is not None:
            marks: dict[str, Any] = {
                "prefect.infrastructure.identifier": result.identifier,
                "prefect.infrastructure.status-code": str(result.status_code),
            }
            related = [
                RelatedResource({**each.root, **marks}) if each.role == "flow-run" else each
                for each in related
            ]
        return emit_event(f"prefect.worker.{what}", self.resource, related=related, follows=follows)
