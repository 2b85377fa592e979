"""`prefect flow-run`: list flow runs, look at one, read its log, delete it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter

from prefect._clock import now
from prefect.backend import get_backend
from prefect.cli.failures import CommandFailed
from prefect.cli.flow_run_retry import retry
from prefect.cli.inert import inert
from prefect.cli.log_lines import LogSelection, RunNames, read_logs, show_logs
from prefect.cli.options import (
    ARGUMENTS,
    OPTIONS,
    Head,
    Limit,
    NumLogs,
    Output,
    Reverse,
    StateNames,
    StateTypes,
    Tail,
    names_of_state,
    types_of_state,
)
from prefect.cli.questions import confirmed
from prefect.cli.recorded import FlowNames, nothing_recorded, open_records, require_records
from prefect.cli.run_reports import flow_run_facts, heading, run_tree_table, state_history
from prefect.cli.run_search import find_flow_run
from prefect.cli.run_tables import flow_run_table, more_runs
from prefect.cli.run_tree import COLLAPSE_ABOVE, Branch, RunTree
from prefect.cli.screen import show_json, stdout_screen

if TYPE_CHECKING:
    from prefect.backend.protocol import Reader
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.task_runs import TaskRun

app = App(
    name="flow-run",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect flow-run ls --state-type FAILED
  prefect flow-run inspect quiet-otter
  prefect flow-run logs quiet-otter --tail""",
)

app.command(
    "prefect.cli.flow_run_execution:execute",
    name="execute",
    help="Run a flow run that is stored already.",
    help_epilogue="Example:\n  PREFECT__FLOW_ENTRYPOINT=etl.py:etl prefect flow-run execute 0197a1b2-…",
)
app.command(
    "prefect.cli.flow_run_execution:watch",
    name="watch",
    help="Wait until a flow run has ended.",
    help_epilogue="Example:\n  prefect flow-run watch quiet-otter --timeout 60",
)
app.command(
    "prefect.cli.flow_run_ending:cancel",
    name="cancel",
    help="Cancel a flow run.",
    help_epilogue="Example:\n  prefect flow-run cancel quiet-otter",
)

WhichRun = Annotated[str, Parameter(help="The flow run: its id, the beginning of its id, or its name.")]

_PAGE = 5000


@app.command(
    help_epilogue="""Examples:
  prefect flow-run ls --limit 50
  prefect flow-run ls --flow-name "ETL Pipeline" --state-type FAILED --state-type CRASHED
  prefect flow-run ls --output json | jq -r '.[].id'"""
)
def ls(
    *,
    flow_name: Annotated[list[str] | None, Parameter(help="Only runs of this flow; may be repeated.")] = None,
    limit: Limit = 15,
    state: StateNames = None,
    state_type: StateTypes = None,
    output: Output = None,
) -> None:
    """List flow runs, the newest first."""
    filters: dict[str, Any] = {
        "flow_names": flow_name or (),
        "state_names": names_of_state(state),
        "state_types": types_of_state(state_type),
    }
    records = open_records()
    if records is None:
        show_json([]) if output else sys.stdout.write(nothing_recorded())
        return
    runs = records.list_flow_runs(limit=limit, **filters)
    names = FlowNames(records)
    names.read(run.flow_id for run in runs)
    if output:
        show_json([_flow_run_json(run, names(run.flow_id)) for run in runs])
    elif not runs:
        print("No flow run matches." if any(filters.values()) else "No flow runs yet.")
    else:
        screen = stdout_screen()
        screen.show(flow_run_table(runs, names, screen, now()))
        sys.stdout.write(more_runs(len(runs), records.count_flow_runs(**filters)))


