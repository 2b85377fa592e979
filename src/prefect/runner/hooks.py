"""The process that runs the hooks of a run whose own process is gone: it was cancelled, or has crashed."""

from __future__ import annotations

import sys
from uuid import UUID

from prefect._dual.drivers import arun, run
from prefect._engine.hooks import hooks_for, run_hooks
from prefect.backend import get_backend
from prefect.engine import handle_engine_signals, load_stored
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import flow_run_logger


def main() -> None:
    """Run the hooks that the flow of the run in the first argument has for the state that the run is in."""
    flow_run_id = UUID(sys.argv[1])
    ensure_logging_setup()
    with handle_engine_signals(flow_run_id):
        flow, flow_run = load_stored(flow_run_id)
        state = flow_run.state
        if state is None or not hooks_for(flow, state):
            return
        steps = run_hooks(flow, flow_run, state, lambda: flow_run_logger(flow_run, flow))
        if flow.isasync:
            import asyncio  # only for async flows

            asyncio.run(arun(steps))
        else:
            run(steps)
        get_backend().flush().result()


if __name__ == "__main__":
    main()
