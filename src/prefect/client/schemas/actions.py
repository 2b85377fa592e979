"""What callers send: the bodies of the vocabulary."""

from __future__ import annotations

from prefect.schemas.flow_runs import FlowRunCreate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.logs import LogCreate
from prefect.schemas.states import StateCreate
from prefect.schemas.task_runs import TaskRunCreate

__all__ = ["FlowCreate", "FlowRunCreate", "LogCreate", "StateCreate", "TaskRunCreate"]
