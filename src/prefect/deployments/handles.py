"""A deployment in the hand: runs of it are made with options that were set before. Code of `prefect sdk generate`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from prefect.deployments.flow_runs import arun_deployment, run_deployment
from prefect.futures import PrefectFlowRunFuture


class DeploymentHandle:
    """A deployment whose runs are made from code. Subclasses are generated; they know its parameters.

    Args:
        options: Options of `run_deployment`.

    Attributes:
        name: The deployment, as FLOW/DEPLOYMENT.
    """

    name: ClassVar[str]

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self._options: dict[str, Any] = dict(options or {})

    def with_options(
        self,
        *,
        tags: Iterable[str] | None = None,
        idempotency_key: str | None = None,
        work_queue_name: str | None = None,
        as_subflow: bool | None = None,
        scheduled_time: datetime | None = None,
        flow_run_name: str | None = None,
    ) -> Self:
        """Return a handle whose runs are made with these options; see `run_deployment`."""
        return self._with(
            tags=tags,
            idempotency_key=idempotency_key,
            work_queue_name=work_queue_name,
            as_subflow=as_subflow,
            scheduled_time=scheduled_time,
            flow_run_name=flow_run_name,
        )

    def _with(self, **options: Any) -> Self:
        given = {name: value for name, value in options.items() if value is not None}
        return type(self)({**self._options, **given})

    def _with_job_variables(self, **variables: Any) -> Self:
        given = {name: value for name, value in variables.items() if value is not None}
        return self._with(job_variables={**self._options.get("job_variables", {}), **given} or None)

    def _run(self, parameters: Mapping[str, Any]) -> PrefectFlowRunFuture[Any]:
        create: Any = run_deployment
        flow_run = create(
            name=self.name, parameters=_given(parameters), timeout=0, _sync=True, **self._options
        )
        return PrefectFlowRunFuture(flow_run_id=flow_run.id)

    async def _run_async(self, parameters: Mapping[str, Any]) -> PrefectFlowRunFuture[Any]:
        flow_run = await arun_deployment(
            name=self.name, parameters=_given(parameters), timeout=0, **self._options
        )
        return PrefectFlowRunFuture(flow_run_id=flow_run.id)


class _Unset:
    """Stands for a parameter that is left to the deployment."""

    def __repr__(self) -> str:
        return "as the deployment says"


UNSET: Any = _Unset()


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not UNSET}
