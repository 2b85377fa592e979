"""The process that executes the run of a bundle for a worker; `python -m prefect.bundles.own_process RUN FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import UUID

from prefect._engine.lifeline import attach, is_held_by_us
from prefect.bundles.execute import run_bundle


def main() -> None:
    """Execute the run whose id is the first argument, of the bundle in the file that is the second one."""
    flow_run_id = UUID(sys.argv[1])
    attach(lambda: is_held_by_us(flow_run_id))
    run_bundle(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
