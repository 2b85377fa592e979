"""`prefect deployment`: list deployments, look at one, run it, pause it, delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import App, Parameter

from prefect.cli.deployment_search import (
    Name,
    all_deployments,
    find_deployment,
    flow_names,
    full_names,
)
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import found, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.records import show_facts, show_table
from prefect.cli.schedule_texts import schedule_text
from prefect.cli.screen import show_json

if TYPE_CHECKING:
    from prefect.schemas.deployments import DeploymentResponse

app = App(
    name="deployment",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect deployment ls
  prefect deployment run etl/nightly --param day=2026-07-01 --watch
  prefect deployment schedule create etl/nightly --cron "0 6 * * *" --timezone Europe/Berlin""",
)
app.command(
    "prefect.cli.deployment_run:run",
    name="run",
    help="Create a run of a deployment.",
    help_epilogue="""Examples:
  prefect deployment run etl/nightly --param day=2026-07-01
  prefect deployment run etl/nightly --params '{"days": [1, 2]}' --start-in "10 minutes"
  prefect deployment run etl/nightly --watch --watch-timeout 600""",
)
app.command(
    "prefect.cli.deployment_schedule:app", name="schedule", help="Say when a deployment is to be run."
)


@app.command(
    help_epilogue="""Examples:
  prefect deployment ls
  prefect deployment ls etl report --by-created
  prefect deployment ls --output json | jq -r '.[].name'"""
)
def ls(
    flow_name: Annotated[
        list[str] | None, Parameter(help="Only deployments of these flows.", negative=())
    ] = None,
    *,
    by_created: Annotated[
        bool, Parameter(negative=(), help="The newest first; otherwise they are listed by name.")
    ] = False,
    output: Output = None,
) -> None:
    """List deployments."""
    from prefect.schemas.flow_filters import FlowFilter, FlowFilterName  # loads pydantic

    deployments = all_deployments(FlowFilter(name=FlowFilterName(any_=flow_name)) if flow_name else None)
    names = full_names(deployments) if deployments else []
    named = list(zip(names, deployments, strict=True))
    if by_created:
        named.sort(key=lambda pair: pair[1].id, reverse=True)
    else:
        named.sort(key=lambda pair: pair[0])
    if output:
        show_json([{**plain(deployment), "full_name": name} for name, deployment in named])
    elif not named:
        print("No deployment matches." if flow_name else "No deployments yet.")
    else:
        show_table(
            ("NAME", "ID", "POOL", "STATUS", "SCHEDULE", "TAGS"),
            [
                (
                    name,
                    str(deployment.id),
                    deployment.work_pool_name,
                    _status(deployment),
                    "; ".join(schedule_text(each.schedule) for each in deployment.schedules if each.active),
                    ", ".join(deployment.tags),
                )
                for name, deployment in named
            ],
        )


@app.command(
    help_epilogue="Example:\n  prefect deployment inspect etl/nightly --output json | jq .parameters"
)
def inspect(name: Name, *, output: Output = None) -> None:
    """Show a deployment: where its code is, where and when it runs, and with which parameters."""
    deployment = find_deployment(name)
    if output:
        show_json(plain(deployment))
        return
    flow_name = flow_names([deployment.flow_id]).get(deployment.flow_id, "?")
    show_facts(
        {
            "Name": f"{flow_name}/{deployment.name}",
            "Status": _status(deployment),
            "About": deployment.description,
            "Version": deployment.version,
            "Entrypoint": deployment.entrypoint,
            "Path": deployment.path,
            "Work pool": deployment.work_pool_name,
            "Work queue": deployment.work_queue_name,
            "Schedules": "\n".join(
                schedule_text(each.schedule) + ("" if each.active else " (paused)")
                for each in deployment.schedules
            ),
            "Limit": deployment.global_concurrency_limit and deployment.global_concurrency_limit.limit,
            "Tags": ", ".join(deployment.tags),
            "Parameters": deployment.parameters,
            "Job variables": deployment.job_variables,
            "Pull steps": deployment.pull_steps,
            "Created": deployment.created,
            "Updated": deployment.updated,
            "ID": deployment.id,
        }
    )


@app.command(help_epilogue="Example:\n  prefect deployment pause etl/nightly")
def pause(name: Name) -> None:
    """Make no more runs of a deployment's schedules; those made ahead of time are deleted."""
    from prefect.store.deployments import pause_deployment

    found(_gone(name), pause_deployment, find_deployment(name).id)
    print(f"Paused deployment {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect deployment resume etl/nightly")
def resume(name: Name) -> None:
    """Make runs of a deployment's schedules again."""
    from prefect.store.deployments import resume_deployment

    found(_gone(name), resume_deployment, find_deployment(name).id)
    print(f"Resumed deployment {inert(name)!r}.")


@app.command(
    help_epilogue="""Examples:
  prefect deployment delete etl/nightly
  prefect deployment delete --id 0197a1b2-c3d4-7000-8000-000000000000
  prefect deployment delete --all"""
)
def delete(
    name: Annotated[str | None, Parameter(help="The deployment, as FLOW/DEPLOYMENT.")] = None,
    *,
    deployment_id: Annotated[
        UUID | None, Parameter(name="--id", help="The deployment's id, in place of its name.")
    ] = None,
    all: Annotated[bool, Parameter(negative=(), help="Delete every deployment.")] = False,
) -> None:
    """Delete a deployment with its schedules and the runs that were not started. Its other runs stay.

    Asks first when a person is at the terminal.
    """
    from prefect.store.deployments import delete_deployment

    if all and (name is not None or deployment_id is not None):
        raise CommandFailed("Give a deployment or --all, not both.", exit_code=WRONG_USAGE)
    doomed = all_deployments() if all else [find_deployment(name, deployment_id)]
    if not doomed:
        print("There are no deployments.")
        return
    what = (
        f"deployment {inert(full_names(doomed)[0])!r}"
        if len(doomed) == 1
        else f"all {len(doomed):,} deployments"
    )
    if not confirmed(f"Delete {what}?"):
        raise CommandFailed("Nothing was deleted.")
    for deployment in doomed:
        found(_gone(str(deployment.id)), delete_deployment, deployment.id)
    print(f"Deleted {what}.")


def _gone(name: str) -> str:
    return f"Deployment {name!r} was deleted meanwhile by somebody else."


def _status(deployment: DeploymentResponse) -> str:
    if deployment.paused:
        return "Paused"
    return deployment.status.value.replace("_", " ").capitalize() if deployment.status is not None else ""
