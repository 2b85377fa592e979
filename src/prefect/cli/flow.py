"""`prefect flow`: list flows, look at one, delete it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect._clock import now
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, found, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.records import show_facts, show_table
from prefect.cli.run_tables import flow_run_table
from prefect.cli.screen import show_json, stdout_screen

app = App(
    name="flow",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect flow ls
  prefect flow inspect "ETL Pipeline"
  prefect flow delete "ETL Pipeline\"""",
)

Name = Annotated[str, Parameter(help="The flow's name.")]

_RUNS_SHOWN = 5


@app.command(help_epilogue="Example:\n  prefect flow ls --output json | jq -r '.[].name'")
def ls(
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="How many to list at most.")] = 15,
    output: Output = None,
) -> None:
    """List flows, the newest first."""
    from prefect.schemas.flow_filters import FlowSort  # loads pydantic: not for the help pages
    from prefect.store.flows import read_flows

    flows = perform(read_flows, sort=FlowSort.CREATED_DESC, limit=limit) if anything_recorded() else []
    if output:
        show_json([plain(flow) for flow in flows])
    elif not flows:
        print("No flows yet. A flow is listed once it has run or was deployed.")
    else:
        show_table(("ID", "NAME", "CREATED"), [(str(flow.id), flow.name, flow.created) for flow in flows])


@app.command(help_epilogue='Example:\n  prefect flow inspect "ETL Pipeline" --output json')
def inspect(name: Name, *, output: Output = None) -> None:
    """Show a flow: when it was seen first, its deployments, and its newest runs."""
    from prefect.schemas.flow_filters import FlowFilter, FlowFilterId
    from prefect.schemas.flow_run_filters import FlowRunSort
    from prefect.store.deployments import read_deployments
    from prefect.store.flow_runs import count_flow_runs, read_flow_runs
    from prefect.store.flows import read_flow_by_name

    flow = found(_missing(name), read_flow_by_name, name)
    of_this = FlowFilter(id=FlowFilterId(any_=[flow.id]))
    runs_number = perform(count_flow_runs, flows=of_this)
    deployments = perform(read_deployments, flows=of_this)
    if output:
        names = [deployment.name for deployment in deployments]
        show_json({**plain(flow), "flow_runs": runs_number, "deployments": names})
        return
    show_facts(
        {
            "Name": flow.name,
            "ID": flow.id,
            "Created": flow.created,
            "Tags": ", ".join(flow.tags),
            "Deployments": "\n".join(f"{flow.name}/{deployment.name}" for deployment in deployments),
            "Runs": runs_number,
        }
    )
    newest = perform(
        read_flow_runs, flows=of_this, sort=FlowRunSort.EXPECTED_START_TIME_DESC, limit=_RUNS_SHOWN
    )
    if newest:
        print()
        screen = stdout_screen()
        screen.show(flow_run_table(newest, lambda _: flow.name, screen, now()))


@app.command(help_epilogue='Example:\n  prefect flow delete "ETL Pipeline"')
def delete(name: Name) -> None:
    """Delete a flow with its runs and its deployments. Asks first when a person is at the terminal."""
    from prefect.schemas.flow_filters import FlowFilter, FlowFilterId
    from prefect.store.flow_runs import count_flow_runs
    from prefect.store.flows import delete_flow, read_flow_by_name

    flow = found(_missing(name), read_flow_by_name, name)
    runs = perform(count_flow_runs, flows=FlowFilter(id=FlowFilterId(any_=[flow.id])))
    also = f" with its {runs:,} run{'' if runs == 1 else 's'}" if runs else ""
    if not confirmed(f"Delete flow {inert(name)!r}{also} and its deployments?"):
        raise CommandFailed("Nothing was deleted.")
    found(_missing(name), delete_flow, flow.id)
    print(f"Deleted flow {inert(name)!r}{also}.")


def _missing(name: str) -> str:
    return f"There is no flow {name!r}. `prefect flow ls` lists those that there are."


app.command(
    "prefect.cli.flow_serving:serve",
    name="serve",
    help="Make a deployment of a flow, and execute its runs here.",
    help_epilogue="""Examples:
  prefect flow serve etl.py:etl --name nightly --cron "0 2 * * *" --timezone Europe/Berlin
  prefect flow serve etl.py:etl --name by-hand --limit 2""",
)
