"""Where the flow of a deployment is, for those who run it elsewhere."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prefect._internal.entrypoint_type import EntrypointType
from prefect.runner.storages.base import RunnerStorage

if TYPE_CHECKING:
    from prefect.flows import Flow

FETCHED = "$STORAGE_BASE_PATH"
"""Stands in a deployment's path for the folder below which a runner fetches code."""


class Place(NamedTuple):
    """Where the flow of a deployment is: its entrypoint, the root of the code, and where that is fetched from."""

    entrypoint: str
    path: str | None = None
    storage: RunnerStorage | None = None
    kind: EntrypointType = EntrypointType.FILE_PATH


def place_of(flow: Flow[..., Any], kind: EntrypointType) -> Place:
    """Return where a flow is: in the storage that it was loaded from, in a module, or in a file seen from here.

    Raises:
        ValueError: No other process could find it.
    """
    storage: RunnerStorage | None = getattr(flow, "_storage", None)
    entrypoint: str | None = getattr(flow, "_entrypoint", None)
    if storage is not None and entrypoint is not None:
        return place_in(storage, entrypoint)
    if kind is EntrypointType.MODULE_PATH:
        return Place(_module_entrypoint(flow), kind=kind)
    return Place(_file_entrypoint(flow), ".")


def place_in(storage: RunnerStorage, entrypoint: str) -> Place:
    """Return where a runner will have code that it fetches."""
    storage.set_base_path(Path(FETCHED))
    return Place(entrypoint, str(storage.destination), storage)


def _file_entrypoint(flow: Flow[..., Any]) -> str:
    code = _function(flow).__code__
    if not code.co_filename.endswith(".py") or not Path(code.co_filename).is_file():
        raise ValueError(
            f"Flow {flow.name!r} was defined interactively, so no other process can load it. "
            "Put it into a file to deploy it."
        )
    path = Path(code.co_filename).absolute()
    try:
        shown = os.path.relpath(path)
    except ValueError:  # another drive of Windows
        shown = str(path)
    return f"{shown}:{_function(flow).__qualname__}"


def _module_entrypoint(flow: Flow[..., Any]) -> str:
    module = _function(flow).__module__
    if module == "__main__":
        spec = getattr(sys.modules["__main__"], "__spec__", None)
        if spec is None:
            raise ValueError(
                f"Flow {flow.name!r} is defined in the script that runs, which is no module. "
                "Run it with `python -m`, or leave out `entrypoint_type`."
            )
        module = spec.name
    return f"{module}.{_function(flow).__qualname__}"


def _function(flow: Flow[..., Any]) -> Any:
    function: Callable[..., Any] = inspect.unwrap(flow.fn)
    return getattr(function, "__func__", function)
