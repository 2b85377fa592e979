"""Values that flow runs are sent, under keys: create, read, filter and delete them.

In async code each function returns an awaitable. Without `flow_run_id` they mean the flow run that runs here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.backend.protocol import Backend
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound
from prefect.schemas.flow_run_inputs import FlowRunInput
from prefect.store import flow_run_inputs

__all__ = [
    "acreate_flow_run_input",
    "acreate_flow_run_input_from_model",
    "adelete_flow_run_input",
    "afilter_flow_run_input",
    "aread_flow_run_input",
    "create_flow_run_input",
    "create_flow_run_input_from_model",
    "delete_flow_run_input",
    "ensure_flow_run_id",
    "filter_flow_run_input",
    "read_flow_run_input",
]


def ensure_flow_run_id(flow_run_id: UUID | None = None) -> UUID:
    """Return the given id, or that of the flow run that runs here.

    Raises:
        RuntimeError: No id is given and no flow runs here.
    """
    context = FlowRunContext.get()
    if flow_run_id is None:
        if context is None:
            raise RuntimeError("Must either provide a flow run ID or be within a flow run.")
        return context.flow_run.id
    return UUID(str(flow_run_id))


def creating(key: str, value: Any, flow_run_id: UUID | None = None, sender: str | None = None) -> Steps[None]:
    """The steps of `create_flow_run_input`."""
    run_id = ensure_flow_run_id(flow_run_id)
    text = orjson.dumps(value).decode()
    yield from settle(
        _backend().perform(flow_run_inputs.create_flow_run_input, run_id, key, text, sender=sender)
    )


def creating_from_model(
    key: str, model_instance: BaseModel, flow_run_id: UUID | None = None, sender: str | None = None
) -> Steps[None]:
    """The steps of `create_flow_run_input_from_model`."""
    context = FlowRunContext.get()
    if context is not None and sender is None:
        sender = f"prefect.flow-run.{context.flow_run.id}"
    yield from creating(key, orjson.loads(model_instance.model_dump_json()), flow_run_id, sender)


def replacing(key: str, value: Any, flow_run_id: UUID | None = None) -> Steps[None]:
    """Keep a value under a key, whether or not there is one already: a run that begins anew describes itself anew."""
    yield from _deleting_if_there(key, flow_run_id)
    yield from creating(key, value, flow_run_id)


def filtering(
    key_prefix: str, limit: int = 1, exclude_keys: set[str] | None = None, flow_run_id: UUID | None = None
) -> Steps[list[FlowRunInput]]:
    """The steps of `filter_flow_run_input`."""
    run_id = ensure_flow_run_id(flow_run_id)
    return (
        yield from settle(
            _backend().perform(
                flow_run_inputs.filter_flow_run_input,
                run_id,
                prefix=key_prefix,
                limit=limit,
                exclude_keys=sorted(exclude_keys or ()),
            )
        )
    )


def reading(key: str, flow_run_id: UUID | None = None) -> Steps[Any]:
    """The steps of `read_flow_run_input`."""
    run_id = ensure_flow_run_id(flow_run_id)
    try:
        text = yield from settle(_backend().perform(flow_run_inputs.read_flow_run_input, run_id, key))
    except ObjectNotFound:
        return None
    return orjson.loads(text)


def deleting(key: str, flow_run_id: UUID | None = None) -> Steps[None]:
    """The steps of `delete_flow_run_input`."""
    run_id = ensure_flow_run_id(flow_run_id)
    yield from settle(_backend().perform(flow_run_inputs.delete_flow_run_input, run_id, key))


def _deleting_if_there(key: str, flow_run_id: UUID | None) -> Steps[bool]:
    try:
        yield from deleting(key, flow_run_id)
    except ObjectNotFound:
        return False
    return True


def _backend() -> Backend:
    context = FlowRunContext.get()
    return context.backend if context is not None else get_backend()


async def acreate_flow_run_input(
    key: str, value: Any, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Send a value to a flow run; the form for async code. See `create_flow_run_input`."""
    await arun(creating(key, value, flow_run_id, sender))


@async_dispatch(acreate_flow_run_input)
def create_flow_run_input(
    key: str, value: Any, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Send a value to a flow run under a key of its own.

    Args:
        key: Small letters, digits and dashes.
        value: Anything that JSON has a form for.
        flow_run_id: The flow run; by default the one that runs here.
        sender: Who sends it.

    Raises:
        RuntimeError: No id is given and no flow runs here.
        TypeError: JSON has no form for the value.
        ObjectNotFound: There is no such flow run.
        ObjectAlreadyExists: The run has an input of this key already.
    """
    run(creating(key, value, flow_run_id, sender))


async def acreate_flow_run_input_from_model(
    key: str, model_instance: BaseModel, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Send a model to a flow run; the form for async code. See `create_flow_run_input`."""
    await arun(creating_from_model(key, model_instance, flow_run_id, sender))


@async_dispatch(acreate_flow_run_input_from_model)
def create_flow_run_input_from_model(
    key: str, model_instance: BaseModel, flow_run_id: UUID | None = None, sender: str | None = None
) -> None:
    """Send a pydantic model to a flow run, in the name of the run that sends it. See `create_flow_run_input`."""
    run(creating_from_model(key, model_instance, flow_run_id, sender))


async def afilter_flow_run_input(
    key_prefix: str, limit: int = 1, exclude_keys: set[str] | None = None, flow_run_id: UUID | None = None
) -> list[FlowRunInput]:
    """Return inputs of a flow run; the form for async code. See `filter_flow_run_input`."""
    return await arun(filtering(key_prefix, limit, exclude_keys, flow_run_id))


@async_dispatch(afilter_flow_run_input)
def filter_flow_run_input(
    key_prefix: str, limit: int = 1, exclude_keys: set[str] | None = None, flow_run_id: UUID | None = None
) -> list[FlowRunInput]:
    """Return the inputs of a flow run whose keys begin with `key_prefix`, the oldest first.

    Args:
        key_prefix: The beginning of the keys.
        limit: How many at most.
        exclude_keys: Keys to pass over.
        flow_run_id: The flow run; by default the one that runs here.
    """
    return run(filtering(key_prefix, limit, exclude_keys, flow_run_id))


async def aread_flow_run_input(key: str, flow_run_id: UUID | None = None) -> Any:
    """Return the value that a flow run was sent under a key, or None; the form for async code."""
    return await arun(reading(key, flow_run_id))


@async_dispatch(aread_flow_run_input)
def read_flow_run_input(key: str, flow_run_id: UUID | None = None) -> Any:
    """Return the value that a flow run was sent under a key; None if there is none."""
    return run(reading(key, flow_run_id))


async def adelete_flow_run_input(key: str, flow_run_id: UUID | None = None) -> None:
    """Delete what a flow run was sent under a key; the form for async code. See `delete_flow_run_input`."""
    await arun(deleting(key, flow_run_id))


@async_dispatch(adelete_flow_run_input)
def delete_flow_run_input(key: str, flow_run_id: UUID | None = None) -> None:
    """Delete what a flow run was sent under a key.

    Raises:
        ObjectNotFound: The run has no input of this key.
    """
    run(deleting(key, flow_run_id))
