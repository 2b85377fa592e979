"""Which deployment is meant: by the name of its flow and its own, as `flow/deployment`, or by its id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.operations import all_pages, anything_recorded, found, perform
from prefect.cli.run_search import as_id
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.deployments import DeploymentResponse
    from prefect.schemas.flow_filters import FlowFilter

Name = Annotated[str, Parameter(help="The deployment, as FLOW/DEPLOYMENT; or its id.")]


def find_deployment(name: str | None, id: str | UUID | None = None) -> DeploymentResponse:
    """Return the deployment that is named, one way or the other.

    Raises:
        CommandFailed: None or two are named, or it is not there.
    """
    from prefect.store.deployments import (  # loads pydantic: not for the help pages
        read_deployment,
        read_deployment_by_name,
    )

    if (name is None) == (id is None):
        raise CommandFailed(
            "Name the deployment as FLOW/DEPLOYMENT, or give its `--id`, and not both.", exit_code=WRONG_USAGE
        )
    text = str(name if name is not None else id)
    exact = as_id(text)
    if exact is not None:
        return found(_missing(text), read_deployment, exact)
    if name is None:
        raise CommandFailed(f"{text!r} is no id of a deployment.")
    flow_name, slash, own = name.partition("/")
    if not slash:
        raise CommandFailed(
            f"{name!r} is no full name of a deployment. Write it as FLOW/DEPLOYMENT.{_advice(name)}",
            exit_code=WRONG_USAGE,
        )
    if not anything_recorded():
        raise CommandFailed(_missing(text))
    try:
        return perform(read_deployment_by_name, flow_name, own)
    except ObjectNotFound as error:
        raise CommandFailed(_missing(name) + _advice(name)) from error


def all_deployments(flows: FlowFilter | None = None) -> list[DeploymentResponse]:
    """Return the deployments of such flows, by default of all."""
    from prefect.store.deployments import read_deployments

    if not anything_recorded():
        return []
    return list(
        all_pages(lambda limit, offset: perform(read_deployments, flows=flows, limit=limit, offset=offset))
    )


def flow_names(flow_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of flows by their ids."""
    from prefect.schemas.flow_filters import FlowFilter, FlowFilterId
    from prefect.store.flows import read_flows

    wanted = sorted(set(flow_ids))
    names: dict[UUID, str] = {}
    for start in range(0, len(wanted), 200):
        some = FlowFilter(id=FlowFilterId(any_=wanted[start : start + 200]))
        names |= {flow.id: flow.name for flow in perform(read_flows, flows=some)}
    return names


def full_names(deployments: Sequence[DeploymentResponse]) -> list[str]:
    """Return the names of deployments with those of their flows."""
    names = flow_names(deployment.flow_id for deployment in deployments)
    return [f"{names.get(deployment.flow_id, '?')}/{deployment.name}" for deployment in deployments]


def _missing(text: str) -> str:
    return f"There is no deployment {text!r}. `prefect deployment ls` lists those that there are."


def _advice(name: str) -> str:
    known = full_names(all_deployments())
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6) or [
        full for full in known if full.partition("/")[2] == name
    ]
    return f"\nDid you mean {' or '.join(near[:3])}?" if near else ""
