"""Linking results to the runs that produced them, and resolving inputs, under their documented names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._engine.inputs import collect_inputs, resolve, upstream_futures
from prefect._engine.results_seen import UNTRACKABLE_TYPES
from prefect._visiting import replace
from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.schemas.run_inputs import RunInput, RunType
from prefect.schemas.states import State

__all__ = [
    "UNTRACKABLE_TYPES",
    "collect_task_run_inputs",
    "collect_task_run_inputs_sync",
    "get_state_for_result",
    "link_state_to_flow_run_result",
    "link_state_to_result",
    "link_state_to_task_run_result",
    "resolve_inputs",
    "resolve_inputs_sync",
    "resolve_to_final_result",
]


def collect_task_run_inputs_sync(
    expr: Any, future_cls: Any = PrefectFuture, max_depth: int = -1
) -> set[RunInput]:
    """Return the runs that a value comes from: futures and states in it, and results of this flow run's runs."""
    del future_cls, max_depth
    context = FlowRunContext.get()
    return collect_inputs(expr, context.results_seen if context else None)


async def collect_task_run_inputs(expr: Any, max_depth: int = -1) -> set[RunInput]:
    """Return the runs that a value comes from; the form for async code."""
    return collect_task_run_inputs_sync(expr, max_depth=max_depth)


def get_state_for_result(obj: Any) -> tuple[State[Any], RunType] | None:
    """Return the state of the run whose result an object is, and the kind of that run; None if it is not known."""
    context = FlowRunContext.get()
    return context.results_seen.find(obj) if context else None


def link_state_to_result(state: State[Any], result: Any, run_type: RunType = RunType.TASK_RUN) -> None:
    """Remember, in the present flow run, that an object (or each element of a list) is the result of a run."""
    context = FlowRunContext.get()
    if context is not None:
        context.results_seen.add(result, state, run_type)


def link_state_to_task_run_result(state: State[Any], result: Any) -> None:
    """Remember that an object is the result of a task run."""
    link_state_to_result(state, result, RunType.TASK_RUN)


def link_state_to_flow_run_result(state: State[Any], result: Any) -> None:
    """Remember that an object is the result of a flow run."""
    link_state_to_result(state, result, RunType.FLOW_RUN)


def resolve_inputs_sync(
    parameters: Mapping[str, Any],
    return_data: bool = True,
    max_depth: int = -1,
) -> dict[str, Any]:
    """Return parameters with futures and states replaced by results, waiting for them.

    Args:
        parameters: Values by name.
        return_data: Replace by results; otherwise by final states.
        max_depth: Accepted for compatibility; values are searched at every depth.

    Raises:
        UpstreamTaskError: A run did not complete.
    """
    del max_depth
    for future in upstream_futures(parameters.values()):
        future.wait()
    if return_data:
        return {name: resolve(value) for name, value in parameters.items()}
    return {
        name: replace(value, PrefectFuture, lambda future, _: future.state)
        for name, value in parameters.items()
    }


async def resolve_inputs(
    parameters: Mapping[str, Any],
    return_data: bool = True,
    max_depth: int = -1,
) -> dict[str, Any]:
    """Return parameters with futures and states replaced by results; the form for async code."""
    import asyncio

    return await asyncio.to_thread(resolve_inputs_sync, parameters, return_data, max_depth)


def resolve_to_final_result(expr: Any, context: dict[str, Any] | None = None) -> Any:
    """Return the result of a future or state; any other value as it is."""
    del context
    if isinstance(expr, PrefectFuture):
        expr.wait()
    return resolve(expr) if isinstance(expr, (PrefectFuture, State)) else expr
