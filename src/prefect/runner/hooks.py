"""The process that runs the hooks of a run whose own process is gone: it was cancelled, or has crashed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import UUID

from prefect._dual.drivers import arun, run
from prefect._engine.hooks import hooks_for, run_hooks
from prefect._engine.portable import loads
from prefect.backend import get_backend
from prefect.bundles import extract_flow_from_bundle
from prefect.engine import handle_engine_signals, load_stored, read_stored
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import flow_run_logger


def main() -> None:
    """Run the hooks that the flow of a run has for the state that the run is in.

    The arguments are the run, what kind of hooks is wanted, and the module that executed the run with its arguments.
    """
    flow_run_id, module, *given = UUID(sys.argv[1]), *sys.argv[3:]
    ensure_logging_setup()
    with handle_engine_signals(flow_run_id):
        if module == "prefect.runner.pickled_flow":
            flow, flow_run = loads(Path(given[1]).read_bytes()), read_stored(flow_run_id)
        elif module == "prefect.bundles.own_process":
            bundle = json.loads(Path(given[1]).read_text(encoding="utf-8"))
            flow, flow_run = extract_flow_from_bundle(bundle), read_stored(flow_run_id)
        else:
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
