"""`prefect deployment run`: create a run of a deployment, and wait for it if that is wanted."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from prefect._clock import now
from prefect.cli.deployment_search import find_deployment
from prefect.cli.durations import local_time_with_zone, relative_time
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.flow_run_ending import wait_until_it_ended
from prefect.cli.given_values import json_object, pairs
from prefect.cli.inert import inert
from prefect.cli.moments import duration_in, moment_in
from prefect.cli.operations import checked, found
from prefect.cli.options import Output
from prefect.cli.screen import show_json


def run(
    name: Annotated[str | None, Parameter(help="The deployment, as FLOW/DEPLOYMENT.")] = None,
    *,
    deployment_id: Annotated[
        str | None, Parameter(name="--id", help="The deployment's id, in place of its name.")
    ] = None,
    params: Annotated[
        list[str] | None,
        Parameter(
            name=["--param", "-p"],
            negative=(),
            help="A parameter, as NAME=VALUE; the value is JSON, or else text. May be repeated.",
        ),
    ] = None,
    multiparams: Annotated[
        str | None,
        Parameter(
            name="--params",
            allow_leading_hyphen=True,
            help="All parameters, as a JSON object; - reads it from the input.",
        ),
    ] = None,
    job_variables: Annotated[
        list[str] | None,
        Parameter(
            name=["--job-variable", "-jv"],
            negative=(),
            help="A variable of the job, as NAME=VALUE; the value is JSON, or else text. May be repeated.",
        ),
    ] = None,
    start_in: Annotated[
        str | None, Parameter(help="How long to wait with it, for example `10 minutes`.")
    ] = None,
    start_at: Annotated[
        str | None, Parameter(help="When to start it, for example `2026-07-01 09:00` or `tomorrow 9am`.")
    ] = None,
    tags: Annotated[
        list[str] | None, Parameter(name="--tag", negative=(), help="A tag to give it; may be repeated.")
    ] = None,
    flow_run_name: Annotated[str | None, Parameter(help="The name of the run.")] = None,
    watch: Annotated[bool, Parameter(negative=(), help="Wait until it has ended.")] = False,
    watch_interval: Annotated[
        int | None, Parameter(validator=Number(gte=1), help="How many seconds there are between two looks.")
    ] = None,
    watch_timeout: Annotated[
        int | None, Parameter(validator=Number(gte=1), help="How many seconds to wait for its end at most.")
    ] = None,
    output: Output = None,
) -> None:
    """Create a run of a deployment. A worker, or whoever serves the deployment, starts it.

    With --watch the exit code is 0 if the run completed, else 1.
    """
    if not watch and (watch_interval is not None or watch_timeout is not None):
        raise CommandFailed("--watch-interval and --watch-timeout need --watch.", exit_code=WRONG_USAGE)
    parameters = pairs("--param", params)
    if multiparams is not None:
        if parameters:
            raise CommandFailed("Give --param or --params, not both.", exit_code=WRONG_USAGE)
        parameters = json_object("--params", multiparams)
    when = _start(start_in, start_at)
    variables = pairs("--job-variable", job_variables)
    deployment = find_deployment(name, deployment_id)

    from prefect.schemas.deployments import DeploymentFlowRunCreate  # loads pydantic: not for the help pages
    from prefect.states import Scheduled
    from prefect.store.deployment_runs import create_flow_run_from_deployment

    _check_names(parameters, deployment.parameter_openapi_schema)
    values: dict[str, Any] = {
        "state": Scheduled(scheduled_time=when).model_dump(
            mode="json", include={"type", "name", "message", "state_details"}
        ),
        "parameters": parameters,
        "job_variables": variables,
        "tags": tags or [],
    }
    if flow_run_name is not None:
        values["name"] = flow_run_name
    body = checked(DeploymentFlowRunCreate, values)
    created = found(
        f"Deployment {deployment.name!r} was deleted meanwhile by somebody else.",
        create_flow_run_from_deployment,
        deployment.id,
        body,
    )
    if output:
        show_json(created.model_dump(mode="json"))
    else:
        print(f"Created flow run {inert(created.name)!r}.")
        print(f"  ID:     {created.id}")
        print(f"  Starts: {local_time_with_zone(when)} ({relative_time(when, now())})")
    if watch:
        wait_until_it_ended(created, timeout=watch_timeout, interval=watch_interval, quiet=output is not None)


def _start(start_in: str | None, start_at: str | None) -> datetime:
    if start_in is not None and start_at is not None:
        raise CommandFailed("Give --start-in or --start-at, not both.", exit_code=WRONG_USAGE)
    if start_at is not None:
        return moment_in(start_at)
    moment = now()
    return moment + duration_in(start_in) if start_in is not None else moment


def _check_names(parameters: dict[str, Any], schema: dict[str, Any] | None) -> None:
    """Refuse parameters that the flow does not have: they would fail the run later."""
    known: dict[str, Any] = (schema or {}).get("properties") or {}
    unknown = sorted(parameters.keys() - known.keys())
    if known and unknown and not (schema or {}).get("additionalProperties"):
        raise CommandFailed(
            f"The flow has no parameter {', '.join(map(repr, unknown))}. It has: {', '.join(sorted(known))}."
        )
