"""Parameters as they are recorded: JSON, with text in the place of what JSON has no form for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from pydantic_core import to_jsonable_python

from prefect._visiting import replace
from prefect.futures import PrefectFuture
from prefect.schemas.states import State


def serialize_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of parameters in a form that can be recorded.

    A future or state becomes a text that names its run; an object that JSON has no form for becomes the
    name of its type.
    """
    return {name: _recorded(value) for name, value in parameters.items()}


def lost_parameters(recorded: Mapping[str, Any]) -> list[str]:
    """Return the names of recorded parameters whose values cannot be had back from the record."""
    return [name for name, value in recorded.items() if _is_lost(value)]


def _is_lost(value: Any) -> bool:
    if isinstance(value, str):
        return _STANDS_FOR_A_VALUE.fullmatch(value) is not None
    if isinstance(value, dict):
        value = cast("dict[str, Any]", value).values()
    return isinstance(value, Iterable) and any(_is_lost(item) for item in cast("Iterable[Any]", value))


_STANDS_FOR_A_VALUE = re.compile(r"<(result of task run .*|state .*|[A-Za-z_]\w*)>")


def _recorded(value: Any) -> Any:
    try:
        value = replace(value, (PrefectFuture, State), _named)
        return to_jsonable_python(value, fallback=_type_name)
    except Exception:  # a value whose own methods fail must not keep its run from being recorded
        return _type_name(value)


def _named(run: Any, _: bool) -> str:
    if isinstance(run, State):
        return f"<state {run.name}>"
    return f"<result of task run {run.task_run_id}>"


def _type_name(value: Any) -> str:
    return f"<{type(value).__name__}>"
