"""Reading one value: from the environment if it is overridden there, or else from the run's context."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from prefect.context import EngineContext, FlowRunContext, TaskRunContext

_CASTS: dict[type, Callable[[str], Any]] = {
    bool: lambda text: text.lower() == "true",
    int: int,
    float: float,
    str: str,
    type(None): str,
}


def reader(module: str, fields: Mapping[str, Callable[[], Any]]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a module whose names are looked up anew each time.

    Args:
        module: The module's full name.
        fields: What returns the value of each name.
    """
    section = module.rpartition(".")[2].upper()

    def read(name: str) -> Any:
        lookup = fields.get(name)
        override = os.environ.get(f"PREFECT__RUNTIME__{section}__{name.upper()}")
        if lookup is None:
            if override is None:
                raise AttributeError(f"{module} has no attribute {name!r}; it has {sorted(fields)}.")
            return override
        value = lookup()
        return value if override is None else _cast(override, value, f"{module}.{name}")

    return read


def _cast(text: str, value: object, name: str) -> Any:
    kind = type(value)
    cast = _CASTS.get(kind)
    if cast is None:
        raise ValueError(f"{name} is a {kind.__name__}; it cannot be overridden by an environment variable.")
    return cast(text)


def flow_run_context() -> EngineContext | None:
    """Return the context of the flow run that runs here, or around the task that runs here."""
    return FlowRunContext.get()


def task_run_context() -> TaskRunContext | None:
    """Return the context of the task run that runs here."""
    return TaskRunContext.get()
