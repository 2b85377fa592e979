"""`prefect flow-run execute` and `watch`: run a stored flow run here, or wait for one that runs elsewhere."""

from __future__ import annotations

import os
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from prefect.cli.failures import CommandFailed
from prefect.cli.flow_run_ending import wait_until_it_ended
from prefect.cli.recorded import require_records
from prefect.cli.run_search import find_flow_run
from prefect.engine import enter_flow_run_engine_from_subprocess, handle_engine_signals


def execute(
    id: Annotated[
        UUID | None, Parameter(help="The flow run; by default that in PREFECT__FLOW_RUN_ID.")
    ] = None,
) -> None:
    """Run a flow run that is stored already, such as one that was resumed after it had been suspended.

    PREFECT__FLOW_ENTRYPOINT says where the code of its flow is.
    """
    flow_run_id = id or _requested()
    with handle_engine_signals(flow_run_id):
        enter_flow_run_engine_from_subprocess(flow_run_id)


def watch(
    id: Annotated[str, Parameter(help="The flow run: its id, the beginning of its id, or its name.")],
    *,
    timeout: Annotated[int | None, Parameter(help="Seconds to wait at most.")] = None,
) -> None:
    """Wait until a flow run has ended. The exit code is 0 if it completed, else 1."""
    run = find_flow_run(require_records("flow run", id), id)
    wait_until_it_ended(run, timeout=timeout)


def _requested() -> UUID:
    given = os.environ.get("PREFECT__FLOW_RUN_ID", "")
    try:
        return UUID(given)
    except ValueError:
        raise CommandFailed(
            "Say which flow run: give its id as the argument, or in PREFECT__FLOW_RUN_ID."
        ) from None
