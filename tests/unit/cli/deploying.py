"""Deployments for the tests of commands, made as clients make them."""

from __future__ import annotations

from typing import Any

from prefect.cli.operations import perform
from prefect.schemas.deployments import DeploymentCreate, DeploymentResponse
from prefect.schemas.flows import FlowCreate
from prefect.store.deployments import create_deployment
from prefect.store.flows import create_flow

SCHEMA = {
    "type": "object",
    "properties": {"day": {"type": "string"}, "rows": {"type": "integer"}},
    "required": [],
}


def deploy(name: str, **values: Any) -> DeploymentResponse:
    """Deploy a flow, as FLOW/DEPLOYMENT."""
    flow_name, _, own = name.partition("/")
    flow = perform(create_flow, FlowCreate(name=flow_name))
    facts = {"parameter_openapi_schema": SCHEMA, "entrypoint": "flows.py:etl", **values}
    return perform(
        create_deployment, DeploymentCreate.model_validate({"name": own, "flow_id": flow.id, **facts})
    )
