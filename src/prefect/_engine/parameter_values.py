"""Parameters as they are recorded: JSON, with text in the place of what JSON has no form for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
