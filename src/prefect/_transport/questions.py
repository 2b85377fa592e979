"""What an operation is as a request: its method, path, query and body."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import quote

import orjson
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from prefect.store.operations import placement_of, route_of
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Question:
    """A request, before it knows where the server is. `path` is below the root of the API; `content` is JSON."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    content: bytes | None = None


def question_of(operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Question:
    """Return the request that asks a server to perform an operation with these arguments.

    Only what was given is sent: what the operation says by default, a server says too, and a server that knows less
    than this one is not told of what it does not know.

    Raises:
        KeyError: The function is no operation.
        TypeError: The arguments do not fit it.
    """
    route, placement = route_of(operation), placement_of(operation)
    given = inspect.signature(operation).bind(*args, **kwargs).arguments
    path = route.path.format_map({name: quote(str(given[name]), safe="") for name in placement.path})
    query = {
        name: wire_form(given[name]) for name in placement.query if name in given and given[name] is not None
    }
    if placement.body is not None:
        content = orjson.dumps(wire_form(given[placement.body]))
    elif placement.fields or route.method == "POST":
        content = orjson.dumps({name: wire_form(given[name]) for name in placement.fields if name in given})
    else:
        content = None
    return Question(route.method, path, query, content)


def wire_form(value: Any) -> Any:
    """Return a value as JSON has it; of records, what was set or made for this one, not what is so by default."""
    return _without_defaults(value, to_jsonable_python(value))


def _without_defaults(value: Any, form: Any) -> Any:
    if isinstance(value, BaseModel) and isinstance(form, dict):
        forms = cast("dict[str, Any]", form)
        kept: dict[str, Any] = {}
        for name, info in type(value).model_fields.items():
            key = info.serialization_alias or name
            content = getattr(value, name)
            is_default = name not in value.model_fields_set and info.default_factory is None
            if key in forms and not (is_default and content == info.default):
                kept[key] = _without_defaults(content, forms.pop(key))
            else:
                forms.pop(key, None)
        return {**kept, **forms}
    if isinstance(value, list | tuple) and isinstance(form, list):
        pairs = zip(cast("Iterable[Any]", value), cast("list[Any]", form), strict=True)
        return [_without_defaults(each, its_form) for each, its_form in pairs]
    return form
