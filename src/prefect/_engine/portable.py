"""Pickling what goes to another process: functions of notebooks too, but by name what is found there by name.

A flow or task that its module holds under its name is found there again by the other process. Pickled as a value, it
would drag along all that its function refers to, a lock or a connection of the module included.
"""

from __future__ import annotations

import importlib.util
import io
import operator
import sys
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import cloudpickle  # pyright: ignore[reportMissingTypeStubs] - it has none

from prefect._imports import load
from prefect.exceptions import SerializationError


def dumps(value: Any, *, same_script: bool = False) -> bytes:
    """Return a value as bytes. Raises whatever its parts raise when they cannot be pickled.

    Args:
        value: The value.
        same_script: The other process has loaded this one's script, as those of `multiprocessing` have: what the
            script defines is found there by name.
    """
    buffer = io.BytesIO()
    _Pickler(buffer, same_script=same_script and _has_script()).dump(value)  # pyright: ignore[reportUnknownMemberType] - untyped
    return buffer.getvalue()


def loads(blob: bytes) -> Any:
    """Return the value that bytes stand for."""
    return cloudpickle.loads(blob)


def portable(value: Any, what: str, *, same_script: bool = False) -> bytes:
    """Return a value as bytes; see `dumps`.

    Args:
        value: The value.
        what: What it is to the user, for the error.
        same_script: The other process has loaded this one's script.

    Raises:
        SerializationError: It cannot be pickled. The message names its type.
    """
    try:
        return dumps(value, same_script=same_script)
    except Exception as error:  # a type of the user's may raise anything
        raise SerializationError(
            f"{what} is of type {type(value).__qualname__!r} and cannot be sent to another process: "
            f"{type(error).__name__}: {error}. Send data instead of locks, connections, files and generators, or run "
            "the task in a thread (ThreadPoolTaskRunner)."
        ) from error


class _Pickler(cloudpickle.Pickler):
    def __init__(self, file: Any, *, same_script: bool) -> None:
        super().__init__(file)  # pyright: ignore[reportUnknownMemberType] - untyped
        self._same_script = same_script

    def reducer_override(self, obj: Any) -> Any:
        """Pickle by name what the other process finds by name, although it would not be pickled so by itself."""
        kind = cast("Any", type(obj))
        # Of `State[Any]` and its like pydantic makes a class that no module holds under its name.
        generic: Any = getattr(obj, "__pydantic_generic_metadata__", None) if isinstance(obj, type) else None
        if generic and generic["origin"] is not None:
            return operator.getitem, (generic["origin"], generic["args"])
        if self._same_script and (isinstance(obj, type) or kind is FunctionType):
            if obj.__module__ == "__main__" and _is_at("__main__", obj.__qualname__, obj):
                return NotImplemented
        elif kind.__module__ in {"prefect.tasks", "prefect.flows"}:
            place = self._place(obj)
            if place is not None:
                return load, place
        return super().reducer_override(obj)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped

    def _place(self, obj: Any) -> tuple[str, str] | None:
        """Return the module that holds a flow or task, and its name there; None if it would not be found there."""
        fn = getattr(obj, "fn", None)
        module, name = getattr(fn, "__module__", None), getattr(fn, "__qualname__", "")
        if not isinstance(module, str) or not _is_at(module, name, obj):
            return None
        if module == "__main__":
            return (module, name) if self._same_script else None
        try:
            found = importlib.util.find_spec(module)
        except (ImportError, ValueError):  # a module that was made by hand
            return None
        return None if found is None or found.origin is None else (module, name)


def _is_at(module: str, name: str, obj: object) -> bool:
    return getattr(sys.modules.get(module), name, None) is obj


def _has_script() -> bool:
    """Whether processes of `multiprocessing` load what this process runs: a file or module, not a notebook."""
    main = sys.modules["__main__"]
    return (
        getattr(main, "__spec__", None) is not None or Path(getattr(main, "__file__", None) or "").is_file()
    )
