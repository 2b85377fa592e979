"""`prefect task-run`: list task runs, look at one, read its log."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from prefect._clock import now
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
from prefect.cli.recorded import nothing_recorded, open_records, require_records
from prefect.cli.run_reports import heading, state_history, task_run_facts
from prefect.cli.run_search import find_task_run
from prefect.cli.run_tables import more_runs, task_run_table
from prefect.cli.screen import show_json, stdout_screen

if TYPE_CHECKING:
    from prefect.backend.protocol import Reader
    from prefect.schemas.task_runs import TaskRun

app = App(
    name="task-run",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect task-run ls --state-type FAILED
  prefect task-run inspect extract-9fd
  prefect task-run logs extract-9fd --tail""",
)

WhichRun = Annotated[str, Parameter(help="The task run: its id, the beginning of its id, or its name.")]


@app.command(
    help_epilogue="""Examples:
  prefect task-run ls --limit 50
  prefect task-run ls --task-run-name extract-9fd --state Failed
  prefect task-run ls --output json | jq -r '.[].id'"""
)
def ls(
    *,
    task_run_name: Annotated[
        list[str] | None, Parameter(help="Only task runs of this name; may be repeated.")
    ] = None,
    limit: Limit = 15,
    state: StateNames = None,
    state_type: StateTypes = None,
    output: Output = None,
) -> None:
    """List task runs, the newest first."""
    filters: dict[str, Any] = {
        "task_names": task_run_name or (),
        "state_names": names_of_state(state),
        "state_types": types_of_state(state_type),
    }
    records = open_records()
    if records is None:
        show_json([]) if output else sys.stdout.write(nothing_recorded())
        return
    runs = records.list_task_runs(limit=limit, **filters)
    if output:
        show_json([run.model_dump(mode="json") for run in runs])
    elif not runs:
        print("No task run matches." if any(filters.values()) else "No task runs yet.")
    else:
        screen = stdout_screen()
        screen.show(task_run_table(runs, screen, now()))
        sys.stdout.write(more_runs(len(runs), records.count_task_runs(**filters)))


@app.command(
    help_epilogue="""Examples:
  prefect task-run inspect extract-9fd
  prefect task-run inspect 0197a1b2-c3d4 --output json | jq .task_inputs"""
)
def inspect(id: WhichRun, *, output: Output = None) -> None:
    """Show a task run: the facts, what it waited for, and the states it was in."""
    records = require_records("task run", id)
    run = find_task_run(records, id)
    states = records.read_task_run_states(run.id)
    if output:
        show_json(
            {**run.model_dump(mode="json"), "states": [state.model_dump(mode="json") for state in states]}
        )
        return
    screen = stdout_screen()
    flow_run = records.read_flow_run(run.flow_run_id) if run.flow_run_id else None
    screen.show(
        task_run_facts(run, flow_run, _upstream(records, run), screen, now()),
        heading("States"),
        state_history(states, screen),
    )


@app.command(
    help_flags=["--help"],
    help_epilogue="""Examples:
  prefect task-run logs extract-9fd
  prefect task-run logs extract-9fd --tail -n 50""",
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
    """Show what a task run logged."""
    selection = LogSelection.asked_for(head=head, tail=tail, number=num_logs, reverse=reverse)
    records = require_records("task run", id)
    run = find_task_run(records, id)
    lines = read_logs(records, selection, task_run_id=run.id)
    if output:
        show_json([line.model_dump(mode="json") for line in lines])
    elif not show_logs(lines, RunNames(records), stdout_screen()):
        print(f"Task run {inert(run.name)!r} logged nothing.")


def _upstream(records: Reader, run: TaskRun) -> str:
    """Return the inputs of a task run and the runs that they came from, a line for each input."""
    lines: list[str] = []
    for parameter, sources in run.task_inputs.items():
        names = [_source_name(records, source) for source in sources]
        if names:
            lines.append(f"{parameter}: {', '.join(names)}")
    return "\n".join(lines)


def _source_name(records: Reader, source: Any) -> str:
    if source.input_type == "task_run":
        upstream = records.read_task_run(source.id)
        return upstream.name if upstream else str(source.id)
    if source.input_type == "flow_run":
        flow_run = records.read_flow_run(source.id)
        return flow_run.name if flow_run else str(source.id)
    return str(getattr(source, "name", None) or source.type)