@app.command(
    help_epilogue="""Examples:
  prefect flow-run inspect quiet-otter
  prefect flow-run inspect 0197a1b2-c3d4 --all
  prefect flow-run inspect quiet-otter -o json | jq '.task_runs[].state_name'"""
)
def inspect(
    id: WhichRun,
    *,
    all: Annotated[
        bool, Parameter(negative=(), help="Show each run, also where a task has very many of them.")
    ] = False,
    output: Output = None,
) -> None:
    """Show a flow run: the facts, the tree of what it called, and the states it was in."""
    records = require_records("flow run", id)
    run = find_flow_run(records, id)
    flow_name_of = FlowNames(records)
    states = records.read_flow_run_states(run.id)
    if output:
        branch = read_branch(records, run.id)
        show_json(
            {
                **_flow_run_json(run, flow_name_of(run.flow_id)),
                "states": [state.model_dump(mode="json") for state in states],
                "task_runs": [task_run.model_dump(mode="json") for task_run in branch.task_runs],
                "child_flow_runs": [
                    _flow_run_json(child, flow_name_of(child.flow_id)) for child in branch.child_flow_runs
                ],
            }
        )
        return
    screen, moment = stdout_screen(), now()
    tree = RunTree(
        lambda flow_run_id: read_branch(records, flow_run_id),
        flow_name_of,
        moment,
        collapse_above=None if all else COLLAPSE_ABOVE,
    )
    screen.show(
        flow_run_facts(run, flow_name_of(run.flow_id), _parent(records, run), screen, moment),
        heading("Run tree"),
        run_tree_table(tree.root(run), screen),
        heading("States"),
        state_history(states, screen),
    )


@app.command(
    help_flags=["--help"],
    help_epilogue="""Examples:
  prefect flow-run logs quiet-otter
  prefect flow-run logs quiet-otter --tail -n 50
  prefect flow-run logs quiet-otter --output json""",
)
def logs(
    id: WhichRun,
    *,
    head: Head = False,
    num_logs: NumLogs = None,
    reverse: Reverse = False,
    tail: Tail = False,
    output: Output = None,
) -> None:
    """Show what a flow run and its task runs logged."""
    selection = LogSelection.asked_for(head=head, tail=tail, number=num_logs, reverse=reverse)
    records = require_records("flow run", id)
    run = find_flow_run(records, id)
    lines = read_logs(records, selection, flow_run_id=run.id)
    if output:
        show_json([line.model_dump(mode="json") for line in lines])
    elif not show_logs(lines, RunNames(records, run.name), stdout_screen()):
        print(f"Flow run {inert(run.name)!r} logged nothing.")


@app.command(
    help_epilogue="""Examples:
  prefect flow-run delete quiet-otter
  prefect flow-run delete 0197a1b2-c3d4 --yes"""
)
def delete(
    id: WhichRun,
    *,
    yes: Annotated[bool, Parameter(alias="-y", negative=(), help="Do not ask.")] = False,
) -> None:
    """Delete a flow run with its task runs, states and logs. Its subflow runs stay.

    Asks first when a person is at the terminal; `--no-prompt` does not ask.
    """
    records = require_records("flow run", id)
    run = find_flow_run(records, id)
    tasks = records.count_task_runs(flow_run_id=run.id)
    what = f"flow run {inert(run.name)!r} ({run.id})"
    also = f" with its {tasks:,} task run{'' if tasks == 1 else 's'}" if tasks else ""
    if not yes and not confirmed(f"Delete {what}{also} and its log?"):
        raise CommandFailed("Nothing was deleted.")
    if not get_backend().delete_flow_run(run.id).result():
        raise CommandFailed(f"{what.capitalize()} was deleted meanwhile by somebody else.")
    print(f"Deleted {what}{also}.")


def read_branch(records: Reader, flow_run_id: UUID) -> Branch:
    """Return what a flow run called, in the order in which it was expected to start."""
    task_runs: list[TaskRun] = []
    while True:
        page = records.list_task_runs(
            flow_run_id=flow_run_id, oldest_first=True, limit=_PAGE, offset=len(task_runs)
        )
        task_runs += page
        if len(page) < _PAGE:
            return Branch(task_runs, records.list_child_flow_runs(flow_run_id))


def _parent(records: Reader, run: FlowRun) -> FlowRun | None:
    """Return the flow run that called a subflow run."""
    stand_in = records.read_task_run(run.parent_task_run_id) if run.parent_task_run_id else None
    return records.read_flow_run(stand_in.flow_run_id) if stand_in and stand_in.flow_run_id else None


def _flow_run_json(run: FlowRun, flow_name: str) -> dict[str, Any]:
    return {**run.model_dump(mode="json"), "flow_name": flow_name}


app.command(
    retry,
    help_epilogue="""Examples:
  prefect flow-run retry quiet-otter
  prefect flow-run retry quiet-otter --from transform""",
)
