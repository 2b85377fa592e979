"""`prefect worker`: start a worker, which looks for runs in a work pool and has them executed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.options import ARGUMENTS, OPTIONS
from prefect.cli.work_pool_types import template_in
from prefect.cli.worker_packages import InstallPolicy, install_package_of

if TYPE_CHECKING:
    from prefect.schemas.work_pools import WorkPool
    from prefect.workers.base import BaseWorker

app = App(
    name="worker",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect worker start --pool my-pool
  prefect worker start --pool my-pool --type docker --limit 5""",
)


@app.command(
    help_epilogue="""Examples:
  prefect worker start --pool my-pool
  prefect worker start --pool my-pool --work-queue urgent --limit 5
  prefect worker start --pool my-pool --type process --run-once"""
)
def start(
    *,
    work_pool_name: Annotated[
        str, Parameter(name=["--pool", "-p"], help="The pool in which it looks for runs.")
    ],
    worker_name: Annotated[
        str | None, Parameter(name=["--name", "-n"], help="What it is called; by default a name is made up.")
    ] = None,
    work_queues: Annotated[
        list[str] | None,
        Parameter(
            name=["--work-queue", "-q"],
            negative_iterable=(),
            help="Only runs in this queue of the pool; may be given several times.",
        ),
    ] = None,
    worker_type: Annotated[
        str | None,
        Parameter(name=["--type", "-t"], help="How it executes runs; by default as the pool says."),
    ] = None,
    prefetch_seconds: Annotated[
        int | None, Parameter(validator=Number(gte=0), help="How many seconds ahead it looks for runs.")
    ] = None,
    run_once: Annotated[bool, Parameter(help="Execute the runs that are due, and end.")] = False,
    limit: Annotated[
        int | None,
        Parameter(alias="-l", validator=Number(gte=1), help="How many runs it executes at once at most."),
    ] = None,
    with_healthcheck: Annotated[
        bool, Parameter(help="Answer at port 8080 (PREFECT_WORKER_WEBSERVER_PORT) whether it is well.")
    ] = False,
    install_policy: Annotated[
        InstallPolicy, Parameter(help="Whether to install the package that has workers of the type.")
    ] = "prompt",
    base_job_template: Annotated[
        Path | None, Parameter(help="A JSON file with the template of the jobs of a pool that it makes.")
    ] = None,
    create_pool_if_not_found: Annotated[bool, Parameter(help="Make the pool if there is none.")] = True,
) -> None:
    """Start a worker. It runs until Ctrl-C or SIGTERM, and then waits for the runs that go on."""
    from prefect.logging.configuration import ensure_logging_setup  # none of these is for the help pages
    from prefect.workers.server import HealthcheckUnavailable

    ensure_logging_setup()
    template = template_in(base_job_template) if base_job_template else None
    pool = _pool(work_pool_name, worker_type, create=create_pool_if_not_found)
    kind = worker_type or (pool.type if pool is not None else _PROCESS)
    if pool is None and worker_type is None:
        print(f"There is no work pool {inert(work_pool_name)!r} yet. It is made, of the type {_PROCESS!r}.")
    if pool is not None and pool.is_paused:
        print(f"Work pool {inert(work_pool_name)!r} is paused: no runs are taken until it is resumed.")
    worker = _worker_class(kind, install_policy)(
        work_pool_name,
        work_queues=work_queues,
        name=worker_name,
        prefetch_seconds=prefetch_seconds,
        create_pool_if_not_found=create_pool_if_not_found,
        limit=limit,
        base_job_template=template,
    )
    try:
        asyncio.run(worker.start(run_once=run_once, with_healthcheck=with_healthcheck))
    except HealthcheckUnavailable as error:
        raise CommandFailed(str(error)) from error


_PROCESS = "process"
"""The type of a pool of which nobody says anything."""


def _pool(name: str, worker_type: str | None, *, create: bool) -> WorkPool | None:
    """Return the pool, or None if there is none yet, or nobody answers and the type is known anyway.

    Raises:
        CommandFailed: There is none and none is to be made, or it cannot be told.
    """
    from prefect.exceptions import ObjectNotFound
    from prefect.runner.asking import OrchestrationAway
    from prefect.workers.pools import look_for_pool

    try:
        return asyncio.run(look_for_pool(name))
    except ObjectNotFound as error:
        if create:
            return None
        raise CommandFailed(
            f"There is no work pool {name!r}. Make it with `prefect work-pool create`, or leave out "
            "--no-create-pool-if-not-found."
        ) from error
    except OrchestrationAway as error:
        if worker_type is not None:
            return None  # the worker waits until somebody answers
        raise CommandFailed(
            f"Nobody answers who knows the type of work pool {name!r}: {error}\n"
            "Say it with --type, to start the worker before its server."
        ) from error


def _worker_class(worker_type: str, policy: InstallPolicy) -> type[BaseWorker[Any, Any, Any]]:
    from prefect.workers.registry import known_classes, worker_class

    found = worker_class(worker_type)
    if found is None or policy == "always":
        install_package_of(worker_type, policy, is_there=found is not None)
        found = worker_class(worker_type)
    if found is None:
        raise CommandFailed(
            f"There are no workers of the type {worker_type!r} here, but of {', '.join(sorted(known_classes()))}."
        )
    return found
