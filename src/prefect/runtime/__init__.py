"""What runs here, as plain values: `prefect.runtime.flow_run.id`, `prefect.runtime.task_run.name` and so on.

Each value is looked up when it is read. Outside of a run it is None, or empty. An environment variable such as
PREFECT__RUNTIME__FLOW_RUN__NAME overrides a value, so that code can be tried without a run.
"""

from __future__ import annotations

from prefect.runtime import deployment, flow_run, task_run

__all__ = ["deployment", "flow_run", "task_run"]
