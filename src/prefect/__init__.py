"""A workflow orchestrator for Python: decorate functions with `@flow` and `@task`, run them, see what became of them.

This package is an independent implementation of the Prefect 3 API; it is not affiliated with Prefect Technologies.
Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.client.orchestration import get_client
    from prefect.context import tags
    from prefect.deployments.runner import deploy
    from prefect.flow_runs import (
        apause_flow_run,
        aresume_flow_run,
        asuspend_flow_run,
        pause_flow_run,
        resume_flow_run,
        suspend_flow_run,
    )
    from prefect.flows import Flow, aserve, flow, serve
    from prefect.logging.loggers import get_run_logger
    from prefect.schemas.states import State
    from prefect.tasks import Task, task
    from prefect.transactions import Transaction
    from prefect.utilities.annotations import allow_failure, unmapped

__version__ = "3.8.8"

_HOMES = {
    "Flow": "prefect.flows",
    "State": "prefect.schemas.states",
    "Task": "prefect.tasks",
    "Transaction": "prefect.transactions",
    "allow_failure": "prefect.utilities.annotations",
    "apause_flow_run": "prefect.flow_runs",
    "aresume_flow_run": "prefect.flow_runs",
    "aserve": "prefect.flows",
    "asuspend_flow_run": "prefect.flow_runs",
    "deploy": "prefect.deployments.runner",
    "flow": "prefect.flows",
    "get_client": "prefect.client.orchestration",
    "get_run_logger": "prefect.logging.loggers",
    "pause_flow_run": "prefect.flow_runs",
    "resume_flow_run": "prefect.flow_runs",
    "serve": "prefect.flows",
    "suspend_flow_run": "prefect.flow_runs",
    "tags": "prefect.context",
    "task": "prefect.tasks",
    "unmapped": "prefect.utilities.annotations",
}
"""Where each public name is defined."""

__all__ = [
    "__version__",
    "allow_failure",
    "apause_flow_run",
    "aresume_flow_run",
    "aserve",
    "asuspend_flow_run",
    "deploy",
    "flow",
    "Flow",
    "get_client",
    "get_run_logger",
    "pause_flow_run",
    "resume_flow_run",
    "serve",
    "State",
    "suspend_flow_run",
    "tags",
    "task",
    "Task",
    "Transaction",
    "unmapped",
]


def __getattr__(name: str) -> Any:
    from prefect._imports import load, load_room

    home = _HOMES.get(name)
    value = load(home, name) if home else load_room("prefect", name)
    if value is None:
        raise AttributeError(f"module 'prefect' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
