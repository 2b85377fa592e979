"""Schedules of deployments, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.deployments import DeploymentScheduleCreate, DeploymentScheduleUpdate
from prefect.store import deployment_schedules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.deployments import DeploymentSchedule
    from prefect.schemas.schedules import SCHEDULE_TYPES


class DeploymentSchedules(Asking):
    """The methods of schedules of deployments."""

    @method()
    def create_deployment_schedules(
        self,
        deployment_id: UUID,
        schedules: Sequence[tuple[SCHEDULE_TYPES, bool]] | Sequence[DeploymentScheduleCreate],
        max_scheduled_runs: int | None = None,
        parameters: dict[str, Any] | None = None,
        slug: str | None = None,
    ) -> Steps[list[DeploymentSchedule]]:
        """Add schedules to a deployment, and return them.

        Args:
            deployment_id: The deployment.
            schedules: The schedules, or pairs of a schedule and whether it is active.
            max_scheduled_runs: How many runs to schedule ahead; for pairs.
            parameters: What the runs are called with; for pairs.
            slug: The name of the schedule within the deployment; for a single pair.
        """
        facts = given(max_scheduled_runs=max_scheduled_runs, parameters=parameters, slug=slug)
        wanted = [
            each
            if isinstance(each, DeploymentScheduleCreate)
            else DeploymentScheduleCreate(schedule=each[0], active=each[1], **facts)
            for each in schedules
        ]
        return (yield from self.ask(deployment_schedules.create_deployment_schedules, deployment_id, wanted))

    @method(404)
    def read_deployment_schedules(self, deployment_id: UUID) -> Steps[list[DeploymentSchedule]]:
        """Return the schedules of a deployment.

        Raises:
            ObjectNotFound: There is no such deployment.
        """
        return (yield from self.ask(deployment_schedules.read_deployment_schedules, deployment_id))

    @method(404)
    def update_deployment_schedule(
        self,
        deployment_id: UUID,
        schedule_id: UUID,
        active: bool | None = None,
        schedule: SCHEDULE_TYPES | None = None,
        max_scheduled_runs: int | None = None,
        parameters: dict[str, Any] | None = None,
        slug: str | None = None,
    ) -> Steps[None]:
        """Change what is given of a schedule.

        Args:
            deployment_id: The deployment.
            schedule_id: The schedule.
            active: Whether it holds.
            schedule: When the runs are due.
            max_scheduled_runs: How many runs to schedule ahead.
            parameters: What the runs are called with.
            slug: The name of the schedule within the deployment.

        Raises:
            ObjectNotFound: There is no such schedule.
        """
        change = DeploymentScheduleUpdate(
            **given(
                active=active,
                schedule=schedule,
                max_scheduled_runs=max_scheduled_runs,
                parameters=parameters,
                slug=slug,
            )
        )
        yield from self.ask(
            deployment_schedules.update_deployment_schedule, deployment_id, schedule_id, change
        )

    @method(404)
    def delete_deployment_schedule(self, deployment_id: UUID, schedule_id: UUID) -> Steps[None]:
        """Delete a schedule.

        Raises:
            ObjectNotFound: There is no such schedule.
        """
        yield from self.ask(deployment_schedules.delete_deployment_schedule, deployment_id, schedule_id)
