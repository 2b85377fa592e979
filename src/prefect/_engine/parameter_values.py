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

    A future or state becomes a text that names its run; an object that cannot be represented becomes its `repr`.
    """
    return {name: _recorded(value) for name, value in parameters.items()}


def _recorded(value: Any) -> Any:
    value = replace(value, (PrefectFuture, State), _named)
    try:
        return to_jsonable_python(value, fallback=_described)
    except Exception:  # noqa: BLE001 - a value whose own methods fail must not keep its run from being recorded
        return _described(value)


def _named(run: Any, _: bool) -> str:  # noqa: FBT001 - the form that `replace` calls
    if isinstance(run, State):
        return f"<state {run.name}>"
    return f"<result of task run {run.task_run_id}>"


def _described(value: Any) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - whatever a `__repr__` of the user's raises
        return f"<{type(value).__qualname__} object>"
