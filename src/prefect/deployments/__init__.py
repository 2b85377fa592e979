"""Deployments: flows that others run, by schedule or on demand; declared in code or in `prefect.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding

if TYPE_CHECKING:
    from prefect.deployments.base import initialize_project
    from prefect.deployments.flow_runs import arun_deployment, run_deployment
    from prefect.deployments.runner import deploy

__all__ = ["arun_deployment", "deploy", "initialize_project", "run_deployment"]

# The process of a flow run loads a room of this package and must not load the rest of it.
__getattr__ = forwarding(
    __name__,
    {
        "arun_deployment": "prefect.deployments.flow_runs",
        "deploy": "prefect.deployments.runner",
        "initialize_project": "prefect.deployments.base",
        "run_deployment": "prefect.deployments.flow_runs",
    },
)
