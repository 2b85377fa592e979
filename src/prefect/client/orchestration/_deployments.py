"""Deployments, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from prefect._ids import uuid7
from prefect._transport.proposals import proposal
from prefect._transport.questions import Question, wire_form
from prefect.client.orchestration._flows import filters
from prefect.client.orchestration._methods import Asking, as_id, given, method
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployment_branches import DeploymentBranch, DeploymentBranchingOptions
from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate, DeploymentUpdate
from prefect.schemas.states import State, StateCreate, StateType
from prefect.store import deployment_runs, deployments, scheduled_runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from prefect._dual.effects import Steps
    from prefect.schemas._base import Labels
    from prefect.schemas.deployment_filters import DeploymentFilter, DeploymentSort
    from prefect.schemas.deployments import (
        ConcurrencyOptions,
        DeploymentResponse,
        DeploymentScheduleCreate,
        VersionInfo,
    )
    from prefect.schemas.flow_filters import FlowFilter
    from prefect.schemas.flow_run_filters import FlowRunFilter
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_run_filters import TaskRunFilter
    from prefect.schemas.work_pool_filters import WorkPoolFilter
    from prefect.schemas.work_queue_filters import WorkQueueFilter


class Deployments(Asking):
    """The methods of deployments."""

    @method(409, 403)
    def create_deployment(
        self,
        flow_id: UUID,
        name: str,
        version: str | None = None,
        version_info: VersionInfo | None = None,
        schedules: list[DeploymentScheduleCreate] | None = None,
        concurrency_limit: int | None = None,
        concurrency_options: ConcurrencyOptions | None = None,
        parameters: dict[str, Any] | None = None,
        description: str | None = None,
        work_queue_name: str | None = None,
        work_pool_name: str | None = None,
        tags: list[str] | None = None,
        storage_document_id: UUID | None = None,
        path: str | None = None,
        entrypoint: str | None = None,
        infrastructure_document_id: UUID | None = None,
        parameter_openapi_schema: dict[str, Any] | None = None,
        paused: bool | None = None,
        pull_steps: list[dict[str, Any]] | None = None,
        enforce_parameter_schema: bool | None = None,
        job_variables: dict[str, Any] | None = None,
        branch: str | None = None,
        base: UUID | None = None,
        root: UUID | None = None,
    ) -> Steps[UUID]:
        """Store a deployment of a flow, or change the one of this name, and return its id.

        Args:
            flow_id: The flow.
            name: Its name, which tells it from other deployments of the flow.
            version: Its version.
            version_info: Where that version is from.
            schedules: When it runs.
            concurrency_limit: How many of its runs may run at once.
            concurrency_options: What becomes of a run beyond that.
            parameters: What its runs are called with, unless they say otherwise.
            description: What it is for, in Markdown.
            work_queue_name: The queue in which its runs wait.
            work_pool_name: The pool whose workers run it.
            tags: Tags of its runs.
            storage_document_id: The block that holds the flow's code.
            path: The folder of the flow's code.
            entrypoint: Where the flow is in there, `path/to/file.py:function`.
            infrastructure_document_id: The block that says where it runs.
            parameter_openapi_schema: The JSON schema of its parameters.
            paused: Whether its schedules wait.
            pull_steps: What a worker does to get the flow's code.
            enforce_parameter_schema: Whether parameters that do not fit the schema are refused.
            job_variables: Values for the job template of the pool.
            branch: The branch of the version that it is.
            base: The deployment that it branched off from.
            root: The first deployment of that line.

        Raises:
            ObjectAlreadyExists: The server says so.
            ObjectLimitReached: The server takes no more deployments.
        """
        wanted = DeploymentCreate(
            flow_id=flow_id,
            name=name,
            **given(
                version=version,
                version_info=version_info,
                schedules=schedules,
                concurrency_limit=concurrency_limit,
                concurrency_options=concurrency_options,
                parameters=parameters,
                description=description,
                work_queue_name=work_queue_name,
                work_pool_name=work_pool_name,
                tags=tags,
                storage_document_id=storage_document_id,
                path=path,
                entrypoint=entrypoint,
                infrastructure_document_id=infrastructure_document_id,
                parameter_openapi_schema=parameter_openapi_schema,
                paused=paused,
                pull_steps=pull_steps,
                enforce_parameter_schema=enforce_parameter_schema,
                job_variables=job_variables,
                branch=branch,
                base=base,
                root=root,
            ),
        )
        return (yield from self.ask(deployments.create_deployment, wanted)).id

    @method()
    def update_deployment(self, deployment_id: UUID, deployment: DeploymentUpdate) -> Steps[None]:
        """Change the fields of a deployment that are set."""
        yield from self.ask(deployments.update_deployment, deployment_id, deployment)

    @method()
    def set_deployment_paused_state(self, deployment_id: UUID, paused: bool) -> Steps[None]:
        """Let the schedules of a deployment wait, or go on. `pause_deployment` and `resume_deployment` say which."""
        yield from self.ask(deployments.update_deployment, deployment_id, DeploymentUpdate(paused=paused))

    @method(404)
    def pause_deployment(self, deployment_id: UUID | str) -> Steps[None]:
        """Let the schedules of a deployment wait.

        Raises:
            ObjectNotFound: There is no such deployment.
        """
        yield from self.ask(
            deployments.update_deployment, as_id(deployment_id), DeploymentUpdate(paused=True)
        )

    @method(404)
    def resume_deployment(self, deployment_id: UUID | str) -> Steps[None]:
        """Let the schedules of a deployment go on.

        Raises:
            ObjectNotFound: There is no such deployment.
        """
        yield from self.ask(
            deployments.update_deployment, as_id(deployment_id), DeploymentUpdate(paused=False)
        )

    @method(404)
    def read_deployment(self, deployment_id: UUID | str) -> Steps[DeploymentResponse]:
        """Return a deployment.

        Raises:
            ObjectNotFound: There is no such deployment.
        """
        return (yield from self.ask(deployments.read_deployment, as_id(deployment_id)))

    @method(404)
    def read_deployment_by_name(self, name: str) -> Steps[DeploymentResponse]:
        """Return a deployment.

        Args:
            name: The name of its flow and its own, `flow/deployment`.

        Raises:
            ObjectNotFound: There is no such deployment.
        """
        flow_name, slash, deployment_name = name.partition("/")
        if not slash:
            why = (
                f"{name!r} does not name a deployment: write the name of its flow before, 'flow/deployment'."
            )
            raise ObjectNotFound(ValueError(name), why)
        return (yield from self.ask(deployments.read_deployment_by_name, flow_name, deployment_name))

    @method()
    def read_deployments(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        limit: int | None = None,
        sort: DeploymentSort | None = None,
        offset: int = 0,
    ) -> Steps[list[DeploymentResponse]]:
        """Return deployments.

        Args:
            flow_filter: What their flows must fulfil.
            flow_run_filter: What a run of theirs must fulfil.
            task_run_filter: What a task run of theirs must fulfil.
            deployment_filter: Which ones; by default all.
            work_pool_filter: What their work pools must fulfil.
            work_queue_filter: What their work queues must fulfil.
            limit: How many at most; by default as many as the server allows.
            sort: In which order; by default by name.
            offset: How many to pass over.
        """
        wanted = filters(
            flow_filter,
            flow_run_filter,
            task_run_filter,
            deployment_filter,
            work_pool_filter,
            work_queue_filter,
        )
        return (
            yield from self.ask(
                deployments.read_deployments, **wanted, **given(sort=sort, limit=limit, offset=offset)
            )
        )

    @method(404)
    def delete_deployment(self, deployment_id: UUID) -> Steps[None]:
        """Delete a deployment.

        Raises:
            ObjectNotFound: There is no such deployment.
        """
        yield from self.ask(deployments.delete_deployment, deployment_id)

    @method()
    def get_scheduled_flow_runs_for_deployments(
        self,
        deployment_ids: list[UUID],
        scheduled_before: datetime | None = None,
        limit: int | None = None,
    ) -> Steps[list[FlowRun]]:
        """Return flow runs of deployments that wait to be run.

        Args:
            deployment_ids: The deployments.
            scheduled_before: Only runs that are due before this time.
            limit: How many at most; by default as many as the server allows.
        """
        wanted = given(scheduled_before=scheduled_before, limit=limit)
        return (
            yield from self.ask(
                scheduled_runs.get_scheduled_flow_runs_for_deployments,
                deployment_ids=deployment_ids,
                **wanted,
            )
        )

    @method()
    def create_flow_run_from_deployment(
        self,
        deployment_id: UUID,
        *,
        parameters: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
        state: State[Any] | None = None,
        name: str | None = None,
        tags: Iterable[str] | None = None,
        idempotency_key: str | None = None,
        parent_task_run_id: UUID | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
        labels: Labels | None = None,
    ) -> Steps[FlowRun]:
        """Have a deployment run, and return the new flow run.

        Args:
            deployment_id: The deployment.
            parameters: What the flow is called with; the rest is as the deployment says.
            context: Facts about the run.
            state: Its first state, by default Scheduled, for now.
            name: Its name; by default two words.
            tags: Tags besides those of the deployment.
            idempotency_key: With the same key again, the run that there is already is returned.
            parent_task_run_id: The task run that stands for it in another flow run.
            work_queue_name: The queue in which it waits, if not that of the deployment.
            job_variables: Values for the job template of the pool, which go before those of the deployment.
            labels: Its labels.
        """
        wanted = DeploymentFlowRunCreate(
            state=StateCreate(type=StateType.SCHEDULED) if state is None else proposal(state),
            # So that it can be sent again when the answer is lost, and is stored once.
            idempotency_key=idempotency_key or str(uuid7()),
            **given(
                parameters=parameters,
                context=context,
                name=name,
                tags=None if tags is None else list(tags),
                parent_task_run_id=parent_task_run_id,
                work_queue_name=work_queue_name,
                job_variables=job_variables,
                labels=labels,
            ),
        )
        return (yield from self.ask(deployment_runs.create_flow_run_from_deployment, deployment_id, wanted))

    @method()
    def create_deployment_branch(
        self,
        deployment_id: UUID,
        branch: str,
        options: DeploymentBranchingOptions | None = None,
        overrides: DeploymentUpdate | None = None,
    ) -> Steps[UUID]:
        """Let a branch of a deployment go off, and return its id. Only Prefect Cloud knows branches.

        Args:
            deployment_id: The deployment.
            branch: The name of the branch.
            options: What becomes of its schedules.
            overrides: What is different on the branch.

        Raises:
            ValueError: The branch has no name.
        """
        wanted = DeploymentBranch(
            branch=branch, options=options or DeploymentBranchingOptions(), overrides=overrides
        )
        body = wire_form(wanted, only_set=True)
        question = Question(
            "POST", f"/deployments/{deployment_id}/branch", content=orjson.dumps(body), repeatable=False
        )
        return UUID((yield from self._server.send(question)).json()["id"])
