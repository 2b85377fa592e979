"""The process of a run whose flow no other process can load: it was given to the runner as an object."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

from prefect._engine.lifeline import attach, is_held_by_us
from prefect._engine.portable import loads
from prefect.engine import handle_engine_signals, run_stored
from prefect.logging.configuration import ensure_logging_setup


def main() -> None:
    """Run the stored run whose id is the first argument with the flow in the file that is the second one."""
    flow_run_id, path = UUID(sys.argv[1]), Path(sys.argv[2])
    attach(lambda: is_held_by_us(flow_run_id))
    ensure_logging_setup()
    with handle_engine_signals(flow_run_id):
        run_stored(flow_run_id, loads(path.read_bytes()))


if __name__ == "__main__":
    main()
