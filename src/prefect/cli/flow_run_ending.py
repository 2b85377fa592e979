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
    from prefect.backend.protocol import Reader
    from prefect.schemas.flow_runs import FlowRun


def cancel(
    id: Annotated[str, Parameter(help="The flow run: its id, the beginning of its id, or its name.")],
    *,
    tree: Annotated[
        bool, Parameter(negative=(), help="Cancel all runs that it has called, too, wherever they run.")
    ] = False,
) -> None:
    """Cancel a flow run: one that has not started does not start, one that runs is asked to stop."""
    records = require_records("flow run", id)
    run = find_flow_run(records, id)
    told = f"Flow run {inert(run.name)!r}"
    is_over = run.state is not None and run.state.is_final()
    if not is_over:
        print(_cancelled(run))
    below = _below(records, run) if tree else []
    for child in below:
        try:
            print(f"  {_cancelled(child)}")
        except CommandFailed as error:  # it has ended meanwhile; the others are cancelled all the same
            print(f"  {error}")
    if is_over and not below:
        also = ", and so have all that it called" if tree else ""
        raise CommandFailed(
            f"{told} cannot be cancelled: it has ended in state {inert(str(run.state_name))}{also}."
        )


def _below(records: Reader, run: FlowRun) -> list[FlowRun]:
    """Return the runs that a run has called and that have not ended, those that it called itself first."""
    found: list[FlowRun] = []
    callers = [run]
    while callers:
        called = records.list_child_flow_runs(callers.pop(0).id)
        found += [each for each in called if each.state is None or not each.state.is_final()]
        callers += called
    return found


def _cancelled(run: FlowRun) -> str:
    """Cancel one run, and return what became of that."""
    from prefect.schemas.orchestration import SetStateStatus  # loads pydantic: not for the help pages
    from prefect.states import Cancelling

    told = f"Flow run {inert(run.name)!r}"
    try:
        answer = get_backend().propose_flow_run_state(run.id, Cancelling()).result()
    except ObjectNotFound as error:
        raise CommandFailed(f"{told} was deleted meanwhile by somebody else.") from error
    state = answer.state
    if answer.status is SetStateStatus.REJECT and state is not None and state.is_cancelled():
        return f"{told} was cancelled: it had not started."
    if answer.status is not SetStateStatus.ACCEPT:
        reason = getattr(answer.details, "reason", None) or "the server did not say why"
        raise CommandFailed(f"{told} cannot be cancelled: {inert(reason)}")
    if state is not None and state.is_cancelled():
        return f"{told} was cancelled."
    return f"{told} is being cancelled: whoever runs it was asked to stop."


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
