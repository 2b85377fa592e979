"""`prefect work-pool`: where runs of deployments are started."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import all_pages, anything_recorded, checked, found, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.records import show_facts, show_table
from prefect.cli.screen import show_json
from prefect.cli.slots_of_pools import pool_missing, slots_text, status_text
from prefect.cli.upcoming_runs import Hours, show_upcoming_runs
from prefect.cli.work_pool_types import PoolType, default_template, need_type, template_in
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.schemas.work_pools import WorkPool

app = App(
    name="work-pool",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect work-pool create my-pool --type process
  prefect work-pool ls
  prefect work-pool pause my-pool""",
)
app.command(
    "prefect.cli.work_pool_types:get_default_base_job_template",
    name="get-default-base-job-template",
    help="Print the template of the jobs that pools of a type start with.",
    help_epilogue="Example:\n  prefect work-pool get-default-base-job-template --type process --file template.json",
)
app.command(
    "prefect.cli.work_pool_storage:app",
    name="storage",
    help="See where a pool keeps the code and the results of its runs.",
)

Name = Annotated[str, Parameter(help="The pool's name.")]
JobTemplate = Annotated[Path | None, Parameter(help="A JSON file with the template of its jobs.")]
Slots = Annotated[int, Parameter(validator=Number(gte=0), help="How many runs may be in progress at once.")]


@app.command(
    help_epilogue="""Examples:
  prefect work-pool create my-pool --type process
  prefect work-pool create my-pool --type docker --base-job-template template.json --overwrite"""
)
def create(
    name: Name,
    *,
    type: PoolType = None,
    base_job_template: JobTemplate = None,
    paused: Annotated[bool, Parameter(negative=(), help="Start no runs from it yet.")] = False,
    set_as_default: Annotated[
        bool, Parameter(negative=(), help="Use it for deployments that name no pool.")
    ] = False,
    overwrite: Annotated[
        bool, Parameter(negative=(), help="Change the pool of this name, if there is one.")
    ] = False,
    provision_infrastructure: Annotated[
        bool, Parameter(alias="--provision-infra", negative=(), help="Only for pools of the hosted service.")
    ] = False,
) -> None:
    """Create a work pool."""
    from prefect.schemas.work_pools import WorkPoolCreate, WorkPoolUpdate  # loads pydantic
    from prefect.store.work_pools import create_work_pool, update_work_pool

    if provision_infrastructure:
        raise CommandFailed(
            "Infrastructure is provisioned for the pools of the hosted service only.", exit_code=WRONG_USAGE
        )
    pool_type = need_type(type)
    template = template_in(base_job_template) if base_job_template else default_template(pool_type)
    values: dict[str, Any] = {"base_job_template": template, "is_paused": paused}
    body = checked(WorkPoolCreate, {"name": name, "type": pool_type, **values})
    done = "Created"
    try:
        perform(create_work_pool, body)
    except ObjectAlreadyExists as error:
        if not overwrite:
            raise CommandFailed(
                f"There is a work pool {name!r} already. Choose another name, or give --overwrite to change it."
            ) from error
        present = _read(name)
        if present.type != pool_type:
            raise CommandFailed(
                f"Work pool {name!r} is of the type {present.type!r}, which cannot be changed. "
                "Delete it first, or choose another name."
            ) from error
        perform(update_work_pool, name, checked(WorkPoolUpdate, values))
        done = "Updated"
    print(f"{done} work pool {inert(name)!r}.")
    if set_as_default:
        _set_as_default(name)


@app.command(help_epilogue="Example:\n  prefect work-pool ls --output json | jq -r '.[].name'")
def ls(
    *,
    verbose: Annotated[
        bool, Parameter(alias="-v", negative=(), help="Show the descriptions and default queues too.")
    ] = False,
    output: Output = None,
) -> None:
    """List work pools by name."""
    from prefect.store.work_pools import read_work_pools

    pools: list[WorkPool] = []
    if anything_recorded():
        pools = list(all_pages(lambda limit, offset: perform(read_work_pools, limit=limit, offset=offset)))
    if output:
        show_json([plain(pool) for pool in pools])
        return
    if not pools:
        print("No work pools yet. `prefect work-pool create NAME --type process` makes one.")
        return
    columns = ["NAME", "TYPE", "STATUS", "ID", "LIMIT"]
    rows = [[pool.name, pool.type, status_text(pool), str(pool.id), pool.concurrency_limit] for pool in pools]
    if verbose:
        columns += ["DEFAULT QUEUE", "DESCRIPTION"]
        rows = [
            [*row, str(pool.default_queue_id), pool.description]
            for row, pool in zip(rows, pools, strict=True)
        ]
    show_table(columns, rows)


@app.command(
    help_epilogue="Example:\n  prefect work-pool inspect my-pool --output json | jq .base_job_template"
)
def inspect(name: Name, *, output: Output = None) -> None:
    """Show a work pool, and the workers that look for runs in it."""
    from prefect.store.workers import read_workers

    pool = _read(name)
    if output:
        show_json(plain(pool))
        return
    workers = perform(read_workers, name)
    show_facts(
        {
            "Name": pool.name,
            "Type": pool.type,
            "Status": status_text(pool),
            "Limit": slots_text(pool.active_slots, pool.concurrency_limit),
            "About": pool.description,
            "Workers": "\n".join(f"{worker.name} ({worker.status.value.lower()})" for worker in workers),
            "Created": pool.created,
            "Updated": pool.updated,
            "ID": pool.id,
            "Job template": pool.base_job_template,
        }
    )


