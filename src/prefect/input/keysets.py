"""The keys under which a flow run describes the input it waits for, and under which the input comes."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from prefect.schemas.states import State

Keyset: TypeAlias = dict[Literal["description", "response", "schema"], str]
"""The three keys of one input: what it is for, what it must look like, and the input itself."""


def keyset_from_base_key(base_key: str) -> Keyset:
    """Return the three keys of an input that begin with `base_key`."""
    return {
        "description": f"{base_key}-description",
        "response": f"{base_key}-response",
        "schema": f"{base_key}-schema",
    }


def keyset_from_paused_state(state: State[Any]) -> Keyset:
    """Return the keys of the input that a run in this paused or suspended state waits for.

    Raises:
        RuntimeError: The state is not a paused one.
    """
    if not state.is_paused():
        raise RuntimeError(f"{state.type.value!r} is unsupported.")
    return keyset_from_base_key(f"{(state.name or 'paused').lower()}-{state.state_details.pause_key}")
