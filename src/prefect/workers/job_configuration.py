"""The configuration of a job: what a worker needs to know to execute one flow run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, cast

from pydantic import BaseModel, Field, PrivateAttr, field_validator

import prefect
from prefect.events.related import object_as_related_resource, tags_as_related_resources
from prefect.settings import get_current_settings
from prefect.utilities.templating import apply_values
from prefect.workers.job_templates import CONTEXT_PREFIX, filled_in, merged_values

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.orchestration import PrefectClient
    from prefect.schemas.deployments import DeploymentResponse
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.flows import Flow
    from prefect.schemas.resources import RelatedResource
    from prefect.schemas.work_pools import WorkPool

COMMAND = "prefect flow-run execute"
"""Executes the flow run whose id is in the environment."""


class BaseJobConfiguration(BaseModel):
    """The configuration of the jobs of all types of workers; a type adds its own fields in a subclass.

    A field may say in `json_schema_extra={"template": …}` how it is written in the template of a pool; by default it is
    the variable of its name.

    Attributes:
        command: The command that executes the run.
        env: Variables of its environment; None unsets one.
        labels: Labels of the infrastructure.
        name: What the infrastructure is called. It may hold `{{ ctx.flow_run.name }}` and `{{ ctx.flow.name }}`.
    """

    command: str | None = Field(
        default=None,
        description="The command that executes the flow run; the worker's own if you leave it empty.",
    )
    env: dict[str, str | None] = Field(
        default_factory=dict,
        title="Environment Variables",
        description="Environment variables of the flow run's process. Null unsets one.",
    )
    labels: dict[str, str] = Field(
        default_factory=dict, description="Labels of the infrastructure that the worker creates."
    )
    name: str | None = Field(
        default=None,
        description="What the infrastructure is called; {{ ctx.flow_run.* }} and {{ ctx.flow.* }} are filled in.",
    )

    _related_objects: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def is_using_a_runner(self) -> bool:
        """Whether the command is the one that executes a flow run by its id."""
        return self.command is not None and COMMAND in self.command

    @field_validator("command")
    @classmethod
    def _coerce_command(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("env", mode="before")
    @classmethod
    def _coerce_env(cls, value: dict[str, Any]) -> dict[str, str | None]:
        return {name: None if each is None else str(each) for name, each in (value or {}).items()}

    @classmethod
    def json_template(cls) -> dict[str, Any]:
        """Return the configuration with its variables as placeholders: what stands in the template of a pool."""
        properties: dict[str, dict[str, Any]] = cls.model_json_schema()["properties"]
        return {
            name: property.get("template") or f"{{{{ {name} }}}}" for name, property in properties.items()
        }

    @classmethod
    async def from_template_and_values(
        cls, base_job_template: dict[str, Any], values: dict[str, Any], client: PrefectClient | None = None
    ) -> Self:
        """Return the configuration that a template gives with some values for its variables.

        Args:
            base_job_template: The template of a pool.
            values: What is said of its variables; the others have their defaults, or are left out.
            client: What reads blocks and variables that are referred to; by default that of the settings.

        Raises:
            InfrastructureError: The template is not whole.
            ObjectNotFound: A block that is referred to does not exist.
            ValueError: A value does not fit.
        """
        return cls(**await filled_in(base_job_template, values, client))

    @classmethod
    async def resolve_for_flow_run(
        cls,
        flow_run: FlowRun,
        *,
        client: PrefectClient,
        work_pool: WorkPool,
        worker_name: str,
        worker_id: UUID | None = None,
        deployment: DeploymentResponse | None = None,
    ) -> Self:
        """Return the configuration of the job that executes a flow run, prepared.

        The run's own job variables win over those of its deployment, and these over the defaults of the pool.

        Args:
            flow_run: The flow run.
            client: What reads the flow, the deployment, blocks and variables.
            work_pool: The pool in which the run is.
            worker_name: The worker that executes it.
            worker_id: The id of this worker, where it has one.
            deployment: The run's deployment, if it was read already.
        """
        return await cls.resolve_with_environment(
            flow_run,
            {},
            client=client,
            work_pool=work_pool,
            worker_name=worker_name,
            worker_id=worker_id,
            deployment=deployment,
        )

    @classmethod
    async def resolve_with_environment(
        cls,
        flow_run: FlowRun,
        environment: Mapping[str, str],
        *,
        client: PrefectClient,
        work_pool: WorkPool,
        worker_name: str,
        worker_id: UUID | None = None,
        deployment: DeploymentResponse | None = None,
    ) -> Self:
        """Return what `resolve_for_flow_run` does, with more variables of the environment, which nothing overrides."""
        if deployment is None and flow_run.deployment_id is not None:
            deployment = await client.read_deployment(flow_run.deployment_id)
        flow = await client.read_flow(flow_run.flow_id)
        template = work_pool.base_job_template
        of_deployment = deployment.job_variables if deployment is not None else None
        values = merged_values({"variables": {}}, of_deployment, flow_run.job_variables)
        configuration = await cls.from_template_and_values(template, values, client=client)
        configuration.env = {**configuration.env, **environment}
        configuration.prepare_for_flow_run(flow_run, deployment, flow, work_pool, worker_name, worker_id)
        return configuration

    def prepare_for_flow_run(
        self,
        flow_run: FlowRun,
        deployment: DeploymentResponse | None = None,
        flow: Flow | None = None,
        work_pool: WorkPool | None = None,
        worker_name: str | None = None,
        worker_id: UUID | None = None,
    ) -> None:
        """Add what only the flow run gives: its environment, labels, name and command. What is set already wins.

        Args:
            flow_run: The flow run that the job executes.
            deployment: Its deployment.
            flow: Its flow.
            work_pool: The pool in which it is.
            worker_name: The worker that starts the job.
            worker_id: The id of this worker, where it has one.
        """
        self._related_objects = {"deployment": deployment, "flow": flow, "flow-run": flow_run}
        environment = {
            **self._base_environment(),
            **self._base_flow_run_environment(flow_run),
            **self._base_attribution_environment(flow_run, deployment, flow, worker_id, worker_name),
            **self.env,
        }
        self.env = {name: value for name, value in environment.items() if value is not None}
        self.labels = {
            **self._base_flow_run_labels(flow_run),
            **self._base_work_pool_labels(work_pool),
            **self._base_worker_name_label(worker_name),
            **self._base_flow_labels(flow),
            **self._base_deployment_labels(deployment),
            **self.labels,
        }
        self.name = self._name_for(flow_run, flow) or flow_run.name
        self.command = self.command or self._base_flow_run_command()

    def _name_for(self, flow_run: FlowRun, flow: Flow | None) -> str | None:
        if not self.name or CONTEXT_PREFIX not in self.name:
            return self.name
        known = {"flow_run": json.loads(flow_run.model_dump_json())}
        if flow is not None:
            known["flow"] = json.loads(flow.model_dump_json())
        filled = apply_values({"name": self.name}, {"ctx": known}, remove_notset=False)["name"]
        return str(filled) if filled else None

    @staticmethod
    def _base_flow_run_command() -> str:
        return COMMAND

    @staticmethod
    def _base_environment() -> dict[str, str]:
        """Return what is set here, by whatever source, as the environment of another process."""
        return get_current_settings().to_environment_variables(exclude_unset=True)

    @staticmethod
    def _base_flow_run_environment(flow_run: FlowRun | None) -> dict[str, str]:
        return {} if flow_run is None else {"PREFECT__FLOW_RUN_ID": str(flow_run.id)}

    @staticmethod
    def _base_attribution_environment(
        flow_run: FlowRun | None = None,
        deployment: DeploymentResponse | None = None,
        flow: Flow | None = None,
        worker_id: UUID | None = None,
        worker_name: str | None = None,
    ) -> dict[str, str]:
        """Return who executes what, for the processes that ask it of their environment."""
        told = {
            "PREFECT__WORKER_ID": worker_id,
            "PREFECT__WORKER_NAME": worker_name,
            "PREFECT__FLOW_ID": flow_run.flow_id if flow_run is not None else None,
            "PREFECT__FLOW_NAME": flow.name if flow is not None else None,
            "PREFECT__DEPLOYMENT_ID": flow_run.deployment_id if flow_run is not None else None,
            "PREFECT__DEPLOYMENT_NAME": deployment.name if deployment is not None else None,
        }
        return {name: str(value) for name, value in told.items() if value is not None}

    @staticmethod
    def _base_flow_run_labels(flow_run: FlowRun) -> dict[str, str]:
        return {
            "prefect.io/flow-run-id": str(flow_run.id),
            "prefect.io/flow-run-name": str(flow_run.name),
            "prefect.io/version": prefect.__version__,
        }

    @staticmethod
    def _base_flow_labels(flow: Flow | None) -> dict[str, str]:
        if flow is None:
            return {}
        return {"prefect.io/flow-id": str(flow.id), "prefect.io/flow-name": flow.name}

    @staticmethod
    def _base_deployment_labels(deployment: DeploymentResponse | None) -> dict[str, str]:
        if deployment is None:
            return {}
        labels = {
            "prefect.io/deployment-id": str(deployment.id),
            "prefect.io/deployment-name": deployment.name,
        }
        if deployment.updated is not None:
            labels["prefect.io/deployment-updated"] = deployment.updated.isoformat()
        return labels

    @staticmethod
    def _base_work_pool_labels(work_pool: WorkPool | None) -> dict[str, str]:
        if work_pool is None:
            return {}
        return {
            "prefect.io/work-pool-name": work_pool.name,
            "prefect.io/work-pool-id": str(work_pool.id),
        }

    @staticmethod
    def _base_worker_name_label(worker_name: str | None) -> dict[str, str]:
        return {} if worker_name is None else {"prefect.io/worker-name": worker_name}

    def _related_resources(self) -> list[RelatedResource]:
        """Return what the run belongs to, as events name it."""
        tags: set[str] = set()
        told: list[RelatedResource] = []
        for kind, found in self._related_objects.items():
            if found is not None:
                told.append(object_as_related_resource(kind, kind, found))
                tags.update(cast("list[str]", getattr(found, "tags", None) or []))
        return told + tags_as_related_resources(tags)