@app.command(help_epilogue="Example:\n  prefect work-pool slots my-pool")
def slots(name: Name, *, output: Output = None) -> None:
    """Show which runs take the slots of a work pool, by queue."""
    from prefect.store.work_pool_concurrency import read_work_pool_concurrency_status

    status = found(pool_missing(name), read_work_pool_concurrency_status, name)
    if output:
        show_json(plain(status))
        return
    print(f"{inert(name)}: {slots_text(status.active_slots, status.concurrency_limit)}")
    rows = [
        (queue.queue_name, run.name, str(run.id), run.state_name, run.start_time)
        for queue in status.queues
        for run in queue.flow_runs
    ]
    if rows:
        show_table(("QUEUE", "FLOW RUN", "ID", "STATE", "STARTED"), rows)


@app.command(help_epilogue="Example:\n  prefect work-pool pause my-pool")
def pause(name: Name) -> None:
    """Start no more runs from a work pool."""
    _change(name, is_paused=True)
    print(f"Paused work pool {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect work-pool resume my-pool")
def resume(name: Name) -> None:
    """Start runs from a work pool again."""
    _change(name, is_paused=False)
    print(f"Resumed work pool {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect work-pool update my-pool --concurrency-limit 5")
def update(
    name: Name,
    *,
    base_job_template: JobTemplate = None,
    concurrency_limit: Slots | None = None,
    description: Annotated[str | None, Parameter(help="What it is for.")] = None,
) -> None:
    """Change a work pool."""
    changes: dict[str, Any] = {"concurrency_limit": concurrency_limit, "description": description}
    changes = {field: value for field, value in changes.items() if value is not None}
    if base_job_template is not None:
        changes["base_job_template"] = template_in(base_job_template)
    if not changes:
        raise CommandFailed(
            "Say what to change: --base-job-template, --concurrency-limit or --description.",
            exit_code=WRONG_USAGE,
        )
    _change(name, **changes)
    print(f"Updated work pool {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect work-pool set-concurrency-limit my-pool 5")
def set_concurrency_limit(name: Name, concurrency_limit: Slots) -> None:
    """Limit how many runs of a work pool may be in progress at once."""
    _change(name, concurrency_limit=concurrency_limit)
    print(f"Set the concurrency limit of work pool {inert(name)!r} to {concurrency_limit}.")


@app.command(help_epilogue="Example:\n  prefect work-pool clear-concurrency-limit my-pool")
def clear_concurrency_limit(name: Name) -> None:
    """Let any number of runs of a work pool be in progress."""
    _change(name, concurrency_limit=None)
    print(f"Cleared the concurrency limit of work pool {inert(name)!r}.")


@app.command(
    name=["provision-infrastructure", "provision-infra"],
    help_epilogue="Example:\n  prefect work-pool provision-infrastructure my-pool",
)
def provision_infrastructure(name: Name) -> None:
    """Only for pools of the hosted service: make what their runs need."""
    pool = _read(name)
    raise CommandFailed(
        f"Nothing can be provisioned for work pool {name!r} of the type {pool.type!r}: workers start its runs. "
        "Infrastructure is provisioned for the pools of the hosted service only."
    )


@app.command(help_epilogue="Example:\n  prefect work-pool delete my-pool")
def delete(name: Name) -> None:
    """Delete a work pool with its queues. Asks first when a person is at the terminal."""
    from prefect.store.work_pools import delete_work_pool

    _read(name)
    if not confirmed(f"Delete work pool {inert(name)!r} with its queues?"):
        raise CommandFailed("Nothing was deleted.")
    found(pool_missing(name), delete_work_pool, name)
    print(f"Deleted work pool {inert(name)!r}.")


@app.command(
    help_flags=["--help"],
    help_epilogue="""Examples:
  prefect work-pool preview my-pool --hours 24
  prefect work-pool preview""",
)
def preview(
    name: Annotated[str | None, Parameter(help="The pool's name; by default every pool.")] = None,
    *,
    hours: Hours = 1,
    output: Output = None,
) -> None:
    """Show the runs that are scheduled in a work pool, the next one first."""
    from prefect.schemas.work_pool_filters import WorkPoolFilter, WorkPoolFilterName

    if name is not None:
        _read(name)
    wanted = WorkPoolFilter(name=WorkPoolFilterName(any_=[name])) if name is not None else WorkPoolFilter()
    show_upcoming_runs(hours, output, work_pools=wanted)


def _read(name: str) -> WorkPool:
    from prefect.store.work_pools import read_work_pool

    return found(pool_missing(name), read_work_pool, name)


def _change(name: str, **changes: Any) -> None:
    from prefect.schemas.work_pools import WorkPoolUpdate
    from prefect.store.work_pools import update_work_pool

    found(pool_missing(name), update_work_pool, name, checked(WorkPoolUpdate, changes))


def _set_as_default(name: str) -> None:
    from prefect.settings.profiles import update_current_profile

    profile = update_current_profile({"PREFECT_DEFAULT_WORK_POOL_NAME": name})
    print(f"It is the default work pool of the profile {profile.name!r}.")
    if get_current_settings().deployments.default_work_pool_name != name:
        print("Another place sets PREFECT_DEFAULT_WORK_POOL_NAME too, which wins over the profile.")
