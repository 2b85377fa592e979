"""`prefect work-queue`: in which order the runs of a work pool are started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import all_pages, anything_recorded, checked, found, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.records import show_facts, show_table
from prefect.cli.run_search import as_id
from prefect.cli.screen import show_json
from prefect.cli.slots_of_pools import pool_missing, slots_text, status_text
from prefect.cli.upcoming_runs import Hours, show_upcoming_runs
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.work_queues import WorkQueue

app = App(
    name="work-queue",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect work-queue create urgent --pool my-pool --priority 1
  prefect work-queue ls --pool my-pool
  prefect work-queue pause urgent --pool my-pool

Without --pool, the queues of the pool `default-agent-pool` are meant.""",
)

Name = Annotated[str, Parameter(help="The queue's name, or its id.")]
Pool = Annotated[str | None, Parameter(alias="-p", help="The work pool that it is in.")]
Limit = Annotated[
    int | None,
    Parameter(alias="-l", validator=Number(gte=0), help="How many of its runs may be in progress at once."),
]


@app.command(
    help_epilogue="Example:\n  prefect work-queue create urgent --pool my-pool --priority 1 --limit 5"
)
def create(
    name: Annotated[str, Parameter(help="The queue's name.")],
    *,
    limit: Limit = None,
    pool: Pool = None,
    priority: Annotated[
        int | None,
        Parameter(
            alias="-q", validator=Number(gte=1), help="Its place: 1 goes first. By default it comes last."
        ),
    ] = None,
) -> None:
    """Create a queue in a work pool."""
    from prefect.schemas.work_queues import WorkQueueCreate  # loads pydantic: not for the help pages
    from prefect.store.work_queues import create_work_queue, create_work_queue_without_pool

    body = checked(WorkQueueCreate, {"name": name, "concurrency_limit": limit, "priority": priority})
    try:
        if pool is None:
            queue = perform(create_work_queue_without_pool, body)
        else:
            queue = perform(create_work_queue, pool, body)
    except ObjectNotFound as error:
        raise CommandFailed(pool_missing(pool or "")) from error
    except ObjectAlreadyExists as error:
        raise CommandFailed(f"{_called(name, pool)} exists already. Choose another name.") from error
    print(
        f"Created work queue {inert(name)!r} in work pool {inert(queue.work_pool_name or '')!r}: {queue.id}"
    )


@app.command(help_epilogue="Example:\n  prefect work-queue set-concurrency-limit urgent 5 --pool my-pool")
def set_concurrency_limit(
    name: Name,
    limit: Annotated[
        int, Parameter(validator=Number(gte=0), help="How many of its runs may be in progress at once.")
    ],
    *,
    pool: Pool = None,
) -> None:
    """Limit how many runs of a queue may be in progress at once."""
    _change(name, pool, concurrency_limit=limit)
    print(f"Set the concurrency limit of work queue {inert(name)!r} to {limit}.")


@app.command(help_epilogue="Example:\n  prefect work-queue clear-concurrency-limit urgent --pool my-pool")
def clear_concurrency_limit(name: Name, *, pool: Pool = None) -> None:
    """Let any number of runs of a queue be in progress."""
    _change(name, pool, concurrency_limit=None)
    print(f"Cleared the concurrency limit of work queue {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect work-queue pause urgent --pool my-pool")
def pause(name: Name, *, pool: Pool = None) -> None:
    """Start no more runs from a queue. Asks first when a person is at the terminal and names no pool."""
    if pool is None and not confirmed(f"No --pool is given. Pause {_called(name, pool)}?"):
        raise CommandFailed("Nothing was paused.")
    _change(name, pool, is_paused=True)
    print(f"Paused work queue {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect work-queue resume urgent --pool my-pool")
def resume(name: Name, *, pool: Pool = None) -> None:
    """Start runs from a queue again."""
    _change(name, pool, is_paused=False)
    print(f"Resumed work queue {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect work-queue inspect urgent --pool my-pool --output json")
def inspect(name: Name, *, pool: Pool = None, output: Output = None) -> None:
    """Show a queue: its place, its limit, and when somebody last looked for runs in it."""
    queue = _read(name, pool)
    if output:
        show_json(plain(queue))
        return
    show_facts(
        {
            "Name": queue.name,
            "Pool": queue.work_pool_name,
            "Status": status_text(queue),
            "Priority": queue.priority,
            "Limit": slots_text(queue.active_slots, queue.concurrency_limit),
            "About": queue.description,
            "Last polled": queue.last_polled or "never",
            "Created": queue.created,
            "Updated": queue.updated,
            "ID": queue.id,
        }
    )


@app.command(help_epilogue="Example:\n  prefect work-queue slots urgent --pool my-pool")
def slots(name: Name, *, pool: Pool = None, output: Output = None) -> None:
    """Show which runs take the slots of a queue."""
    from prefect.store.work_pool_concurrency import read_work_queue_concurrency_status

    queue = _read(name, pool)
    status = found(_missing(name, pool), read_work_queue_concurrency_status, queue.id)
    if output:
        show_json(plain(status))
        return
    print(f"{inert(queue.name)}: {slots_text(status.active_slots, status.concurrency_limit)}")
    rows = [(run.name, str(run.id), run.state_name, run.start_time) for run in status.flow_runs]
    if rows:
        show_table(("FLOW RUN", "ID", "STATE", "STARTED"), rows)


