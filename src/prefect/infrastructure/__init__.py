"""Flows that are bound to infrastructure: calling one runs it there, with the code as it is here.

Example:
    >>> @process(work_pool="my-pool")
    ... @flow
    ... def add(x: int, y: int) -> int:
    ...     return x + y
    >>> add(1, 2)  # in a process of its own
    3
"""

from prefect.infrastructure.bound_flow import InfrastructureBoundFlow, bind_flow_to_infrastructure
from prefect.infrastructure.decorators import process

__all__ = ["InfrastructureBoundFlow", "bind_flow_to_infrastructure", "process"]
