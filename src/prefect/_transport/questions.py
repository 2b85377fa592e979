"""What an operation is as a request: its method, path, query and body."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, ParamSpec, TypeVar, cast, get_args, get_origin
from urllib.parse import quote

import orjson
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from prefect._ids import uuid7
from prefect.store.operations import placement_of, route_of
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


REPEATABLE = frozenset(
    {
        "/background_task_runs/end",
        "/background_task_runs/renew",
        "/concurrency_limits/",
        "/concurrency_limits/increment",
        "/concurrency_limits/decrement",
        "/concurrency_limits/tag/{tag}/reset",
        "/block_schemas/",
        "/deployments/",
        "/deployments/bulk_delete",
        "/deployments/get_scheduled_flow_runs",
        "/deployments/{id}/pause_deployment",
        "/deployments/{id}/resume_deployment",
        "/events",
        "/flow_runs/bulk_delete",
        "/flow_runs/claims/renew",
        "/flow_runs/{id}/claim/release",
        "/flow_runs/{id}/set_state",
        "/flows/",
        "/flows/bulk_delete",
        "/locks/take",
        "/task_runs/{id}/set_state",
        "/v2/concurrency_limits/queue",
        "/v2/concurrency_limits/decrement-with-lease",
        "/v2/concurrency_limits/leases/{lease_id}/renew",
        "/work_pools/{name}/get_scheduled_flow_runs",
        "/work_pools/{work_pool_name}/workers/heartbeat",
        "/work_queues/{id}/get_runs",
    }
)
"""Paths to which a request that writes may be posted twice and changes no more than once."""

KEY = "Idempotency-Key"
"""The header with a key for one request: servers that honour it do the request once, however often it arrives."""

KEYS_HONOURED = "Prefect-Idempotency-Keys"
"""The header of answers of servers that do."""

KEYS = ("idempotency_key", "id", "dynamic_key")
"""Fields of a body by which a server knows that it has seen it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request, before it knows where the server is.

    Attributes:
        method: The HTTP method, in capitals.
        path: The path below the root of the API.
        query: The parameters of the query.
        content: The body, as JSON.
        repeatable: Sending it twice does what sending it once does, so that it may be sent again when it is not known
            whether it arrived.
        headers: Further headers.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    content: bytes | None = None
    repeatable: bool = True
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


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
        content = orjson.dumps(wire_form(given[placement.body], only_set=route.method == "PATCH"))
    elif placement.fields or route.method == "POST":
        content = orjson.dumps({name: wire_form(given[name]) for name in placement.fields if name in given})
    else:
        content = None
    repeatable = is_repeatable(operation, content)
    headers = {KEY: uuid7().hex} if is_keyed(operation, repeatable=repeatable) else {}
    return Question(route.method, path, query, content, repeatable, headers)


def is_keyed(operation: Callable[..., Transaction[Any]], *, repeatable: bool) -> bool:
    """Whether a request gets a key. One that is repeatable may still be answered otherwise the second time."""
    route = route_of(operation)
    return not route.reads and (not repeatable or route.method in {"PATCH", "PUT"})


def is_repeatable(operation: Callable[..., Transaction[Any]], content: bytes | None) -> bool:
    """Whether sending a request twice does what sending it once does, whatever the server."""
    route = route_of(operation)
    if route.method != "POST" or route.reads:
        return True
    template = re.sub(r"{(flow|task)_run_id}", "{id}", route.path)
    return template in REPEATABLE or any(f'"{key}":"'.encode() in (content or b"") for key in KEYS)


def wire_form(value: Any, *, only_set: bool = False) -> Any:
    """Return a value as JSON has it; of records, what was set or made for this one, not what is so by default.

    Args:
        value: The value.
        only_set: Leave out what was made for a record and not set by anybody, such as its empty lists.
    """
    return _without_defaults(value, to_jsonable_python(value), only_set)


def _is_kind(info: FieldInfo) -> bool:
    """Whether a field can only say one thing: which kind of record this is, which servers tell them apart by."""
    return get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1


def _without_defaults(value: Any, form: Any, only_set: bool) -> Any:
    if isinstance(value, BaseModel) and isinstance(form, dict):
        forms = cast("dict[str, Any]", form)
        kept: dict[str, Any] = {}
        for name, info in type(value).model_fields.items():
            key = info.serialization_alias or name
            content = value.__dict__[name]  # not by attribute: of an old field, that warns
            was_made = info.default_factory is not None and not only_set
            is_set = name in value.model_fields_set and (only_set or content is not None)
            is_sent = is_set or was_made or (not only_set and content != info.default) or _is_kind(info)
            if key in forms and is_sent:
                kept[key] = _without_defaults(content, forms.pop(key), only_set)
            else:
                forms.pop(key, None)
        return {**kept, **forms}
    if isinstance(value, list | tuple) and isinstance(form, list):
        pairs = zip(cast("Iterable[Any]", value), cast("list[Any]", form), strict=True)
        return [_without_defaults(each, its_form, only_set) for each, its_form in pairs]
    return form
