"""Flows, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.flows import FlowCreate
from prefect.store import flows

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.deployment_filters import DeploymentFilter
    from prefect.schemas.flow_filters import FlowFilter, FlowSort
    from prefect.schemas.flow_run_filters import FlowRunFilter
    from prefect.schemas.flows import Flow
    from prefect.schemas.task_run_filters import TaskRunFilter
    from prefect.schemas.work_pool_filters import WorkPoolFilter
    from prefect.schemas.work_queue_filters import WorkQueueFilter


class Named(Protocol):
    """A flow, as far as it is needed here."""

    name: str


class Flows(Asking):
    """The methods of flows."""

    @method()
    def create_flow(self, flow: Named) -> Steps[UUID]:
        """Register a flow, and return its id; a flow of this name that is there already is that one."""
        return (yield from self.ask(flows.create_flow, FlowCreate(name=flow.name))).id

    @method()
    def create_flow_from_name(self, flow_name: str) -> Steps[UUID]:
        """Register a flow by its name, and return its id; one that is there already is that one."""
        return (yield from self.ask(flows.create_flow, FlowCreate(name=flow_name))).id

    @method()
    def read_flow(self, flow_id: UUID) -> Steps[Flow]:
        """Return a flow.

        Raises:
            PrefectHTTPStatusError: 404: there is no such flow.
        """
        return (yield from self.ask(flows.read_flow, flow_id))

    @method(404)
    def delete_flow(self, flow_id: UUID) -> Steps[None]:
        """Delete a flow.

        Raises:
            ObjectNotFound: There is no such flow.
        """
        yield from self.ask(flows.delete_flow, flow_id)

    @method()
    def read_flows(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,  # of the API, which does nothing with it
        sort: FlowSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Steps[list[Flow]]:
        """Return flows.

        Args:
            flow_filter: Which ones; by default all.
            flow_run_filter: What a run of theirs must fulfil.
            task_run_filter: What a task run of theirs must fulfil.
            deployment_filter: What a deployment of theirs must fulfil.
            work_pool_filter: What a work pool of their runs must fulfil.
            work_queue_filter: Not used.
            sort: In which order; by default by name.
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.
        """
        wanted = filters(flow_filter, flow_run_filter, task_run_filter, deployment_filter, work_pool_filter)
        return (
            yield from self.ask(flows.read_flows, **wanted, **given(sort=sort, limit=limit, offset=offset))
        )

    @method()
    def read_flow_by_name(self, flow_name: str) -> Steps[Flow]:
        """Return a flow.

        Raises:
            PrefectHTTPStatusError: 404: there is no flow of this name.
        """
        return (yield from self.ask(flows.read_flow_by_name, flow_name))


def filters(
    flow_filter: FlowFilter | None,
    flow_run_filter: FlowRunFilter | None,
    task_run_filter: TaskRunFilter | None,
    deployment_filter: DeploymentFilter | None,
    work_pool_filter: WorkPoolFilter | None = None,
    work_queue_filter: WorkQueueFilter | None = None,
) -> dict[str, Any]:
    """Return filters under the names by which operations know them, those that are not None."""
    return given(
        flows=flow_filter,
        flow_runs=flow_run_filter,
        task_runs=task_run_filter,
        deployments=deployment_filter,
        work_pools=work_pool_filter,
        work_pool_queues=work_queue_filter,
    )
