"""`prefect flow-run cancel`, and waiting until a flow run has ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from prefect.backend import get_backend
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.recorded import require_records
from prefect.cli.run_search import find_flow_run
from prefect.exceptions import FlowRunWaitTimeout, ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.flow_runs import FlowRun


def cancel(
    id: Annotated[str, Parameter(help="The flow run: its id, the beginning of its id, or its name.")],
) -> None:
    """Cancel a flow run: one that has not started does not start, one that runs is asked to stop."""
    from prefect.schemas.orchestration import SetStateStatus  # loads pydantic: not for the help pages
    from prefect.states import Cancelling

    run = find_flow_run(require_records("flow run", id), id)
    told = f"Flow run {inert(run.name)!r}"
    if run.state is not None and run.state.is_final():
        raise CommandFailed(
            f"{told} cannot be cancelled: it has ended in state {inert(str(run.state.name))}."
        )
    try:
        answer = get_backend().propose_flow_run_state(run.id, Cancelling()).result()
    except ObjectNotFound as error:
        raise CommandFailed(f"{told} was deleted meanwhile by somebody else.") from error
    state = answer.state
    if answer.status is SetStateStatus.REJECT and state is not None and state.is_cancelled():
        print(f"{told} was cancelled: it had not started.")
    elif answer.status is not SetStateStatus.ACCEPT:
        reason = getattr(answer.details, "reason", None) or "the server did not say why"
        raise CommandFailed(f"{told} cannot be cancelled: {inert(reason)}")
    elif state is not None and state.is_cancelled():
        print(f"{told} was cancelled.")
    else:
        print(f"{told} is being cancelled: whoever runs it was asked to stop.")


def wait_until_it_ended(
    run: FlowRun, *, timeout: int | None, interval: int | None = None, quiet: bool = False
) -> None:
    """Wait until a flow run has ended, and tell in which state, unless that is to be `quiet`.

    Args:
        run: The run.
        timeout: Seconds to wait at most.
        interval: Seconds between two looks, at most.
        quiet: Print nothing.

    Raises:
        CommandFailed: It has not ended in time, or has not completed.
    """
    from prefect.flow_runs import wait_for_flow_run  # loads the engine: only for those who wait

    try:
        ended = asyncio.run(
            wait_for_flow_run(run.id, timeout=timeout, poll_interval=interval, log_states=not quiet)
        )
    except FlowRunWaitTimeout as error:
        raise CommandFailed(
            f"Flow run {inert(run.name)!r} has not ended within {timeout} seconds."
        ) from error
    except ObjectNotFound as error:
        raise CommandFailed(
            f"Flow run {inert(run.name)!r} was deleted meanwhile by somebody else."
        ) from error
    assert ended.state is not None  # it has ended in one
    told = f"Flow run {inert(run.name)!r} ended in state {inert(str(ended.state))}."
    if not ended.state.is_completed():
        raise CommandFailed(told)
    if not quiet:
        print(told)