@app.command(
    help_epilogue="""Examples:
  prefect work-queue ls --pool my-pool
  prefect work-queue ls --match team- --output json"""
)
def ls(
    *,
    verbose: Annotated[bool, Parameter(alias="-v", negative=(), help="Show the descriptions too.")] = False,
    match: Annotated[str | None, Parameter(alias="-m", help="Only queues whose names begin so.")] = None,
    pool: Annotated[str | None, Parameter(alias="-p", help="Only the queues of this work pool.")] = None,
    output: Output = None,
) -> None:
    """List queues: those of a pool in the order of their priority, or those of all pools by name."""
    queues = _listed(match, pool)
    if output:
        show_json([plain(queue) for queue in queues])
        return
    if not queues:
        print("No work queue matches." if match else "No work queues yet. Each work pool has one at least.")
        return
    columns = ["NAME", "POOL", "PRIORITY", "STATUS", "LIMIT", "ID"]
    rows: list[list[Any]] = [
        [
            queue.name,
            queue.work_pool_name,
            queue.priority,
            status_text(queue),
            queue.concurrency_limit,
            str(queue.id),
        ]
        for queue in queues
    ]
    if verbose:
        columns += ["LAST POLLED", "DESCRIPTION"]
        rows = [[*row, queue.last_polled, queue.description] for row, queue in zip(rows, queues, strict=True)]
    show_table(columns, rows)


@app.command(
    help_flags=["--help"],
    help_epilogue="Example:\n  prefect work-queue preview urgent --pool my-pool --hours 24",
)
def preview(name: Name, *, hours: Hours = 1, pool: Pool = None, output: Output = None) -> None:
    """Show the runs that are scheduled in a queue, the next one first."""
    from prefect.schemas.work_queue_filters import WorkQueueFilter, WorkQueueFilterId

    wanted = WorkQueueFilter(id=WorkQueueFilterId(any_=[_read(name, pool).id]))
    show_upcoming_runs(hours, output, work_queues=wanted)


@app.command(help_epilogue="Example:\n  prefect work-queue read-runs urgent --pool my-pool")
def read_runs(name: Name, *, pool: Pool = None, output: Output = None) -> None:
    """Show the runs in a queue that could be started, as many as its limit allows."""
    from prefect.store.scheduled_runs import read_work_queue_runs

    queue = _read(name, pool)
    # Who only looks is no worker: the queue must not count as polled.
    runs = found(_missing(name, pool), read_work_queue_runs, queue.id, x_prefect_ui=True)
    if output:
        show_json([plain(run) for run in runs])
    elif not runs:
        print(f"No run in work queue {inert(queue.name)!r} could be started.")
    else:
        rows = [(run.name, str(run.id), run.next_scheduled_start_time) for run in runs]
        show_table(("FLOW RUN", "ID", "DUE"), rows)


@app.command(help_epilogue="Example:\n  prefect work-queue delete urgent --pool my-pool")
def delete(name: Name, *, pool: Pool = None) -> None:
    """Delete a queue. Asks first when a person is at the terminal."""
    from prefect.store.work_queues import delete_work_queue

    queue = _read(name, pool)
    if not confirmed(f"Delete {_called(name, pool)}?"):
        raise CommandFailed("Nothing was deleted.")
    try:
        found(_missing(name, pool), delete_work_queue, queue.id)
    except ObjectAlreadyExists as error:  # a server's 409
        raise CommandFailed(
            f"{queue.name!r} is the default queue of work pool {queue.work_pool_name!r}. It goes with the pool."
        ) from error
    print(f"Deleted work queue {inert(name)!r}.")


def _listed(match: str | None, pool: str | None) -> list[WorkQueue]:
    from prefect.schemas.work_queue_filters import WorkQueueFilter, WorkQueueFilterName
    from prefect.store.work_queues import read_work_queues, read_work_queues_of_pool

    if not anything_recorded():
        if pool is not None:
            raise CommandFailed(pool_missing(pool))
        return []
    wanted = WorkQueueFilter(name=WorkQueueFilterName(startswith_=[match])) if match else None
    if pool is None:
        return list(
            all_pages(lambda limit, offset: perform(read_work_queues, wanted, limit=limit, offset=offset))
        )
    try:
        return list(
            all_pages(
                lambda limit, offset: perform(
                    read_work_queues_of_pool, pool, wanted, limit=limit, offset=offset
                )
            )
        )
    except ObjectNotFound as error:
        raise CommandFailed(pool_missing(pool)) from error


def _read(name: str, pool: str | None) -> WorkQueue:
    from prefect.store.work_queues import read_work_queue, read_work_queue_by_name, read_work_queue_of_pool

    missing = _missing(name, pool)
    id = as_id(name)
    if id is not None:
        return found(missing, read_work_queue, id)
    if pool is None:
        return found(missing, read_work_queue_by_name, name)
    return found(missing, read_work_queue_of_pool, pool, name)


def _change(name: str, pool: str | None, **changes: Any) -> None:
    from prefect.schemas.work_queues import WorkQueueUpdate
    from prefect.store.work_queues import update_work_queue

    queue = _read(name, pool)
    found(_missing(name, pool), update_work_queue, queue.id, checked(WorkQueueUpdate, changes))


def _called(name: str, pool: str | None) -> str:
    return f"Work queue {name!r}" + (f" in work pool {pool!r}" if pool else "")


def _missing(name: str, pool: str | None) -> str:
    where = f"in work pool {pool!r}" if pool else "without a pool; --pool says in which pool to look"
    return f"There is no work queue {name!r} {where}.\n`prefect work-queue ls` lists those that there are."
