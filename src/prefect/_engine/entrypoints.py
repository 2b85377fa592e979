"""Loading a flow by its entrypoint: "path/to/file.py:name" or "package.module:name"."""

from __future__ import annotations

import inspect
import runpy
import sys
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._engine.definitions import SCRIPTS
from prefect._imports import load
from prefect.exceptions import MissingFlowError, ScriptError

if TYPE_CHECKING:
    from prefect.flows import Flow


def load_flow(entrypoint: str) -> Flow[..., Any]:
    """Return the flow that an entrypoint names; loading it runs its file or module.

    Raises:
        ValueError: The entrypoint has no name after its colon.
        MissingFlowError: The file or the flow in it does not exist.
        ScriptError: The file raised an exception while it was loaded.
    """
    place, separator, name = entrypoint.rpartition(":")
    if not separator or not name:
        raise ValueError(
            f"{entrypoint!r} is no entrypoint. Write path/to/file.py:flow_function or module:flow_function."
        )
    if place.endswith(".py") and not Path(place).is_file():
        raise MissingFlowError(f"There is no file {place} to load the flow {name!r} from.")
    try:
        found = load_object(place, name)
    except (AttributeError, ModuleNotFoundError) as error:
        raise MissingFlowError(f"There is no flow {name!r} in {place}: {error}.") from error
    # A flow is known by what a task is not: this room must not load the class.
    if not hasattr(found, "on_crashed_hooks"):
        raise MissingFlowError(f"{name!r} in {place} is {found!r}, not a flow. Decorate it with @flow.")
    return found


def load_object(place: str, name: str) -> Any:
    """Return what a file or module has under a name, which may have dots.

    Raises:
        AttributeError: There is nothing of that name.
        ModuleNotFoundError: There is no such module.
        ScriptError: There is no such file, or it raised an exception while it was loaded.
    """
    outermost, _, inner = name.partition(".")
    found = _from_file(Path(place), outermost) if place.endswith(".py") else load(place, outermost)
    return attrgetter(inner)(found) if inner else found


def _from_file(path: Path, name: str) -> Any:
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        namespace = runpy.run_path(str(path), run_name="__prefect_loader__")
    except Exception as error:
        raise ScriptError(user_exc=error, path=str(path)) from error
    finally:
        sys.path.remove(folder)
    if name not in namespace:
        raise AttributeError(f"{path} has no {name!r}")
    return namespace[name]


def entrypoint_of(fn: Callable[..., Any]) -> str | None:
    """Return the entrypoint by which the flow of a function can be loaded in another process; None if it cannot be."""
    function = inspect.unwrap(fn)
    code, module = getattr(function, "__code__", None), getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", "<")
    if code is None or "<" in name or "." in name:
        return None
    if module is not None and module not in SCRIPTS:
        return f"{module}:{name}"
    path = Path(code.co_filename)
    return f"{path.resolve()}:{name}" if path.suffix == ".py" and path.is_file() else None
