"""`prefect flow-run retry`: go on with a flow run that failed, was cancelled or died, here or by a worker."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from prefect.cli.failures import CommandFailed
from prefect.cli.operations import perform
from prefect.cli.recorded import require_records
from prefect.cli.run_search import find_flow_run
from prefect.exceptions import PrefectException
from prefect.store.flow_run_retries import claim_retry

WhichRun = Annotated[str, Parameter(help="The flow run: its id, the beginning of its id, or its name.")]


def retry(
    id_or_name: WhichRun,
    *,
    from_: Annotated[
        str | None,
        Parameter(
            name="--from",
            help="Run this task again, and all that depends on it, although it completed: a task's name, or the "
            "name or id of a task run.",
        ),
    ] = None,
    entrypoint: Annotated[
        str | None,
        Parameter(
            name=["--entrypoint", "-e"],
            help="Run it here, although it has a deployment: where the flow is, path/to/file.py:flow_function.",
        ),
    ] = None,
    force: Annotated[
        bool,
        Parameter(
            negative=(), help="Retry an unfinished run although nothing tells that its process is gone."
        ),
    ] = False,
) -> None:
    """Go on with a flow run: tasks that completed and persisted their results are skipped.

    A run of a deployment is executed by a worker, or by who serves the deployment; any other one here.
    """
    records = require_records("flow run", id_or_name)
    run = find_flow_run(records, id_or_name)
    records.close()
    try:
        if run.deployment_id is not None and entrypoint is None:
            perform(claim_retry, run.id, from_task=from_, force=force)
            print(
                f"Flow run {run.name!r} waits for a worker, or for who serves its deployment. "
                f"Wait for its end with: prefect flow-run watch {run.id}"
            )
            return
        from prefect.flow_runs import retry_flow_run  # loads the engine, which no other command needs

        state = retry_flow_run(run.id, from_task=from_, entrypoint=entrypoint, force=force)
    except PrefectException as error:
        raise CommandFailed(str(error)) from error
    print(f"Flow run {run.name!r} ended in state {state}.")
    if not state.is_completed():
        raise CommandFailed(f"Look what went wrong with: prefect flow-run logs {run.id}")
