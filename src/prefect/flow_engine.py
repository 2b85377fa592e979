"""Running flows: the documented entry points. They pick the driver for a kind of flow; a run's life is elsewhere."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Generator
from typing import TYPE_CHECKING, Any

from prefect._dual.drivers import aiterate, arun, iterate, run
from prefect._engine.flow_run import FlowRunEngine, FlowRunTimeoutError, ReturnType
from prefect._engine.signals import attentive_loop, capture_sigterm
from prefect.schemas.flow_runs import FlowRun

if TYPE_CHECKING:
    from prefect.flows import Flow


def run_flow_sync(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a sync flow here and return its result or its final state; see `run_flow`."""
    del context
    engine: FlowRunEngine[Any] = FlowRunEngine(flow, parameters, flow_run=flow_run, wait_for=wait_for)
    with capture_sigterm():
        run(engine.steps())
    return engine.outcome(return_type)


async def run_flow_async(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """Run an async flow here and return its result or its final state; see `run_flow`."""
    del context
    engine: FlowRunEngine[Any] = FlowRunEngine(flow, parameters, flow_run=flow_run, wait_for=wait_for)
    with capture_sigterm(), attentive_loop():
        await arun(engine.steps())
    return engine.outcome(return_type)


def run_generator_flow_sync(flow: Flow[..., Any], **options: Any) -> Generator[Any, Any, Any]:
    """Run a generator flow, yielding its values; the run begins with the first one. Options as of `run_flow`.

    Raises:
        ValueError: The final state was asked for, which a generator has no way to give.
    """
    engine = _generator_engine(flow, options)
    with capture_sigterm():
        yield from iterate(engine.steps())
    engine.outcome("result")
    return engine.returned


async def run_generator_flow_async(flow: Flow[..., Any], **options: Any) -> AsyncGenerator[Any, Any]:
    """Run an async generator flow, yielding its values; see `run_generator_flow_sync`."""
    engine = _generator_engine(flow, options)
    values = aiterate(engine.steps())
    try:
        with capture_sigterm(), attentive_loop():
            async for value in values:
                yield value
    finally:
        await values.aclose()
    engine.outcome("result")


def _generator_engine(flow: Flow[..., Any], options: dict[str, Any]) -> FlowRunEngine[Any]:
    options.pop("context", None)
    if options.pop("return_type", "result") == "state":
        raise ValueError(f"Flow {flow.name!r} is a generator: it gives values and cannot return its state.")
    return FlowRunEngine(flow, options.pop("parameters", None), **options)


def run_flow(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    error_logger: logging.Logger | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a flow where it is called.

    Args:
        flow: The flow; it decides what is returned: a value, a coroutine, a generator or an async generator.
        flow_run: The run, if it was created before.
        parameters: What the flow is called with, by parameter name.
        wait_for: Futures and states that must have completed first.
        return_type: "result" for what the function returns, "state" for the final state.
        error_logger: Accepted for compatibility; errors go to the run's own log.
        context: Accepted for compatibility; context variables already carry it.
    """
    del error_logger
    options: dict[str, Any] = {
        "flow_run": flow_run,
        "parameters": parameters,
        "wait_for": wait_for,
        "return_type": return_type,
        "context": context,
    }
    return runner_for(flow)(flow, **options)


def runner_for(flow: Flow[..., Any]) -> Callable[..., Any]:
    """Return the function that runs this kind of flow."""
    if flow.isgenerator:
        return run_generator_flow_async if flow.isasync else run_generator_flow_sync
    return run_flow_async if flow.isasync else run_flow_sync


AsyncFlowRunEngine = FlowRunEngine
BaseFlowRunEngine = FlowRunEngine

__all__ = [
    "AsyncFlowRunEngine",
    "BaseFlowRunEngine",
    "FlowRunEngine",
    "FlowRunTimeoutError",
    "ReturnType",
    "run_flow",
    "run_flow_async",
    "run_flow_sync",
    "run_generator_flow_async",
    "run_generator_flow_sync",
]
