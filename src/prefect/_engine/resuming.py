"""Going on with a flow run that failed, was cancelled or died, in this process.

The run keeps its id, so that the default cache policy finds what its tasks completed, as far as they persist their
results.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from prefect._dual.effects import Steps, settle
from prefect._engine.entrypoints import load_flow
from prefect._engine.parameter_values import lost_parameters
from prefect._processes import this_process
from prefect.backend import get_backend
from prefect.exceptions import MissingFlowError, ObjectNotFound, ParameterTypeError
from prefect.schemas.flow_runs import FlowRun
from prefect.store.flow_run_retries import claim_retry

if TYPE_CHECKING:
    from prefect.flows import Flow


class Retry(NamedTuple):
    """A flow run that this process has claimed, and the flow to run it with."""

    flow: Flow[..., Any]
    flow_run: FlowRun


def claiming_retry(
    flow_run_id: UUID,
    flow: Flow[..., Any] | None,
    *,
    entrypoint: str | None = None,
    from_task: str | None = None,
    force: bool = False,
) -> Steps[Retry]:
    """Find the code of a flow run and claim it for this process; nothing is changed when that fails.

    Args:
        flow_run_id: The flow run.
        flow: Its flow; by default it is loaded from where the run recorded it.
        entrypoint: Where to load it from instead.
        from_task: A task that runs again, with what depends on it, although it completed.
        force: Go on even if it cannot be told that the process of an unfinished run is gone.

    Raises:
        ObjectNotFound: There is no such flow run, or no such task in it.
        FlowRunInProgress: The run has not ended.
        MissingFlowError: The code of the flow is not there.
        ParameterTypeError: The record does not hold the values of all parameters.
    """
    backend = get_backend()
    run = backend.read_flow_run(flow_run_id)
    if run is None:
        raise ObjectNotFound(
            KeyError(flow_run_id),
            f"There is no flow run {flow_run_id}: it was deleted, or recorded elsewhere.",
        )
    if lost := lost_parameters(run.parameters):
        raise ParameterTypeError(
            f"Flow run {run.name!r} cannot be retried: {', '.join(map(repr, lost))} had values that have no form in "
            "JSON, so the record does not hold them. Call the flow again with these values; with the cache policy "
            "INPUTS it finds what it completed."
        )
    flow = flow or _load(run, entrypoint)
    claimed = yield from settle(
        backend.perform(claim_retry, run.id, this_process(), from_task=from_task, force=force)
    )
    return Retry(flow, claimed)


def _load(run: FlowRun, entrypoint: str | None) -> Flow[..., Any]:
    place = entrypoint or run.context.get("entrypoint")
    if not place:
        raise MissingFlowError(
            f"It is not known where the code of flow run {run.name!r} is: its flow was not defined at the top of a "
            "file or module. Give --entrypoint path/to/file.py:flow_function, or the flow itself from code."
        )
    path = run.context.get("path")
    if path and path not in sys.path:
        sys.path.insert(0, path)
    return load_flow(place)
