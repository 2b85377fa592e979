"""Decorators that bind flows to the infrastructure of this package's own workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from prefect.flows import Flow
from prefect.infrastructure.bound_flow import InfrastructureBoundFlow, bind_flow_to_infrastructure
from prefect.workers.process import ProcessWorker

P = ParamSpec("P")
R = TypeVar("R")


def process(
    work_pool: str, *, include_files: Sequence[str] | None = None, **job_variables: Any
) -> Callable[[Flow[P, R]], InfrastructureBoundFlow[P, R]]:
    """Bind a flow to processes: each call runs it in a process of its own. A decorator above `@flow`.

    Args:
        work_pool: The pool to which its runs belong; it is made if there is none.
        include_files: Patterns of files beside the flow that its runs need.
        job_variables: Values for the job template of the pool, such as `env`.

    Example:
        >>> @process(work_pool="my-pool", env={"COLOUR": "red"})
        ... @flow
        ... def paint() -> None: ...
    """

    def decorate(flow: Flow[P, R]) -> InfrastructureBoundFlow[P, R]:
        return bind_flow_to_infrastructure(
            flow, work_pool, ProcessWorker, job_variables=job_variables, include_files=include_files
        )

    return decorate
